//! Bytes that are not one valid HTTP response. A transport that accepts them will one day return another
//! caller's response.

use sphere_core::transport::TransportErrorKind as Kind;

use super::calls::replied;
use super::expect::{excerpt, expect_body, expect_kind};
use crate::server::Reply;
use crate::subject::Candidate;

/// A server writes this and closes. It is not a response.
fn is_refused(candidate: &Candidate, bytes: impl AsRef<[u8]>) {
    let bytes = bytes.as_ref();
    if let Ok(response) = replied(candidate, Reply::new(bytes).close()) {
        panic!(
            "{:?} must not be accepted as a response, but was, with status {}",
            excerpt(bytes),
            response.status()
        );
    }
}

/// If two lengths differ, two readers disagree on where the body ends.
pub(crate) fn conflicting_lengths_are_refused(candidate: &Candidate) {
    is_refused(candidate, "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab");
    is_refused(candidate, "HTTP/1.1 200 OK\r\ncontent-length: 1, 2\r\n\r\nab");
}

/// A length consists of digits only.
pub(crate) fn non_numeric_lengths_are_refused(candidate: &Candidate) {
    for length in ["-1", "+2", "2x", "0x2", "", "99999999999999999999999"] {
        is_refused(candidate, format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\nab"));
    }
}

/// A chunk size consists of hexadecimal digits only.
pub(crate) fn invalid_chunk_sizes_are_refused(candidate: &Candidate) {
    for size in ["zz", "-1", "", "ffffffffffffffffff"] {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        is_refused(candidate, format!("{head}{size}\r\nab\r\n0\r\n\r\n"));
    }
}

/// A chunk has exactly its size; a line break must follow.
pub(crate) fn chunks_longer_than_their_size_are_refused(candidate: &Candidate) {
    is_refused(candidate, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n");
}

/// If a response has both a length and chunks, the chunks count or it is an error (RFC 9112, section 6.3).
pub(crate) fn content_length_never_overrides_chunks(candidate: &Candidate) {
    let bytes =
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    if let Ok(response) = replied(candidate, Reply::new(bytes).close()) {
        expect_body(&response, "ok");
    }
}

/// The server is not an HTTP server, or its response is invalid. The error says so, and not that the connection
/// broke.
pub(crate) fn invalid_http_is_a_protocol_error(candidate: &Candidate) {
    for bytes in [
        &b"nonsense\r\n\r\n"[..],
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"220 mail.example ESMTP\r\n\r\n",
        b"{\"status\":200}\r\n\r\n",
        b"HTTP/1.1 2x0 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
    ] {
        expect_kind(replied(candidate, Reply::new(bytes).close()), Kind::Protocol);
    }
}

/// A response without a head, as in HTTP/0.9: every TCP service would look like a success.
pub(crate) fn http_0_9_is_refused(candidate: &Candidate) {
    is_refused(candidate, "<html>hello</html>\r\n");
    is_refused(candidate, "ok");
}

/// A server that expects TLS answers plain text with a TLS alert.
pub(crate) fn tls_alert_on_plain_http_is_refused(candidate: &Candidate) {
    is_refused(candidate, b"\x15\x03\x01\x00\x02\x02\x28");
}

/// A status consists of three digits.
pub(crate) fn invalid_status_lines_are_refused(candidate: &Candidate) {
    for line in ["HTTP/1.1 2x0 OK", "HTTP/1.1 20 OK", "HTTP/1.1 OK", "HTTP/1.1 -200 OK", "HTTP/9 200 OK"] {
        is_refused(candidate, format!("{line}\r\ncontent-length: 0\r\n\r\n"));
    }
}

/// A part of a status line or head is not a response, even if it is valid so far.
pub(crate) fn partial_head_is_refused(candidate: &Candidate) {
    for part in ["HT", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nx: y\r\n"] {
        is_refused(candidate, part);
    }
}

/// With NUL in a header, one parser sees less than another.
pub(crate) fn nul_in_headers_is_refused(candidate: &Candidate) {
    is_refused(candidate, "HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 0\r\n\r\n");
    is_refused(candidate, "HTTP/1.1 200 OK\r\nx\0y: a\r\ncontent-length: 0\r\n\r\n");
}

/// A line without a colon, or with a space in its name, is not a header and must not be skipped.
pub(crate) fn invalid_header_lines_are_refused(candidate: &Candidate) {
    for line in ["no colon here", "a name: x", "name : x", ": x"] {
        is_refused(candidate, format!("HTTP/1.1 200 OK\r\n{line}\r\ncontent-length: 0\r\n\r\n"));
    }
}

/// A connection that ends before the response begins was interrupted. It is not an empty response.
pub(crate) fn missing_response_is_an_interruption(candidate: &Candidate) {
    for reply in [Reply::new("").close(), Reply::new("").reset()] {
        expect_kind(replied(candidate, reply), Kind::Interrupted);
    }
}
