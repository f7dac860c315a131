//! A body that did not arrive whole is an error, and the error keeps what did arrive of the answer: its status
//! and its headers, with which the SDK decides and support searches.

use sphere_core::transport::{TransportError, TransportErrorKind as Kind};

use super::kit::{Outcome, SHORT, describe, exchange, exchange_with, expect_error, expect_kind};
use crate::Candidate;
use crate::server::Script;

/// The error has the head of the answers in this file.
fn has_the_head(error: &TransportError) {
    let status = error.status().unwrap_or_else(|| panic!("it has no status: {}", describe(error)));
    assert_eq!(status, 422);
    let headers = error.headers().unwrap_or_else(|| panic!("it has no headers: {}", describe(error)));
    assert_eq!(headers["x-correlation-id"], "c1");
    assert_eq!(headers.get_all("x-many").iter().count(), 2, "a repeated header was lost");
}

/// A 422 with this framing and body.
fn no(rest: &str) -> String {
    format!("HTTP/1.1 422 No\r\nx-correlation-id: c1\r\nx-many: 1\r\nx-many: 2\r\n{rest}")
}

fn cut_off(candidate: &Candidate, rest: &str) -> Outcome {
    exchange(candidate, Script::answer(no(rest)).close()).0
}

/// The end before `content-length` is reached.
pub(crate) fn a_body_shorter_than_its_length_is_an_interruption(candidate: &Candidate) {
    has_the_head(&expect_kind(cut_off(candidate, "content-length: 9\r\n\r\nhalf"), Kind::Interrupted));
    has_the_head(&expect_kind(cut_off(candidate, "content-length: 1\r\n\r\n"), Kind::Interrupted));
}

/// The end within a chunk, and between two.
pub(crate) fn chunks_cut_off_are_an_interruption(candidate: &Candidate) {
    for body in ["4\r\nha", "4\r\nhalf\r\n", "4\r\nhalf\r\n3"] {
        let outcome = cut_off(candidate, &format!("transfer-encoding: chunked\r\n\r\n{body}"));
        has_the_head(&expect_kind(outcome, Kind::Interrupted));
    }
}

/// A chunk that is none.
pub(crate) fn a_bad_chunk_keeps_the_head(candidate: &Candidate) {
    has_the_head(&expect_error(cut_off(candidate, "transfer-encoding: chunked\r\n\r\nzz\r\n\r\n")));
}

/// A body that stops coming: time runs out with the head in hand.
pub(crate) fn a_body_that_stops_keeps_the_head(candidate: &Candidate) {
    let script = Script::answer(no("content-length: 9\r\n\r\nhalf"));
    let outcome = exchange_with(candidate, script, |request| request.with_time_left(SHORT)).0;
    has_the_head(&expect_error(outcome));
}

/// A body over the limit, declared or not.
pub(crate) fn too_large_a_body_keeps_the_head(candidate: &Candidate) {
    for rest in ["content-length: 5\r\n\r\nlarge", "\r\nlarge"] {
        let script = Script::new().read_request().offer(no(rest)).close();
        let outcome = exchange_with(candidate, script, |request| request.with_max_response_bytes(4)).0;
        has_the_head(&expect_error(outcome));
    }
}

/// A script that resets the connection in the midst of a body so large that the client must have read its
/// head by then: it does not fit into the two systems' buffers.
fn reset_within(framing: &str) -> Script {
    let mut bytes = no(framing).into_bytes();
    bytes.resize(bytes.len() + (32 << 20), b'x');
    Script::answer(bytes).reset()
}

/// A reset within a body.
pub(crate) fn a_reset_within_a_body_keeps_the_head(candidate: &Candidate) {
    let script = reset_within("content-length: 99999999\r\n\r\n");
    let outcome = exchange_with(candidate, script, |request| request.with_max_response_bytes(1 << 30)).0;
    has_the_head(&expect_error(outcome));
}

/// A body without a length ends with the connection; but a reset is not its end.
pub(crate) fn a_reset_does_not_end_a_body(candidate: &Candidate) {
    let script = reset_within("\r\n");
    let outcome = exchange_with(candidate, script, |request| request.with_max_response_bytes(1 << 30)).0;
    has_the_head(&expect_kind(outcome, Kind::Interrupted));
}
