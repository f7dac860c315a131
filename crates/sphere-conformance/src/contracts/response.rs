//! What comes back is what was sent, whatever its status.

use super::kit::{answer, exchange, expect_answer, last_answer};
use crate::Candidate;
use crate::server::{Gate, Script};

/// A gzip stream of the three bytes `abc`.
const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\x03KLJ\x06\0\xc2A$5\x03\0\0\0";

/// A status is for the SDK to judge: a transport that makes an error of some loses their body, and with it
/// the correlation id that support asks for.
pub(crate) fn every_status_is_an_answer(candidate: &Candidate) {
    for status in [200, 202, 299, 400, 401, 403, 404, 409, 418, 422, 429, 499, 500, 502, 503, 504, 599] {
        let bytes = format!("HTTP/1.1 {status} Whatever\r\ncontent-length: 2\r\n\r\nok");
        assert_eq!(answer(candidate, bytes).status(), status);
    }
}

/// What the server says about its refusal is in the body and the headers of it.
pub(crate) fn error_statuses_keep_headers_and_body(candidate: &Candidate) {
    for status in [400, 422, 429, 500, 503] {
        let bytes = format!(
            "HTTP/1.1 {status} No\r\nretry-after: 7\r\nx-correlation-id: c1\r\ncontent-length: 10\r\n\r\n{{\"code\":1}}"
        );
        let response = answer(candidate, bytes);
        assert_eq!(response.headers()["retry-after"], "7", "with {status}");
        assert_eq!(response.headers()["x-correlation-id"], "c1", "with {status}");
        assert_eq!(&response.body()[..], b"{\"code\":1}", "with {status}");
    }
}

/// A refused key is an answer; no other way to log in is tried.
pub(crate) fn a_challenge_is_an_answer(candidate: &Candidate) {
    let response = answer(
        candidate,
        "HTTP/1.1 401 No\r\nwww-authenticate: Basic realm=\"x\"\r\ncontent-length: 0\r\n\r\n",
    );
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()["www-authenticate"], "Basic realm=\"x\"");
}

/// A header that comes twice is there twice, in its order: `retry-after` may be such a one.
pub(crate) fn repeated_headers_all_arrive_in_order(candidate: &Candidate) {
    let response = answer(
        candidate,
        "HTTP/1.1 200 OK\r\nx-many: one\r\nx-other: 0\r\nX-Many: two\r\nx-many: \r\ncontent-length: 0\r\n\r\n",
    );
    let values: Vec<_> = response.headers().get_all("x-many").iter().collect();
    assert_eq!(values, ["one", "two", ""]);
}

/// A header value is bytes. One that is not UTF-8 is neither an error nor dropped.
pub(crate) fn header_values_that_are_not_utf8_arrive_as_bytes(candidate: &Candidate) {
    let response = answer(candidate, b"HTTP/1.1 200 OK\r\nx-latin: caf\xe9\r\ncontent-length: 2\r\n\r\nok");
    assert_eq!(response.headers()["x-latin"].as_bytes(), b"caf\xe9");
}

/// Header names are the same in any case, and their values without the space around them.
pub(crate) fn header_names_arrive_in_any_case(candidate: &Candidate) {
    let response =
        answer(candidate, "HTTP/1.1 200 OK\r\nX-CORRELATION-Id:c1  \r\nCONTENT-LENGTH:   2\r\n\r\nok");
    assert_eq!(response.headers()["x-correlation-id"], "c1");
    assert_eq!(&response.body()[..], b"ok");
}

/// An empty answer is one, also where a body is usual.
pub(crate) fn an_empty_201_is_an_answer(candidate: &Candidate) {
    let response = answer(candidate, "HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n");
    assert_eq!((response.status().as_u16(), response.body().len()), (201, 0));
}

/// 204 and 304 end with their head (RFC 9112, section 6.3): whoever waits for a body waits in vain.
pub(crate) fn answers_that_cannot_have_a_body_end_with_their_head(candidate: &Candidate) {
    for head in ["204 No Content\r\n", "304 Not Modified\r\n", "304 Not Modified\r\ncontent-length: 5\r\n"] {
        let response = answer(candidate, format!("HTTP/1.1 {head}etag: \"1\"\r\n\r\n"));
        assert!(response.body().is_empty());
        assert_eq!(response.headers()["etag"], "\"1\"");
    }
}

/// A body is bytes, whatever its type says.
pub(crate) fn binary_bodies_arrive_byte_for_byte(candidate: &Candidate) {
    let body: Vec<u8> = (0..=255).chain(*b"\r\n\r\n\0").collect();
    for content_type in ["application/octet-stream", "application/json", "text/plain; charset=iso-8859-1"] {
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        assert_eq!(answer(candidate, [head.as_bytes(), &body].concat()).body(), &body);
    }
}

/// 100 and 103 announce an answer and are none (RFC 9110, section 15.2).
pub(crate) fn informational_answers_are_skipped(candidate: &Candidate) {
    for first in ["100 Continue\r\n", "103 Early Hints\r\nlink: </x>\r\n", "102 Processing\r\n"] {
        let bytes = format!(
            "HTTP/1.1 {first}\r\nHTTP/1.1 {first}\r\nHTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok"
        );
        let response = answer(candidate, bytes);
        assert_eq!(response.status(), 201);
        assert_eq!(&response.body()[..], b"ok");
        assert!(!response.headers().contains_key("link"), "a header of the announcement is in the answer");
    }
}

/// Nobody asked for compression. Decompressing behind the SDK's back defeats its size limit (a kilobyte may
/// become a gigabyte) and hides what the server really sent.
pub(crate) fn compressed_bodies_are_handed_on_untouched(candidate: &Candidate) {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", GZIP.len());
    let response = answer(candidate, [head.as_bytes(), GZIP].concat());
    assert_eq!(&response.body()[..], GZIP);
    assert_eq!(response.headers()["content-encoding"], "gzip");
}

/// Chunks are framing, not content; so are their extensions and trailers.
pub(crate) fn chunked_bodies_are_put_together(candidate: &Candidate) {
    let response = answer(
        candidate,
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\
         3\r\nabc\r\n1;name=value\r\nd\r\n0A\r\n0123456789\r\n0\r\nx-trailer: 1\r\n\r\n",
    );
    assert_eq!(&response.body()[..], b"abcd0123456789");
}

/// A body without a length ends with its connection (RFC 9112, section 6.3).
pub(crate) fn a_body_without_length_ends_with_the_connection(candidate: &Candidate) {
    let response = last_answer(candidate, "HTTP/1.1 200 OK\r\n\r\nto the end");
    assert_eq!(&response.body()[..], b"to the end");
}

/// Where one packet ends and the next begins means nothing.
pub(crate) fn an_answer_in_single_bytes_arrives_whole(candidate: &Candidate) {
    let bytes = "HTTP/1.1 200 OK\r\nx: y\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    let response = expect_answer(exchange(candidate, Script::new().read_request().dribble(bytes)).0);
    assert_eq!(response.headers()["x"], "y");
    assert_eq!(&response.body()[..], b"ok");
}

/// A body that comes later than its head is waited for.
pub(crate) fn a_body_that_comes_after_its_head_is_waited_for(candidate: &Candidate) {
    let gate = Gate::new();
    let script = Script::new()
        .read_request()
        .write("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nta")
        .dribble("ke")
        .open(&gate);
    let response = expect_answer(exchange(candidate, script).0);
    gate.wait();
    assert_eq!(&response.body()[..], b"take");
}

/// An answer that is larger than any buffer arrives whole.
pub(crate) fn a_large_body_arrives_whole(candidate: &Candidate) {
    let body: Vec<u8> = (b'a'..=b'z').cycle().take(900_000).collect();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    let response = answer(candidate, [head.as_bytes(), &body].concat());
    assert!(response.body()[..] == body, "{} bytes arrived of {}", response.body().len(), body.len());
}

/// Servers and gateways that speak HTTP/1.0 are still about.
pub(crate) fn an_answer_in_http_1_0_is_an_answer(candidate: &Candidate) {
    let response = last_answer(candidate, "HTTP/1.0 200 OK\r\nserver: old\r\n\r\nbusy");
    assert_eq!(response.headers()["server"], "old");
    assert_eq!(&response.body()[..], b"busy");
}
