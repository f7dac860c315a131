//! Which servers a transport trusts, and what it reports if it does not.

use std::fmt::Write as _;

use sphere_core::transport::TransportErrorKind as Kind;

use super::calls::{OK, SHORT, call, connect, plain, post, send};
use super::connections::any_of_a_few;
use super::expect::{
    Outcome, describe, expect_body, expect_eq, expect_error, expect_kind, expect_not_sent, expect_response,
    expect_unknown,
};
use crate::server::{Authority, Event, Identity, RefusingPort, Script, Server};
use crate::subject::{Candidate, Setup};

/// One call, by a transport that trusts the authority, to a server that plays this script.
fn outcome(candidate: &Candidate, authority: &Authority, script: Script) -> Outcome {
    let server = Server::start([script]);
    let subject = candidate.make(&Setup::trusting(authority.pem()));
    let outcome = send(&subject, server.https_url("/"));
    // Fails if a byte of a request came.
    server.finish();
    outcome
}

/// A server with this certificate is refused and gets no byte of the request.
fn is_refused(candidate: &Candidate, authority: &Authority, identity: &Identity) {
    let outcome = outcome(candidate, authority, Script::new().tls(identity).handshake_refused());
    expect_kind(outcome, Kind::Tls);
}

/// The authority that the caller named is trusted, for an address and for a name.
pub(crate) fn trusted_certificate_is_accepted(candidate: &Candidate) {
    let authority = Authority::new();
    for host in ["127.0.0.1", "localhost"] {
        let server = Server::start([Script::respond(OK).tls(&authority.good()).drain()]);
        let subject = candidate.make(&Setup::trusting(authority.pem()));
        let url = format!("https://{host}:{}/", server.address().port());
        expect_body(&expect_response(send(&subject, url)), "ok");
        server.finish();
    }
}

/// Some gateways support nothing newer than TLS 1.2.
pub(crate) fn tls_1_2_is_supported(candidate: &Candidate) {
    let authority = Authority::new();
    let script = Script::respond(OK).tls(&authority.good_with_tls_1_2()).drain();
    expect_response(outcome(candidate, &authority, script));
}

/// A TLS connection is reused like any other; its handshake costs more than all else.
pub(crate) fn sequential_calls_share_a_tls_connection(candidate: &Candidate) {
    let authority = Authority::new();
    let handshakes = || {
        let server = Server::serve_tls(&authority.good(), |_| OK);
        let subject = candidate.make(&Setup::trusting(authority.pem()));
        for _ in 0..3 {
            expect_response(send(&subject, server.https_url("/")));
        }
        handshakes(&server).len()
    };
    let handshakes = any_of_a_few(handshakes, |&handshakes| handshakes == 1);
    expect_eq("the number of TLS handshakes for 3 calls", handshakes, 1);
}

/// Whether each handshake so far resumed an earlier session.
fn handshakes(server: &Server) -> Vec<bool> {
    let resumed = server.events().into_iter().filter_map(|event| match event {
        Event::Handshake { resumed, .. } => Some(resumed),
        _ => None,
    });
    resumed.collect()
}

/// A second connection resumes the session of the first, which saves most of the handshake's work.
pub(crate) fn second_tls_connection_resumes_the_session(candidate: &Candidate) {
    let authority = Authority::new();
    let last = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let server = Server::serve_tls(&authority.good(), move |_| last);
    let subject = candidate.make(&Setup::trusting(authority.pem()));
    for _ in 0..2 {
        expect_response(send(&subject, server.https_url("/")));
    }
    expect_eq("the list that says which handshakes resumed a session", handshakes(&server), [false, true]);
}

/// An attacker in the network can have a valid certificate for another host.
pub(crate) fn certificate_for_another_host_is_refused(candidate: &Candidate) {
    let authority = Authority::new();
    is_refused(candidate, &authority, &authority.wrong_host());
}

/// The key of an expired certificate may have been stolen.
pub(crate) fn expired_certificate_is_refused(candidate: &Candidate) {
    let authority = Authority::new();
    is_refused(candidate, &authority, &authority.expired());
}

/// The same for a certificate from the future.
pub(crate) fn certificate_not_yet_valid_is_refused(candidate: &Candidate) {
    let authority = Authority::new();
    is_refused(candidate, &authority, &authority.not_yet_valid());
}

/// Everyone can make a self-signed certificate.
pub(crate) fn self_signed_certificate_is_refused(candidate: &Candidate) {
    is_refused(candidate, &Authority::new(), &Identity::self_signed());
}

/// Everyone can make a certificate authority.
pub(crate) fn unknown_certificate_authority_is_refused(candidate: &Candidate) {
    is_refused(candidate, &Authority::new(), &Authority::new().good());
}

/// One transport does not trust what another was told to trust.
pub(crate) fn trust_is_not_shared_between_transports(candidate: &Candidate) {
    let authority = Authority::new();
    let _trusting = candidate.make(&Setup::trusting(authority.pem()));
    let server = Server::start([Script::new().tls(&authority.good()).handshake_refused()]);
    let outcome = send(&plain(candidate), server.https_url("/"));
    server.finish();
    expect_kind(outcome, Kind::Tls);
}

/// A server without TLS gets nothing in plain text. Retrying would not change it.
pub(crate) fn server_without_tls_is_refused(candidate: &Candidate) {
    let server = Server::start([Script::new().try_write("HTTP/1.1 400 Bad Request\r\n\r\n").drain()]);
    let outcome = send(&plain(candidate), server.https_url("/"));
    server.finish();
    expect_kind(outcome, Kind::Tls);
}

/// A handshake that is cut off says nothing about the server's certificate: it may be restarting. The SDK
/// retries.
pub(crate) fn interrupted_handshake_is_a_connect_error(candidate: &Candidate) {
    for script in [Script::new().close(), Script::new().read(5).close(), Script::new().read(5).reset()] {
        let server = Server::start([script]);
        expect_kind(send(&plain(candidate), server.https_url("/")), Kind::Connect);
        server.finish();
    }
}

/// The connect timeout includes the TLS handshake.
pub(crate) fn stalled_handshake_ends_with_the_connect_timeout(candidate: &Candidate) {
    let server = Server::start([Script::new().drain()]);
    let request = post(server.https_url("/"), "{}").with_connect_timeout(SHORT);
    let error = expect_error(connect(&plain(candidate), request));
    assert!(
        [Kind::Timeout, Kind::Connect].contains(&error.kind()),
        "the error must have the kind Timeout or Connect, but it is: {}",
        describe(&error)
    );
}

/// A connection that fails before its handshake is complete carries no byte of the request, and the error says so.
pub(crate) fn failed_handshakes_are_reported_as_not_sent(candidate: &Candidate) {
    let subject = plain(candidate);
    for script in [
        Script::new().read(5).close(),
        Script::new().tls(&Authority::new().good()).handshake_refused(),
        Script::new().drain(),
    ] {
        let server = Server::start([script]);
        let request = post(server.https_url("/"), "{}").with_connect_timeout(SHORT);
        expect_not_sent(connect(&subject, request));
    }
}

/// A body without a length is complete if TLS says that it ends (`close_notify`). Without it, an attacker may
/// have cut the connection.
pub(crate) fn body_without_length_needs_a_tls_end(candidate: &Candidate) {
    let authority = Authority::new();
    let script = Script::respond("HTTP/1.1 200 OK\r\n\r\nwhole").tls(&authority.good()).close();
    expect_body(&expect_response(outcome(candidate, &authority, script)), "whole");

    let script = Script::respond("HTTP/1.1 422 No\r\n\r\nhalf").tls(&authority.good()).cut();
    let error = expect_kind(outcome(candidate, &authority, script), Kind::Interrupted);
    let status = error.status().map(|status| status.as_u16());
    expect_eq("the error's status", status, Some(422));
}

/// A connection that ends without a response says nothing about what the server did.
pub(crate) fn delivery_is_unknown_after_tls_close(candidate: &Candidate) {
    let authority = Authority::new();
    for identity in [authority.good(), authority.good_with_tls_1_2()] {
        let server = Server::start([Script::silence().tls(&identity).close()]);
        let subject = candidate.make(&Setup::trusting(authority.pem()));
        expect_unknown(Err(expect_kind(send(&subject, server.https_url("/")), Kind::Interrupted)));
        server.finish();
    }
}

/// A large body arrives completely inside TLS too, in both directions.
pub(crate) fn large_bodies_cross_tls(candidate: &Candidate) {
    let mut large = String::new();
    for number in 0..100_000 {
        let _ = write!(large, "{number:07},");
    }
    let authority = Authority::new();
    let server = Server::serve_tls(&authority.good(), |request| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", request.body().len());
        [head.as_bytes(), request.body()].concat()
    });
    let subject = candidate.make(&Setup::trusting(authority.pem()));
    let outcome = call(&subject, post(server.https_url("/"), large.clone()));
    expect_body(&expect_response(outcome), large);
}

/// A refused connection is the same with and without TLS.
pub(crate) fn refused_tls_connection_is_a_connect_error(candidate: &Candidate) {
    let refusing = RefusingPort::new();
    let port = refusing.address().port();
    expect_kind(send(&plain(candidate), format!("https://127.0.0.1:{port}/")), Kind::Connect);
}
