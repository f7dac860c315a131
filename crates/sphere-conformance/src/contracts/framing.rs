//! Bytes that are not an HTTP answer, or two at once. A transport that makes sense of them will one day read
//! somebody else's answer as the caller's.

use sphere_core::transport::TransportErrorKind as Kind;

use super::kit::{describe, expect_error, expect_kind, replied};
use crate::Candidate;
use crate::server::Reply;

/// What a server says before it closes is not an answer.
fn is_refused(candidate: &Candidate, bytes: impl AsRef<[u8]>) {
    let bytes = bytes.as_ref();
    let outcome = replied(candidate, Reply::new(bytes).close());
    if let Ok(response) = outcome {
        panic!("{:?} passed for an answer with status {}", String::from_utf8_lossy(bytes), response.status());
    }
}

/// Two lengths that differ: which bytes are the body depends on who reads.
pub(crate) fn conflicting_lengths_are_refused(candidate: &Candidate) {
    is_refused(candidate, "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab");
    is_refused(candidate, "HTTP/1.1 200 OK\r\ncontent-length: 1, 2\r\n\r\nab");
}

/// A length is a number of digits and no more.
pub(crate) fn lengths_that_are_no_numbers_are_refused(candidate: &Candidate) {
    for length in ["-1", "+2", "2x", "0x2", "", "99999999999999999999999"] {
        is_refused(candidate, format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\nab"));
    }
}

/// So is a chunk's size, in hexadecimal.
pub(crate) fn bad_chunk_sizes_are_refused(candidate: &Candidate) {
    for size in ["zz", "-1", "", "ffffffffffffffffff"] {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        is_refused(candidate, format!("{head}{size}\r\nab\r\n0\r\n\r\n"));
    }
}

/// A chunk is as long as it says: what follows it must be its end.
pub(crate) fn chunks_longer_than_their_size_are_refused(candidate: &Candidate) {
    is_refused(candidate, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n");
}

/// With a length and with chunks, the chunks count or nothing does (RFC 9112, section 6.3): never the length.
pub(crate) fn a_length_does_not_win_over_chunks(candidate: &Candidate) {
    let bytes =
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    if let Ok(response) = replied(candidate, Reply::new(bytes).close()) {
        assert_eq!(&response.body()[..], b"ok");
    }
}

/// Somebody who does not speak HTTP listens there. The error says so, and not that the connection broke.
pub(crate) fn what_is_not_http_is_a_protocol_error(candidate: &Candidate) {
    for bytes in ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "220 mail.example ESMTP\r\n\r\n", "{\"status\":200}\r\n\r\n"]
    {
        expect_kind(replied(candidate, Reply::new(bytes).close()), Kind::Protocol);
    }
}

/// An answer without a head, as before HTTP/1.0: whatever a port says would pass for a good answer.
pub(crate) fn http_0_9_is_refused(candidate: &Candidate) {
    is_refused(candidate, "<html>hello</html>\r\n");
    is_refused(candidate, "ok");
}

/// The port speaks TLS and is spoken to in plain text: it answers with an alert.
pub(crate) fn a_tls_alert_on_a_plain_port_is_refused(candidate: &Candidate) {
    is_refused(candidate, b"\x15\x03\x01\x00\x02\x02\x28");
}

/// A status is three digits.
pub(crate) fn bad_status_lines_are_refused(candidate: &Candidate) {
    for line in ["HTTP/1.1 2x0 OK", "HTTP/1.1 20 OK", "HTTP/1.1 OK", "HTTP/1.1 -200 OK", "HTTP/9 200 OK"] {
        is_refused(candidate, format!("{line}\r\ncontent-length: 0\r\n\r\n"));
    }
}

/// Half a status line, or half a head, is none, even if what came makes sense.
pub(crate) fn half_a_head_is_refused(candidate: &Candidate) {
    for half in ["HT", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nx: y\r\n"] {
        is_refused(candidate, half);
    }
}

/// NUL in a header is how one parser is made to see less than another.
pub(crate) fn nul_in_a_header_is_refused(candidate: &Candidate) {
    is_refused(candidate, "HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 0\r\n\r\n");
    is_refused(candidate, "HTTP/1.1 200 OK\r\nx\0y: a\r\ncontent-length: 0\r\n\r\n");
}

/// A line without a colon, a name with a space before it: not headers, and not to be skipped.
pub(crate) fn header_lines_that_are_none_are_refused(candidate: &Candidate) {
    for line in ["no colon here", "a name: x", "name : x", ": x"] {
        is_refused(candidate, format!("HTTP/1.1 200 OK\r\n{line}\r\ncontent-length: 0\r\n\r\n"));
    }
}

/// The end of the connection before a byte of an answer is an interruption, not an empty answer.
pub(crate) fn no_answer_at_all_is_an_interruption(candidate: &Candidate) {
    for reply in [Reply::new("").close(), Reply::new("").reset()] {
        let error = expect_error(replied(candidate, reply));
        assert_eq!(error.kind(), Kind::Interrupted, "{}", describe(&error));
    }
}
