//! The exact limits of the SDK's own transports, which must not differ. A transport with limits of its own
//! leaves this group out; the group `size` holds for all.

use std::fmt::Write as _;

use sphere_core::transport::TransportErrorKind as Kind;

use super::kit::{Outcome, describe, exchange, expect_answer, expect_kind};
use crate::Candidate;
use crate::server::Script;

const MAX_HEAD_BYTES: usize = 32 * 1024;
const MAX_LINES: usize = 100;
const CHUNKED: &str = "HTTP/1.1 422 No\r\ntransfer-encoding: chunked\r\n\r\n";

/// One call to a server that writes this and closes.
fn closed_after(candidate: &Candidate, bytes: impl AsRef<[u8]>) -> Outcome {
    exchange(candidate, Script::new().read_request().offer(bytes).close()).0
}

/// One call to a server that writes this and then waits.
fn open_after(candidate: &Candidate, bytes: impl AsRef<[u8]>) -> Outcome {
    exchange(candidate, Script::new().read_request().offer(bytes).drain()).0
}

/// The outcome is a protocol error that keeps the head.
#[track_caller]
fn is_refused_with_head(outcome: Outcome) {
    let error = expect_kind(outcome, Kind::Protocol);
    assert_eq!(error.status().map(|status| status.as_u16()), Some(422), "{}", describe(&error));
}

/// A head of exactly so many bytes.
fn head(bytes: usize) -> String {
    let frame = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: \r\n\r\n";
    frame.replace("x: ", &format!("x: {}", "y".repeat(bytes - frame.len())))
}

/// So many header lines, each with a name of its own.
fn lines(count: usize) -> String {
    (0..count).fold(String::new(), |mut all, number| {
        let _ = write!(all, "x-{number}: z\r\n");
        all
    })
}

/// Also if an interim response comes first, which has a limit of its own.
pub(crate) fn a_head_of_32_kib_is_accepted(candidate: &Candidate) {
    let largest = head(MAX_HEAD_BYTES);
    expect_answer(open_after(candidate, &largest));
    let interim = format!("HTTP/1.1 103 X\r\nlink: {}\r\n\r\n", "y".repeat(MAX_HEAD_BYTES / 2));
    expect_answer(open_after(candidate, format!("{interim}{interim}{largest}")));
}

/// Also if its end has come.
pub(crate) fn a_head_over_32_kib_is_refused(candidate: &Candidate) {
    expect_kind(open_after(candidate, head(MAX_HEAD_BYTES + 1)), Kind::Protocol);
}

/// All of them arrive.
pub(crate) fn one_hundred_header_lines_are_accepted(candidate: &Candidate) {
    let many = lines(MAX_LINES - 1);
    let response =
        expect_answer(open_after(candidate, format!("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n{many}\r\n")));
    assert_eq!(response.headers().len(), MAX_LINES, "not all headers arrived");
}

/// One more is an error.
pub(crate) fn more_than_100_header_lines_are_refused(candidate: &Candidate) {
    let many = lines(MAX_LINES);
    let bytes = format!("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n{many}\r\n");
    expect_kind(open_after(candidate, bytes), Kind::Protocol);
}

/// Trailers are skipped (RFC 9110, section 6.5.1).
pub(crate) fn one_hundred_trailers_are_skipped(candidate: &Candidate) {
    for count in [1, MAX_LINES] {
        let trailers = lines(count);
        let response =
            expect_answer(open_after(candidate, format!("{CHUNKED}2\r\nok\r\n0\r\n{trailers}\r\n")));
        assert_eq!(&response.body()[..], b"ok");
        assert!(!response.headers().contains_key("x-0"), "a trailer passed for a header");
    }
}

/// 101, 300, and too many bytes in a few.
pub(crate) fn more_than_100_trailers_are_refused(candidate: &Candidate) {
    for trailers in [lines(MAX_LINES + 1), lines(300), format!("x: {}\r\n", "y".repeat(9000))] {
        is_refused_with_head(open_after(candidate, format!("{CHUNKED}2\r\nok\r\n0\r\n{trailers}\r\n")));
    }
}

/// Long before the call's time is over.
pub(crate) fn endless_trailers_are_refused(candidate: &Candidate) {
    for piece in ["x: y\r\n", "x"] {
        let script = Script::new().read_request().offer(CHUNKED).offer("0\r\n").flood(piece.repeat(1000));
        is_refused_with_head(exchange(candidate, script).0);
    }
}

/// A trailer that is not a header line.
pub(crate) fn malformed_trailers_are_refused(candidate: &Candidate) {
    for line in ["no colon", "x : y", ": y", " x: y", "x: a\0b"] {
        is_refused_with_head(open_after(candidate, format!("{CHUNKED}2\r\nok\r\n0\r\n{line}\r\n\r\n")));
    }
}

/// They mean nothing to us (RFC 9112, section 7.1.1). The line has at most 20 bytes.
pub(crate) fn short_chunk_extensions_are_skipped(candidate: &Candidate) {
    for line in ["2;a", "2;a=b", "2 ; a=\"b\"", "2;aaaaaaaaaaaaaaaaaa"] {
        let response = expect_answer(open_after(candidate, format!("{CHUNKED}{line}\r\nok\r\n0;z\r\n\r\n")));
        assert_eq!(&response.body()[..], b"ok", "{line}");
    }
}

/// Longer than 20 bytes with the chunk's size, or endless.
pub(crate) fn long_chunk_extensions_are_refused(candidate: &Candidate) {
    let line = format!("{CHUNKED}2;{}\r\nok\r\n0\r\n\r\n", "a".repeat(19));
    is_refused_with_head(open_after(candidate, line));
    let script = Script::new().read_request().offer(CHUNKED).offer("2;").flood("a".repeat(1000));
    is_refused_with_head(exchange(candidate, script).0);
}

/// Some servers write every size with the same number of digits.
pub(crate) fn leading_zeros_in_chunk_sizes_are_accepted(candidate: &Candidate) {
    for size in ["02", "00000002", "00000000000000000002"] {
        let response = expect_answer(open_after(candidate, format!("{CHUNKED}{size}\r\nok\r\n000\r\n\r\n")));
        assert_eq!(&response.body()[..], b"ok", "{size}");
    }
}

/// The largest number of 64 bits is too large a body; a larger one is not a size.
pub(crate) fn huge_chunk_sizes_are_refused(candidate: &Candidate) {
    let open = |size: &str| open_after(candidate, format!("{CHUNKED}{size}\r\n{}", "x".repeat(2 << 20)));
    for size in ["7fffffffffffffff", "FFFFFFFFFFFFFFFF"] {
        expect_kind(open(size), Kind::TooLarge);
    }
    for size in ["10000000000000000", "ffffffffffffffffff"] {
        is_refused_with_head(open(size));
    }
}

/// At once, although the rest of the line may never come.
pub(crate) fn malformed_chunks_are_refused_at_once(candidate: &Candidate) {
    for body in ["z", "+2\r\n", "0x2\r\n", " 2\r\n", "2 2", "2\n", "2\r\nok\n", "2\r\nokx", "\r\n"] {
        is_refused_with_head(open_after(candidate, format!("{CHUNKED}{body}")));
    }
}

/// A body without its last line may have been cut off.
pub(crate) fn a_chunked_body_ends_with_an_empty_line(candidate: &Candidate) {
    for end in ["0\r\n", "0\r\nx: y\r\n", "0"] {
        let error =
            expect_kind(closed_after(candidate, format!("{CHUNKED}2\r\nok\r\n{end}")), Kind::Interrupted);
        assert_eq!(error.status().map(|status| status.as_u16()), Some(422), "{}", describe(&error));
    }
}

/// Nobody asked for another, and what it means for the body's end is not certain.
pub(crate) fn transfer_encodings_other_than_chunked_are_refused(candidate: &Candidate) {
    for encoding in
        ["gzip", "gzip, chunked", "chunked, gzip", "identity", "chunked\r\ntransfer-encoding: chunked"]
    {
        let head = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: {encoding}\r\n\r\n");
        expect_kind(closed_after(candidate, format!("{head}2\r\nok\r\n0\r\n\r\n")), Kind::Protocol);
    }
    let http_1_0 = "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    expect_kind(closed_after(candidate, http_1_0), Kind::Protocol);
}

/// A length is one number of at most 63 bits; two that are equal are one.
pub(crate) fn lengths_are_one_number(candidate: &Candidate) {
    let lengths = |lengths: &str| closed_after(candidate, format!("HTTP/1.1 200 OK\r\n{lengths}\r\nok"));
    expect_answer(lengths("content-length: 2\r\ncontent-length: 2\r\n"));
    for bad in ["2, 2", "9223372036854775808", "18446744073709551615"] {
        expect_kind(lengths(&format!("content-length: {bad}\r\n")), Kind::Protocol);
    }
}
