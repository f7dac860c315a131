//! Whether the request was sent. A false `NotSent` makes the SDK send it twice. `Unknown` is always allowed.

use std::time::Duration;

use sphere_core::transport::TransportErrorKind as Kind;

use super::calls::{
    EMPTY, SHORT, call, exchange_with, plain, post, replied, request_arrived, send, time_may_run_out,
};
use super::expect::{
    Outcome, describe, expect_error, expect_kind, expect_not_sent, expect_response, expect_unknown,
};
use crate::server::{RefusingPort, Reply, Script, Server};
use crate::subject::Candidate;

/// The outcome of the second call, after a first one that succeeded, to a server that then gives this reply.
fn second_call(candidate: &Candidate, reply: Reply) -> Outcome {
    let server =
        Server::serve(move |request| if request.number() == 0 { Reply::new(EMPTY) } else { reply.clone() });
    let subject = plain(candidate);
    expect_response(send(&subject, server.url("/")));
    send(&subject, server.url("/"))
}

/// The kind `Connect` tells the caller where to look.
pub(crate) fn refused_connection_is_a_connect_error(candidate: &Candidate) {
    let refusing = RefusingPort::new();
    let port = refusing.address().port();
    expect_kind(send(&plain(candidate), format!("http://127.0.0.1:{port}/")), Kind::Connect);
}

/// A name that does not exist (RFC 6761 reserves `.invalid`) is an error within the connect timeout. Where no
/// name server responds it may also be a timeout.
pub(crate) fn unknown_host_is_a_connect_error(candidate: &Candidate) {
    let request = post("http://name.invalid/", "{}").with_connect_timeout(SHORT * 10);
    let error = expect_error(call(&plain(candidate), request));
    assert!(
        [Kind::Connect, Kind::Timeout].contains(&error.kind()),
        "the error must have the kind Connect or Timeout, but it is: {}",
        describe(&error)
    );
}

/// A transport that can prove that nothing was sent says so, and the SDK can retry any operation.
pub(crate) fn unsent_requests_are_reported_as_not_sent(candidate: &Candidate) {
    let refusing = RefusingPort::new();
    let port = refusing.address().port();
    let subject = plain(candidate);
    let unknown = post("http://name.invalid/", "{}").with_connect_timeout(SHORT * 10);
    let silent = Server::serve(|_| Reply::new("").silence());
    let no_time = post(silent.url("/"), "{}").with_time_left(Duration::ZERO);
    expect_not_sent(send(&subject, format!("http://127.0.0.1:{port}/")));
    expect_not_sent(call(&subject, unknown));
    // Not to the port that refuses, which a transport may notice before the time.
    expect_not_sent(call(&subject, no_time));
}

/// A reset says nothing about what the server did before it.
pub(crate) fn delivery_is_unknown_after_reset(candidate: &Candidate) {
    expect_unknown(replied(candidate, Reply::new("").reset()));
}

/// A connection that ends without a response says nothing either.
pub(crate) fn delivery_is_unknown_after_close(candidate: &Candidate) {
    expect_unknown(replied(candidate, Reply::new("").close()));
}

/// The same on a reused connection, even if a library calls it "canceled" or "stale".
pub(crate) fn delivery_is_unknown_after_reused_connection_closes(candidate: &Candidate) {
    expect_unknown(second_call(candidate, Reply::new("").close()));
}

/// A reset of a reused connection is not a failed connect.
pub(crate) fn delivery_is_unknown_after_reused_connection_resets(candidate: &Candidate) {
    expect_unknown(second_call(candidate, Reply::new("").reset()));
}

/// A timeout while the server works proves nothing.
pub(crate) fn delivery_is_unknown_after_timeout(candidate: &Candidate) {
    let request = |server: &Server| post(server.url("/"), "{}");
    // A call that hangs claims nothing.
    if let Ok(outcome) = time_may_run_out(candidate, &Script::silence(), request, request_arrived) {
        expect_unknown(outcome);
    }
}

/// A server that sent an invalid response had the request.
pub(crate) fn delivery_is_unknown_after_garbage(candidate: &Candidate) {
    for garbage in ["nonsense\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n"] {
        expect_unknown(replied(candidate, Reply::new(garbage).close()));
    }
}

/// A server that sent part of a response had the request.
pub(crate) fn delivery_is_unknown_after_partial_response(candidate: &Candidate) {
    for part in ["HTTP/1", "HTTP/1.1 200 OK\r\ncontent-", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"]
    {
        expect_unknown(replied(candidate, Reply::new(part).close()));
    }
}

/// A server may act on the part of a body that it has received.
pub(crate) fn delivery_is_unknown_after_partial_request(candidate: &Candidate) {
    let server = Server::start([Script::new().read(100_000).reset()]);
    let outcome = call(&plain(candidate), post(server.url("/"), vec![b'x'; 4 << 20]));
    drop(server);
    expect_unknown(outcome);
}

/// A server that sent a response that is too large had the request.
pub(crate) fn delivery_is_unknown_after_too_large_response(candidate: &Candidate) {
    let script = Script::respond("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nlarge");
    expect_unknown(exchange_with(candidate, script, |request| request.with_max_response_bytes(4)).0);
}

/// What one call proved does not hold for the next.
pub(crate) fn delivery_does_not_depend_on_earlier_calls(candidate: &Candidate) {
    let refusing = RefusingPort::new();
    let port = refusing.address().port();
    let server = Server::serve(|_| Reply::new("").close());
    let subject = plain(candidate);
    expect_error(send(&subject, format!("http://127.0.0.1:{port}/")));
    expect_unknown(send(&subject, server.url("/")));
    // And back: a request that was sent does not make the next one sent.
    expect_kind(send(&subject, format!("http://127.0.0.1:{port}/")), Kind::Connect);
}
