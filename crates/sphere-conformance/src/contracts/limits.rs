//! The exact limits of the SDK's own transports, so that they do not differ. A transport with other limits leaves
//! this group out; the group `size` is for all.

use std::fmt::Write as _;

use sphere_core::transport::{TransportError, TransportErrorKind as Kind};

use super::calls::exchange;
use super::expect::{Outcome, expect_body, expect_eq, expect_kind, expect_response};
use crate::server::Script;
use crate::subject::Candidate;

const MAX_HEAD_BYTES: usize = 32 * 1024;
const MAX_LINES: usize = 100;
const CHUNKED: &str = "HTTP/1.1 422 No\r\ntransfer-encoding: chunked\r\n\r\n";

/// One call to a server that writes this and closes.
fn closed_after(candidate: &Candidate, bytes: impl AsRef<[u8]>) -> Outcome {
    exchange(candidate, Script::new().read_request().try_write(bytes).close()).0
}

/// One call to a server that writes this and then waits.
fn open_after(candidate: &Candidate, bytes: impl AsRef<[u8]>) -> Outcome {
    exchange(candidate, Script::new().read_request().try_write(bytes).drain()).0
}

/// The error has the head of [`CHUNKED`].
#[track_caller]
fn has_head(error: &TransportError) {
    expect_eq("the error's status", error.status().map(|status| status.as_u16()), Some(422));
}

/// The outcome is a protocol error that keeps the head.
#[track_caller]
fn is_refused_with_head(outcome: Outcome) {
    has_head(&expect_kind(outcome, Kind::Protocol));
}

/// A head of exactly this many bytes.
fn head(bytes: usize) -> String {
    let frame = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: \r\n\r\n";
    frame.replace("x: ", &format!("x: {}", "y".repeat(bytes - frame.len())))
}

/// This many header lines, all with different names.
fn lines(count: usize) -> String {
    (0..count).fold(String::new(), |mut all, number| {
        let _ = write!(all, "x-{number}: z\r\n");
        all
    })
}

/// A head of 32 KiB is allowed, also after interim responses: each has its own limit.
pub(crate) fn head_of_32_kib_is_accepted(candidate: &Candidate) {
    let largest = head(MAX_HEAD_BYTES);
    expect_response(open_after(candidate, &largest));
    let interim = format!("HTTP/1.1 103 X\r\nlink: {}\r\n\r\n", "y".repeat(MAX_HEAD_BYTES / 2));
    expect_response(open_after(candidate, format!("{interim}{interim}{largest}")));
}

/// One byte more is not, even if the head is complete.
pub(crate) fn head_over_32_kib_is_refused(candidate: &Candidate) {
    expect_kind(open_after(candidate, head(MAX_HEAD_BYTES + 1)), Kind::Protocol);
}

/// All of 100 header lines arrive.
pub(crate) fn one_hundred_header_lines_are_accepted(candidate: &Candidate) {
    let many = lines(MAX_LINES - 1);
    let response =
        expect_response(open_after(candidate, format!("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n{many}\r\n")));
    expect_eq("the number of response headers", response.headers().len(), MAX_LINES);
}

/// One more is an error, because a dropped one may be `retry-after`.
pub(crate) fn more_than_100_header_lines_are_refused(candidate: &Candidate) {
    let many = lines(MAX_LINES);
    let bytes = format!("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n{many}\r\n");
    expect_kind(open_after(candidate, bytes), Kind::Protocol);
}

/// Up to 100 trailers are skipped, and none becomes a header (RFC 9110, section 6.5.1).
pub(crate) fn one_hundred_trailers_are_skipped(candidate: &Candidate) {
    for count in [1, MAX_LINES] {
        let trailers = lines(count);
        let response =
            expect_response(open_after(candidate, format!("{CHUNKED}2\r\nok\r\n0\r\n{trailers}\r\n")));
        expect_body(&response, "ok");
        assert!(!response.headers().contains_key("x-0"), "a trailer must not become a header, but did");
    }
}

/// More trailers are refused: 101, 300, or a few with too many bytes.
pub(crate) fn more_than_100_trailers_are_refused(candidate: &Candidate) {
    for trailers in [lines(MAX_LINES + 1), lines(300), format!("x: {}\r\n", "y".repeat(9000))] {
        is_refused_with_head(open_after(candidate, format!("{CHUNKED}2\r\nok\r\n0\r\n{trailers}\r\n")));
    }
}

/// Endless trailers are refused long before the time of the call is over.
pub(crate) fn endless_trailers_are_refused(candidate: &Candidate) {
    for piece in ["x: y\r\n", "x"] {
        let script =
            Script::new().read_request().try_write(CHUNKED).try_write("0\r\n").flood(piece.repeat(1000));
        is_refused_with_head(exchange(candidate, script).0);
    }
}

/// A trailer must be a valid header line. If it is not, the body's end is not certain.
pub(crate) fn invalid_trailers_are_refused(candidate: &Candidate) {
    for line in ["no colon", "x : y", ": y", " x: y", "x: a\0b"] {
        is_refused_with_head(open_after(candidate, format!("{CHUNKED}2\r\nok\r\n0\r\n{line}\r\n\r\n")));
    }
}

/// Chunk extensions are ignored (RFC 9112, section 7.1.1). A line with the size and its extension has at most 20
/// bytes.
pub(crate) fn short_chunk_extensions_are_skipped(candidate: &Candidate) {
    for line in ["2;a", "2;a=b", "2 ; a=\"b\"", "2;aaaaaaaaaaaaaaaaaa"] {
        let response =
            expect_response(open_after(candidate, format!("{CHUNKED}{line}\r\nok\r\n0;z\r\n\r\n")));
        expect_body(&response, "ok");
    }
}

/// A longer line is refused, and so is an endless one.
pub(crate) fn long_chunk_extensions_are_refused(candidate: &Candidate) {
    let line = format!("{CHUNKED}2;{}\r\nok\r\n0\r\n\r\n", "a".repeat(19));
    is_refused_with_head(open_after(candidate, line));
    let script = Script::new().read_request().try_write(CHUNKED).try_write("2;").flood("a".repeat(1000));
    is_refused_with_head(exchange(candidate, script).0);
}

/// Some servers pad every chunk size to the same number of digits.
pub(crate) fn leading_zeros_in_chunk_sizes_are_accepted(candidate: &Candidate) {
    for size in ["02", "00000002", "00000000000000000002"] {
        let response =
            expect_response(open_after(candidate, format!("{CHUNKED}{size}\r\nok\r\n000\r\n\r\n")));
        expect_body(&response, "ok");
    }
}

/// A size of up to 64 bits is a body that is too large. A larger number is not a valid size.
pub(crate) fn huge_chunk_sizes_are_refused(candidate: &Candidate) {
    let open = |size: &str| open_after(candidate, format!("{CHUNKED}{size}\r\n{}", "x".repeat(2 << 20)));
    for size in ["7fffffffffffffff", "FFFFFFFFFFFFFFFF"] {
        expect_kind(open(size), Kind::TooLarge);
    }
    for size in ["10000000000000000", "ffffffffffffffffff"] {
        is_refused_with_head(open(size));
    }
}

/// An invalid chunk is refused at once, because the rest of its line may never come.
pub(crate) fn invalid_chunks_are_refused_at_once(candidate: &Candidate) {
    for body in ["z", "+2\r\n", "0x2\r\n", " 2\r\n", "2 2", "2\n", "2\r\nok\n", "2\r\nokx", "\r\n"] {
        is_refused_with_head(open_after(candidate, format!("{CHUNKED}{body}")));
    }
}

/// A chunked body ends with an empty line. Without it, the body may have been cut off.
pub(crate) fn chunked_body_needs_its_last_line(candidate: &Candidate) {
    for end in ["0\r\n", "0\r\nx: y\r\n", "0"] {
        let error =
            expect_kind(closed_after(candidate, format!("{CHUNKED}2\r\nok\r\n{end}")), Kind::Interrupted);
        has_head(&error);
    }
}

/// No other transfer encoding was requested, and where its body ends is not certain.
pub(crate) fn transfer_encodings_except_chunked_are_refused(candidate: &Candidate) {
    for encoding in
        ["gzip", "gzip, chunked", "chunked, gzip", "identity", "chunked\r\ntransfer-encoding: chunked"]
    {
        let head = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: {encoding}\r\n\r\n");
        expect_kind(closed_after(candidate, format!("{head}2\r\nok\r\n0\r\n\r\n")), Kind::Protocol);
    }
    let http_1_0 = "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    expect_kind(closed_after(candidate, http_1_0), Kind::Protocol);
}

/// A `content-length` is one number of at most 63 bits. Two equal headers count as one.
pub(crate) fn content_length_must_be_one_number(candidate: &Candidate) {
    let lengths = |lengths: &str| closed_after(candidate, format!("HTTP/1.1 200 OK\r\n{lengths}\r\nok"));
    expect_response(lengths("content-length: 2\r\ncontent-length: 2\r\n"));
    for bad in ["2, 2", "9223372036854775808", "18446744073709551615"] {
        expect_kind(lengths(&format!("content-length: {bad}\r\n")), Kind::Protocol);
    }
}
