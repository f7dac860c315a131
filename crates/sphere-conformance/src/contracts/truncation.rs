//! A body that did not arrive completely is an error, and the error keeps the head: the SDK decides by its
//! status, and support searches by its headers.

use sphere_core::transport::{TransportError, TransportErrorKind as Kind};

use super::calls::{exchange, exchange_with, post, time_runs_out};
use super::expect::{Outcome, describe, expect_eq, expect_kind};
use crate::server::{Script, Server};
use crate::subject::Candidate;

/// The error has the head of [`head`].
fn has_the_head(error: &TransportError) {
    let head = error.status().zip(error.headers());
    let Some((status, headers)) = head else {
        panic!("the error must have the response's status and headers, but has not: {}", describe(error))
    };
    expect_eq("the error's status", status.as_u16(), 422);
    let values = |name| headers.get_all(name).iter().map(http::HeaderValue::as_bytes).collect::<Vec<_>>();
    expect_eq("the error's list of `x-correlation-id`", values("x-correlation-id"), [b"c1"]);
    expect_eq("the error's list of `x-many`", values("x-many"), [b"1", b"2"]);
}

/// A 422 with this framing and body.
fn head(rest: &str) -> String {
    format!("HTTP/1.1 422 No\r\nx-correlation-id: c1\r\nx-many: 1\r\nx-many: 2\r\n{rest}")
}

fn cut_off(candidate: &Candidate, rest: &str) -> Outcome {
    exchange(candidate, Script::respond(head(rest)).close()).0
}

/// The connection ends before `content-length` is reached.
pub(crate) fn body_shorter_than_its_length_is_an_interruption(candidate: &Candidate) {
    has_the_head(&expect_kind(cut_off(candidate, "content-length: 9\r\n\r\nhalf"), Kind::Interrupted));
    has_the_head(&expect_kind(cut_off(candidate, "content-length: 1\r\n\r\n"), Kind::Interrupted));
}

/// The connection ends within a chunk or between two.
pub(crate) fn incomplete_chunks_are_an_interruption(candidate: &Candidate) {
    for body in ["4\r\nha", "4\r\nhalf\r\n", "4\r\nhalf\r\n3"] {
        let outcome = cut_off(candidate, &format!("transfer-encoding: chunked\r\n\r\n{body}"));
        has_the_head(&expect_kind(outcome, Kind::Interrupted));
    }
}

/// An invalid chunk is a protocol error.
pub(crate) fn invalid_chunk_keeps_the_head(candidate: &Candidate) {
    let outcome = cut_off(candidate, "transfer-encoding: chunked\r\n\r\nzz\r\n\r\n");
    has_the_head(&expect_kind(outcome, Kind::Protocol));
}

/// The time runs out after the head and a part of the body.
pub(crate) fn timeout_within_a_body_keeps_the_head(candidate: &Candidate) {
    let script = Script::respond(head("content-length: 9\r\n\r\nhalf"));
    let request = |server: &Server| post(server.url("/"), "{}");
    let has_status =
        |_: &Server, outcome: &Outcome| matches!(outcome, Err(error) if error.status().is_some());
    has_the_head(&expect_kind(time_runs_out(candidate, &script, request, has_status), Kind::Timeout));
}

/// The body exceeds the limit, with a declared length, in chunks or without a length.
pub(crate) fn too_large_body_keeps_the_head(candidate: &Candidate) {
    for rest in [
        "content-length: 5\r\n\r\nlarge",
        "transfer-encoding: chunked\r\n\r\n5\r\nlarge\r\n0\r\n\r\n",
        "\r\nlarge",
    ] {
        let script = Script::new().read_request().try_write(head(rest)).close();
        let outcome = exchange_with(candidate, script, |request| request.with_max_response_bytes(4)).0;
        has_the_head(&expect_kind(outcome, Kind::TooLarge));
    }
}

/// A script that resets the connection within a body so large that the client must have read its head before:
/// the body does not fit into the socket buffers of both sides.
fn reset_within(framing: &str) -> Script {
    let mut bytes = head(framing).into_bytes();
    bytes.resize(bytes.len() + (12 << 20), b'x');
    Script::new().read_request().try_write(bytes).reset()
}

/// The connection is reset within a body.
pub(crate) fn reset_within_a_body_keeps_the_head(candidate: &Candidate) {
    let script = reset_within("content-length: 99999999\r\n\r\n");
    let outcome = exchange_with(candidate, script, |request| request.with_max_response_bytes(1 << 30)).0;
    has_the_head(&expect_kind(outcome, Kind::Interrupted));
}

/// A body without a length ends with a close of the connection, but not with a reset.
pub(crate) fn reset_does_not_end_a_body(candidate: &Candidate) {
    let script = reset_within("\r\n");
    let outcome = exchange_with(candidate, script, |request| request.with_max_response_bytes(1 << 30)).0;
    has_the_head(&expect_kind(outcome, Kind::Interrupted));
}
