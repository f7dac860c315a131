//! Whether the request was sent. A false `NotSent` makes the SDK send it twice; `Unknown` is always allowed.

use sphere_core::transport::TransportErrorKind as Kind;

use super::kit::{
    EMPTY, SHORT, call, describe, exchange_with, expect_answer, expect_error, expect_kind, expect_unknown,
    plain, post, refusing_port, replied, send,
};
use crate::Candidate;
use crate::server::{Reply, Script, Server};

/// The failure of the second call of a transport whose first one went well, at a server that replies so.
fn second_call(candidate: &Candidate, reply: Reply) -> super::kit::Outcome {
    let server =
        Server::serve(move |request| if request.number() == 0 { Reply::new(EMPTY) } else { reply.clone() });
    let subject = plain(candidate);
    expect_answer(send(&subject, server.url("/")));
    send(&subject, server.url("/"))
}

/// Nothing was sent where there is no connection; the transport may say so. That it is a `Connect` tells the
/// caller where to look.
pub(crate) fn a_refused_connection_is_a_connect_error(candidate: &Candidate) {
    let (_stream, _listener, port) = refusing_port();
    expect_kind(send(&plain(candidate), format!("http://127.0.0.1:{port}/")), Kind::Connect);
}

/// A name that does not exist (RFC 6761 keeps `.invalid` for that) is an error within the time to connect.
/// Where no name server answers, it may also be a timeout.
pub(crate) fn an_unknown_name_is_a_connect_error(candidate: &Candidate) {
    let request = post("http://name.invalid/", "{}").with_connect_timeout(SHORT * 10);
    let error = expect_error(call(&plain(candidate), request));
    assert!([Kind::Connect, Kind::Timeout].contains(&error.kind()), "{}", describe(&error));
}

/// A reset says nothing about what the server did before it.
pub(crate) fn a_reset_after_the_request_is_of_unknown_delivery(candidate: &Candidate) {
    expect_unknown(replied(candidate, Reply::new("").reset()));
}

/// Nor does an end without an answer.
pub(crate) fn an_end_after_the_request_is_of_unknown_delivery(candidate: &Candidate) {
    expect_unknown(replied(candidate, Reply::new("").close()));
}

/// Nor on a connection that was used before, whatever a library calls it ("canceled", "stale").
pub(crate) fn an_end_of_a_reused_connection_is_of_unknown_delivery(candidate: &Candidate) {
    expect_unknown(second_call(candidate, Reply::new("").close()));
}

/// And a reset there is not taken for a failed connect.
pub(crate) fn a_reset_of_a_reused_connection_is_of_unknown_delivery(candidate: &Candidate) {
    expect_unknown(second_call(candidate, Reply::new("").reset()));
}

/// Time that ends while the server works proves nothing.
pub(crate) fn a_deadline_after_the_request_is_of_unknown_delivery(candidate: &Candidate) {
    let script = Script::silence();
    expect_unknown(exchange_with(candidate, script, |request| request.with_time_left(SHORT)).0);
}

/// Whoever answered nonsense had the request.
pub(crate) fn garbage_is_of_unknown_delivery(candidate: &Candidate) {
    for garbage in ["nonsense\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n"] {
        expect_unknown(replied(candidate, Reply::new(garbage).close()));
    }
}

/// Half an answer is a sure sign that the request had arrived.
pub(crate) fn half_an_answer_is_of_unknown_delivery(candidate: &Candidate) {
    for half in ["HTTP/1", "HTTP/1.1 200 OK\r\ncontent-", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"]
    {
        expect_unknown(replied(candidate, Reply::new(half).close()));
    }
}

/// A body that was sent in part was sent: the server may act on what it has.
pub(crate) fn a_request_sent_in_part_is_of_unknown_delivery(candidate: &Candidate) {
    let server = Server::start([Script::new().read(100_000).reset()]);
    let outcome = call(&plain(candidate), post(server.url("/"), vec![b'x'; 16 << 20]));
    drop(server);
    expect_unknown(outcome);
}

/// An answer that is too large is an answer.
pub(crate) fn too_large_an_answer_is_of_unknown_delivery(candidate: &Candidate) {
    let script = Script::answer("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nlarge");
    expect_unknown(exchange_with(candidate, script, |request| request.with_max_response_bytes(4)).0);
}

/// What one call proved does not hold for the next, nor the other way round.
pub(crate) fn an_earlier_call_proves_nothing_about_this_one(candidate: &Candidate) {
    let (_stream, _listener, port) = refusing_port();
    let server = Server::serve(|_| Reply::new("").close());
    let subject = plain(candidate);
    expect_error(send(&subject, format!("http://127.0.0.1:{port}/")));
    expect_unknown(send(&subject, server.url("/")));
}
