//! Whom a transport trusts, and what it says if it does not.

use sphere_core::transport::TransportErrorKind as Kind;

use super::kit::{
    OK, Outcome, SHORT, call, describe, expect_answer, expect_error, expect_kind, plain, post, refusing_port,
    send,
};
use crate::server::{Authority, Identity, Script, Server};
use crate::{Candidate, Setup};

/// One call, by a transport that trusts the authority, to a server with this certificate.
fn outcome(candidate: &Candidate, authority: &Authority, script: Script) -> Outcome {
    let server = Server::start([script]);
    let subject = candidate.make(&Setup::trusting(authority.pem()));
    let outcome = send(&subject, server.https_url("/"));
    // Fails if a byte of a request came.
    server.finish();
    outcome
}

/// A server with this certificate is refused, for good, and learns nothing.
fn is_refused(candidate: &Candidate, authority: &Authority, identity: &Identity) {
    let outcome = outcome(candidate, authority, Script::new().tls(identity).refused());
    expect_kind(outcome, Kind::Tls);
}

/// The authority that the caller named is trusted. (Without this, all that follows would prove nothing.)
pub(crate) fn a_good_certificate_is_accepted(candidate: &Candidate) {
    let authority = Authority::new();
    let script = Script::answer(OK).tls(&authority.good()).drain();
    assert_eq!(&expect_answer(outcome(candidate, &authority, script)).body()[..], b"ok");
}

/// TLS 1.2 is still what some gateways speak.
pub(crate) fn tls_1_2_is_spoken(candidate: &Candidate) {
    let authority = Authority::new();
    let script = Script::answer(OK).tls(&authority.good_with_tls_1_2()).drain();
    expect_answer(outcome(candidate, &authority, script));
}

/// A connection inside TLS is used again like any; its handshake is the dearest of all.
pub(crate) fn calls_in_sequence_share_a_tls_connection(candidate: &Candidate) {
    let authority = Authority::new();
    let server = Server::start([Script::answers([OK, OK, OK]).tls(&authority.good()).drain()]);
    let subject = candidate.make(&Setup::trusting(authority.pem()));
    for _ in 0..3 {
        expect_answer(send(&subject, server.https_url("/")));
    }
    server.finish();
}

/// A good certificate for somebody else is what an attacker in the network has.
pub(crate) fn a_certificate_for_another_host_is_refused(candidate: &Candidate) {
    let authority = Authority::new();
    is_refused(candidate, &authority, &authority.wrong_host());
}

/// Its key may have been stolen since; that is why it ends.
pub(crate) fn an_expired_certificate_is_refused(candidate: &Candidate) {
    let authority = Authority::new();
    is_refused(candidate, &authority, &authority.expired());
}

/// The other end of the same check.
pub(crate) fn a_certificate_that_is_not_yet_valid_is_refused(candidate: &Candidate) {
    let authority = Authority::new();
    is_refused(candidate, &authority, &authority.not_yet_valid());
}

/// Anybody can make one of these.
pub(crate) fn a_self_signed_certificate_is_refused(candidate: &Candidate) {
    is_refused(candidate, &Authority::new(), &Identity::self_signed());
}

/// Or one of these, with an authority of his own.
pub(crate) fn a_certificate_of_an_unknown_authority_is_refused(candidate: &Candidate) {
    is_refused(candidate, &Authority::new(), &Authority::new().good());
}

/// What one transport was told to trust, another was not.
pub(crate) fn trust_is_not_shared_between_transports(candidate: &Candidate) {
    let authority = Authority::new();
    let _trusting = candidate.make(&Setup::trusting(authority.pem()));
    let server = Server::start([Script::new().tls(&authority.good()).refused()]);
    let outcome = send(&plain(candidate), server.https_url("/"));
    server.finish();
    expect_kind(outcome, Kind::Tls);
}

/// A server that speaks no TLS gets nothing in plain text. It will be the same next time.
pub(crate) fn a_server_without_tls_is_refused(candidate: &Candidate) {
    let server = Server::start([Script::new().offer("HTTP/1.1 400 Bad Request\r\n\r\n").drain()]);
    let outcome = send(&plain(candidate), server.https_url("/"));
    server.finish();
    expect_kind(outcome, Kind::Tls);
}

/// A handshake that is cut off is no verdict on the server: it is restarted, say, and the SDK tries again.
pub(crate) fn a_handshake_cut_off_is_a_connect_error(candidate: &Candidate) {
    for script in [Script::new().read(5).close(), Script::new().read(5).reset()] {
        let server = Server::start([script]);
        expect_kind(send(&plain(candidate), server.https_url("/")), Kind::Connect);
        server.finish();
    }
}

/// The time to connect bounds the TLS handshake as well, not only TCP.
pub(crate) fn a_handshake_that_stalls_ends_with_the_time_to_connect(candidate: &Candidate) {
    let server = Server::start([Script::new().drain()]);
    let request = post(server.https_url("/"), "{}").with_connect_timeout(SHORT);
    let error = expect_error(call(&plain(candidate), request));
    server.finish();
    assert!([Kind::Timeout, Kind::Connect].contains(&error.kind()), "{}", describe(&error));
}

/// The end of the connection without a `close_notify` can be anybody's doing: a body that has no other end is
/// not known to be whole.
pub(crate) fn a_tls_connection_cut_off_does_not_end_a_body(candidate: &Candidate) {
    let authority = Authority::new();
    let half = "HTTP/1.1 422 No\r\nx-correlation-id: c1\r\n\r\nhalf";
    let error =
        expect_error(outcome(candidate, &authority, Script::answer(half).tls(&authority.good()).cut()));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(422), "{}", describe(&error));
}

/// Refused is refused, whatever would have been spoken.
pub(crate) fn a_refused_tls_connection_is_a_connect_error(candidate: &Candidate) {
    let (_stream, _listener, port) = refusing_port();
    expect_kind(send(&plain(candidate), format!("https://127.0.0.1:{port}/")), Kind::Connect);
}
