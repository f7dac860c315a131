//! No answer takes more memory than it was allowed.

use std::fmt::Write as _;

use sphere_core::transport::TransportErrorKind as Kind;

use super::kit::{
    Outcome, SHORT, answer, call, exchange, exchange_with, expect_answer, expect_error, expect_kind, plain,
    post,
};
use crate::Candidate;
use crate::server::{Script, Server};

/// The three ways in which a body of ten bytes can be framed; the third ends with the connection.
const TEN_BYTES: [&str; 3] = [
    "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabcdefghij",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\nabcdef\r\n4\r\nghij\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\n\r\nabcdefghij",
];

/// What may be taken for a limit of 100,000 bytes: most of it are the two systems' buffers.
const MOST_TAKEN: u64 = 32 << 20;

/// One call with a limit for the body, to a server that says this and closes.
fn limited(candidate: &Candidate, bytes: &str, limit: usize) -> Outcome {
    let script = Script::new().read_request().offer(bytes).close();
    exchange_with(candidate, script, |request| request.with_max_response_bytes(limit)).0
}

/// The limit itself is still allowed.
pub(crate) fn a_body_of_exactly_the_limit_is_accepted(candidate: &Candidate) {
    for bytes in TEN_BYTES {
        assert_eq!(&expect_answer(limited(candidate, bytes, 10)).body()[..], b"abcdefghij");
    }
}

/// One byte more is not: the SDK sets the limit by the memory that it is willing to spend.
pub(crate) fn a_body_of_one_byte_more_is_too_large(candidate: &Candidate) {
    for bytes in TEN_BYTES {
        expect_kind(limited(candidate, bytes, 9), Kind::TooLarge);
    }
}

/// A limit of zero allows an empty body, and no other.
pub(crate) fn a_limit_of_zero_allows_an_empty_body(candidate: &Candidate) {
    expect_answer(limited(candidate, super::kit::EMPTY, 0));
    expect_kind(limited(candidate, TEN_BYTES[0], 0), Kind::TooLarge);
}

/// A call with a limit of 100,000 bytes, to a server that goes on for ever after this head.
fn is_cut_off(candidate: &Candidate, head: &str, piece: &str) {
    let server = Server::start([Script::new().read_request().offer(head).flood(piece)]);
    let request = post(server.url("/"), "{}").with_max_response_bytes(100_000).with_time_left(SHORT * 20);
    let outcome = call(&plain(candidate), request);
    server.wait_until_closed(0);
    let taken = server.written();
    assert!(taken < MOST_TAKEN, "with a limit of 100000 bytes, {taken} were taken");
    expect_kind(outcome, Kind::TooLarge);
}

/// A body without end is cut off at the limit, long before its time is over.
pub(crate) fn an_endless_body_is_cut_off(candidate: &Candidate) {
    is_cut_off(candidate, "HTTP/1.1 200 OK\r\n\r\n", &"x".repeat(6000));
    let length = "HTTP/1.1 200 OK\r\ncontent-length: 9223372036854775807\r\n\r\n";
    is_cut_off(candidate, length, &"x".repeat(6000));
}

/// The same in chunks, which nobody has to announce.
pub(crate) fn endless_chunks_are_cut_off(candidate: &Candidate) {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    is_cut_off(candidate, head, &"8\r\nabcdefgh\r\n".repeat(500));
}

/// One chunk may say that it is larger than all memory; nothing is set aside for it.
pub(crate) fn a_giant_chunk_is_too_large(candidate: &Candidate) {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7fffffffffffffff\r\n";
    is_cut_off(candidate, head, &"x".repeat(6000));
}

/// A declared length reserves no memory: a server can declare what it likes.
pub(crate) fn a_declared_length_reserves_no_memory(candidate: &Candidate) {
    // More than any machine has: a transport that sets it aside does not live to return.
    let script = Script::answer("HTTP/1.1 200 OK\r\ncontent-length: 1000000000000000\r\n\r\nxx").close();
    let limits = |request: sphere_core::transport::TransportRequest| {
        request.with_max_response_bytes(usize::MAX).with_time_left(SHORT * 20)
    };
    drop(exchange_with(candidate, script, limits));
}

/// A head without end is an error, long before its time is over: here, one header line without end.
pub(crate) fn an_endless_header_is_cut_off(candidate: &Candidate) {
    let script = Script::new().read_request().offer("HTTP/1.1 200 OK\r\nx: ").flood("x".repeat(6000));
    let error = expect_error(exchange(candidate, script).0);
    assert_ne!(error.kind(), Kind::Timeout, "it read on until its time was over");
}

/// The same with headers without number.
pub(crate) fn endless_headers_are_cut_off(candidate: &Candidate) {
    let script = Script::new().read_request().offer("HTTP/1.1 200 OK\r\n").flood("x-y: z\r\n".repeat(800));
    let error = expect_error(exchange(candidate, script).0);
    assert_ne!(error.kind(), Kind::Timeout, "it read on until its time was over");
}

/// So many headers, each with a name of its own.
fn headers(count: u32) -> String {
    (0..count).fold(String::new(), |mut all, number| {
        let _ = write!(all, "x-{number}: z\r\n");
        all
    })
}

/// A head as large as gateways make them is fine: 8 KiB in one header, 60 headers in all.
pub(crate) fn a_head_of_a_usual_size_is_accepted(candidate: &Candidate) {
    let long = "y".repeat(8 * 1024);
    let many = headers(60);
    let response =
        answer(candidate, format!("HTTP/1.1 200 OK\r\nx-long: {long}\r\n{many}content-length: 0\r\n\r\n"));
    assert_eq!(response.headers()["x-long"].len(), long.len());
    assert!((0..60).all(|number| response.headers().contains_key(format!("x-{number}"))));
}

/// More headers than a transport takes are an error. It returns all or none: one that is left out may be
/// `retry-after`.
pub(crate) fn many_headers_are_all_there_or_an_error(candidate: &Candidate) {
    let many = headers(150);
    let bytes = format!("HTTP/1.1 200 OK\r\n{many}content-length: 0\r\n\r\n");
    if let Ok(response) = exchange(candidate, Script::new().read_request().offer(bytes).drain()).0 {
        assert!((0..150).all(|number| response.headers().contains_key(format!("x-{number}"))));
    }
}
