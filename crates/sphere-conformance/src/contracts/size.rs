//! No response takes more memory than it is allowed.

use std::fmt::Write as _;

use sphere_core::transport::{TransportErrorKind as Kind, TransportRequest, TransportResponse};

use super::calls::{AMPLE, EMPTY, exchange, exchange_with, plain, post, response, try_call};
use super::expect::{
    Outcome, expect_body, expect_eq, expect_header, expect_kind, expect_response, expect_status,
};
use crate::failure::unusable;
use crate::server::{Script, Server};
use crate::subject::Candidate;

/// The three framings of a body of ten bytes; the third ends with the connection.
const TEN_BYTES: [&str; 3] = [
    "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabcdefghij",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\nabcdef\r\n4\r\nghij\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\n\r\nabcdefghij",
];

/// How much a server may get rid of before it is cut off: what socket buffers hold, or a client's own limit of a few
/// megabytes.
const MOST_TAKEN: u64 = 32 << 20;

/// One call with a limit for the body, to a server that writes this and closes.
fn limited(candidate: &Candidate, bytes: &str, limit: usize) -> Outcome {
    let script = Script::new().read_request().try_write(bytes).close();
    exchange_with(candidate, script, |request| request.with_max_response_bytes(limit)).0
}

/// A body of exactly the limit is allowed.
pub(crate) fn body_of_exactly_the_limit_is_accepted(candidate: &Candidate) {
    for bytes in TEN_BYTES {
        expect_body(&expect_response(limited(candidate, bytes, 10)), "abcdefghij");
    }
}

/// One byte more is not: the SDK sets the limit by the memory that it is willing to use.
pub(crate) fn body_one_byte_over_the_limit_fails(candidate: &Candidate) {
    for bytes in TEN_BYTES {
        expect_kind(limited(candidate, bytes, 9), Kind::TooLarge);
    }
}

/// A limit of zero allows an empty body and no other.
pub(crate) fn limit_of_zero_allows_an_empty_body(candidate: &Candidate) {
    expect_status(&expect_response(limited(candidate, EMPTY, 0)), 200);
    expect_kind(limited(candidate, TEN_BYTES[0], 0), Kind::TooLarge);
}

/// A declared length over the limit fails at once, before the body arrives.
pub(crate) fn declared_length_over_the_limit_fails_early(candidate: &Candidate) {
    // The body never comes, so a transport that waits for it runs out of time.
    let script = Script::respond("HTTP/1.1 201 Created\r\ncontent-length: 11\r\n\r\n");
    let limits = |request: TransportRequest| request.with_max_response_bytes(10).with_time_left(AMPLE);
    let error = expect_kind(exchange_with(candidate, script, limits).0, Kind::TooLarge);
    let status = error.status().map(|status| status.as_u16());
    expect_eq("the error's status", status, Some(201));
}

/// A call with a limit of 100,000 bytes, to a server that repeats this piece for ever after this beginning. It must be
/// cut off, with an error of this kind.
fn flood_is_cut_off(candidate: &Candidate, beginning: &str, piece: &str, kind: Kind) {
    let server = Server::start([Script::new().read_request().try_write(beginning).flood(piece)]);
    let request = post(server.url("/"), "{}").with_max_response_bytes(100_000).with_time_left(AMPLE);
    let outcome = try_call(&plain(candidate), request);
    if outcome.is_ok() {
        server.wait_until_closed(0);
    }
    let taken = server.written();
    assert!(taken < MOST_TAKEN, "an endless response must be cut off, but {taken} bytes of it were taken");
    expect_kind(outcome.unwrap_or_else(|hang| unusable(hang)), kind);
}

fn is_cut_off(candidate: &Candidate, head: &str, piece: &str) {
    flood_is_cut_off(candidate, head, piece, Kind::TooLarge);
}

/// An endless body is cut off at the limit, long before the time is over.
pub(crate) fn endless_body_is_cut_off(candidate: &Candidate) {
    is_cut_off(candidate, "HTTP/1.1 200 OK\r\n\r\n", &"x".repeat(6000));
    let length = "HTTP/1.1 200 OK\r\ncontent-length: 9223372036854775807\r\n\r\n";
    is_cut_off(candidate, length, &"x".repeat(6000));
}

/// The same in chunks, which declare no total length.
pub(crate) fn endless_chunks_are_cut_off(candidate: &Candidate) {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    is_cut_off(candidate, head, &format!("3e8\r\n{}\r\n", "x".repeat(1000)));
}

/// One chunk may declare more bytes than there is memory. No memory is reserved for it.
pub(crate) fn giant_chunk_is_too_large(candidate: &Candidate) {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7fffffffffffffff\r\n";
    is_cut_off(candidate, head, &"x".repeat(6000));
}

/// A server can declare any length, so a declared length reserves no memory.
pub(crate) fn declared_length_reserves_no_memory(candidate: &Candidate) {
    // More than any machine has: a transport that reserves it aborts the process.
    let script = Script::respond("HTTP/1.1 200 OK\r\ncontent-length: 1000000000000000\r\n\r\nxx").close();
    let limits =
        |request: TransportRequest| request.with_max_response_bytes(usize::MAX).with_time_left(AMPLE);
    expect_kind(exchange_with(candidate, script, limits).0, Kind::Interrupted);
}

fn head_is_cut_off(candidate: &Candidate, beginning: &str, piece: &str) {
    flood_is_cut_off(candidate, beginning, piece, Kind::Protocol);
}

/// An endless head fails long before the time is over. Here it is one endless header line.
pub(crate) fn endless_header_is_cut_off(candidate: &Candidate) {
    head_is_cut_off(candidate, "HTTP/1.1 200 OK\r\nx: ", &"x".repeat(6000));
}

/// The same with an endless number of headers.
pub(crate) fn endless_headers_are_cut_off(candidate: &Candidate) {
    head_is_cut_off(candidate, "HTTP/1.1 200 OK\r\n", &"x-y: z\r\n".repeat(800));
}

/// This many headers, all with different names.
fn headers(count: u32) -> String {
    (0..count).fold(String::new(), |mut all, number| {
        let _ = write!(all, "x-{number}: z\r\n");
        all
    })
}

fn has_headers(response: &TransportResponse, count: u32) {
    for number in 0..count {
        expect_header(response, &format!("x-{number}"), "z");
    }
}

/// Gateways send heads of this size: 8 KiB in one header, 60 headers in total.
pub(crate) fn head_of_usual_size_is_accepted(candidate: &Candidate) {
    let long = "y".repeat(8 * 1024);
    let many = headers(60);
    let response =
        response(candidate, format!("HTTP/1.1 200 OK\r\nx-long: {long}\r\n{many}content-length: 0\r\n\r\n"));
    expect_header(&response, "x-long", &long);
    has_headers(&response, 60);
}

/// More headers than a transport accepts are a protocol error. It returns all or none: a dropped one may be
/// `retry-after`.
pub(crate) fn many_headers_are_all_kept_or_refused(candidate: &Candidate) {
    let many = headers(150);
    let bytes = format!("HTTP/1.1 200 OK\r\n{many}content-length: 0\r\n\r\n");
    match exchange(candidate, Script::new().read_request().try_write(bytes).drain()).0 {
        Ok(response) => has_headers(&response, 150),
        error => drop(expect_kind(error, Kind::Protocol)),
    }
}
