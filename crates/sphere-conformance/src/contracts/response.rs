//! The returned response is the response on the wire, whatever its status.

use super::calls::{exchange, last_response, response};
use super::expect::{expect_body, expect_eq, expect_header, expect_response, expect_status};
use crate::server::{Gate, Script};
use crate::subject::Candidate;

/// A gzip stream of the three bytes `abc`.
const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\x03KLJ\x06\0\xc2A$5\x03\0\0\0";

/// The SDK interprets the status. A transport that returns an error for some statuses loses their body, and with
/// it the correlation id that support asks for.
pub(crate) fn every_status_is_a_response(candidate: &Candidate) {
    for status in
        [200, 201, 202, 299, 400, 401, 403, 404, 409, 418, 422, 429, 499, 500, 502, 503, 504, 599, 999]
    {
        let bytes = format!("HTTP/1.1 {status} Whatever\r\ncontent-length: 2\r\n\r\nok");
        let response = response(candidate, bytes);
        expect_status(&response, status);
        expect_body(&response, "ok");
    }
}

/// The body and headers of an error response say why the server refused.
pub(crate) fn error_responses_keep_headers_and_body(candidate: &Candidate) {
    for status in [400, 422, 429, 500, 503] {
        let bytes = format!(
            "HTTP/1.1 {status} No\r\nretry-after: 7\r\nx-correlation-id: c1\r\ncontent-length: 10\r\n\r\n{{\"code\":1}}"
        );
        let response = response(candidate, bytes);
        expect_header(&response, "retry-after", "7");
        expect_header(&response, "x-correlation-id", "c1");
        expect_body(&response, "{\"code\":1}");
    }
}

/// A 401 is returned; the transport tries no other way to authenticate.
pub(crate) fn unauthorized_is_a_response(candidate: &Candidate) {
    let response = response(
        candidate,
        "HTTP/1.1 401 No\r\nwww-authenticate: Basic realm=\"x\"\r\ncontent-length: 0\r\n\r\n",
    );
    expect_status(&response, 401);
    expect_header(&response, "www-authenticate", "Basic realm=\"x\"");
}

/// A header that is sent several times is returned several times, in the same order.
pub(crate) fn repeated_response_headers_keep_their_order(candidate: &Candidate) {
    let response = response(
        candidate,
        "HTTP/1.1 200 OK\r\nx-many: one\r\nx-other: 0\r\nX-Many: two\r\nx-many: \r\ncontent-length: 0\r\n\r\n",
    );
    let values: Vec<_> = response.headers().get_all("x-many").iter().collect();
    expect_eq("the list of values of `x-many`", values, ["one", "two", ""]);
}

/// A header value is bytes. A value that is not UTF-8 is neither an error nor dropped.
pub(crate) fn non_utf8_header_values_are_kept(candidate: &Candidate) {
    let response = response(candidate, b"HTTP/1.1 200 OK\r\nx-latin: caf\xe9\r\ncontent-length: 2\r\n\r\nok");
    expect_header(&response, "x-latin", b"caf\xe9");
}

/// Header names are equal in upper and lower case, and values come without the spaces around them.
pub(crate) fn response_header_names_ignore_case(candidate: &Candidate) {
    let response =
        response(candidate, "HTTP/1.1 200 OK\r\nX-CORRELATION-Id:c1  \r\nCONTENT-LENGTH:   2\r\n\r\nok");
    expect_header(&response, "x-correlation-id", "c1");
    expect_body(&response, "ok");
}

/// A response may be empty even where a body is usual.
pub(crate) fn empty_201_is_a_response(candidate: &Candidate) {
    let response = response(candidate, "HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n");
    expect_status(&response, 201);
    expect_body(&response, "");
}

/// 204 and 304 end with their head (RFC 9112, section 6.3). A transport that waits for a body waits for ever.
pub(crate) fn responses_without_body_end_after_the_head(candidate: &Candidate) {
    for (status, length) in
        [(204, ""), (204, "content-length: 0\r\n"), (304, ""), (304, "content-length: 5\r\n")]
    {
        let response = response(candidate, format!("HTTP/1.1 {status} X\r\n{length}etag: \"1\"\r\n\r\n"));
        expect_status(&response, status);
        expect_body(&response, "");
        expect_header(&response, "etag", "\"1\"");
    }
}

/// A body is bytes, whatever its content type says.
pub(crate) fn binary_response_body_is_unchanged(candidate: &Candidate) {
    let body: Vec<u8> = (0..=255).chain(*b"\r\n\r\n\0").collect();
    for content_type in ["application/octet-stream", "application/json", "text/plain; charset=iso-8859-1"] {
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        expect_body(&response(candidate, [head.as_bytes(), &body].concat()), &body);
    }
}

/// 100, 102 and 103 come before the final response and are not it (RFC 9110, section 15.2). A large body right
/// behind one is not a large head.
pub(crate) fn informational_responses_are_skipped(candidate: &Candidate) {
    let large = "x".repeat(100_000);
    for first in ["100 Continue\r\n", "103 Early Hints\r\nlink: </x>\r\n", "102 Processing\r\n"] {
        for body in ["ok", &large] {
            let bytes = format!(
                "HTTP/1.1 {first}\r\nHTTP/1.1 {first}\r\nHTTP/1.1 201 Created\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            let response = response(candidate, bytes);
            expect_status(&response, 201);
            expect_body(&response, body);
            assert!(
                !response.headers().contains_key("link"),
                "a header of the informational response must not be in the final one, but is"
            );
        }
    }
}

/// The SDK did not ask for compression. A transport that decompresses defeats the size limit (a kilobyte may
/// become a gigabyte) and hides what the server sent.
pub(crate) fn compressed_body_is_not_decoded(candidate: &Candidate) {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", GZIP.len());
    let response = response(candidate, [head.as_bytes(), GZIP].concat());
    expect_body(&response, GZIP);
    expect_header(&response, "content-encoding", "gzip");
}

/// Chunks, their extensions and trailers are framing and not part of the body.
pub(crate) fn chunked_body_is_decoded(candidate: &Candidate) {
    let response = response(
        candidate,
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\
         3\r\nabc\r\n1;name=value\r\nd\r\n0A\r\n0123456789\r\n0\r\nx-trailer: 1\r\n\r\n",
    );
    expect_body(&response, "abcd0123456789");
}

/// A body without a length ends with its connection (RFC 9112, section 6.3).
pub(crate) fn body_without_length_ends_with_the_connection(candidate: &Candidate) {
    expect_body(&last_response(candidate, "HTTP/1.1 200 OK\r\n\r\nto the end"), "to the end");
}

/// It does not matter how a response is split into packets.
pub(crate) fn response_in_single_bytes_is_complete(candidate: &Candidate) {
    let bytes = "HTTP/1.1 200 OK\r\nx: y\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    let response = expect_response(exchange(candidate, Script::new().read_request().dribble(bytes)).0);
    expect_header(&response, "x", "y");
    expect_body(&response, "ok");
}

/// A transport waits for a body that is sent later than its head.
pub(crate) fn body_sent_after_its_head_is_awaited(candidate: &Candidate) {
    let gate = Gate::new();
    let script = Script::new()
        .read_request()
        .write("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nta")
        .dribble("ke")
        .open(&gate);
    let response = expect_response(exchange(candidate, script).0);
    gate.wait();
    expect_body(&response, "take");
}

/// A response that is larger than any buffer arrives completely.
pub(crate) fn large_response_body_is_complete(candidate: &Candidate) {
    let body: Vec<u8> = (b'a'..=b'z').cycle().take(900_000).collect();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    expect_body(&response(candidate, [head.as_bytes(), &body].concat()), &body);
}

/// Some servers and gateways still use HTTP/1.0.
pub(crate) fn http_1_0_response_is_accepted(candidate: &Candidate) {
    let response = last_response(candidate, "HTTP/1.0 200 OK\r\nserver: old\r\n\r\nbusy");
    expect_header(&response, "server", "old");
    expect_body(&response, "busy");
}
