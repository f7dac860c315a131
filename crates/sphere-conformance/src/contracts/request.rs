//! The request on the wire is the given request. Only `Host` and framing are added.

use bytes::Bytes;
use http::{HeaderValue, Request};
use sphere_core::transport::{RequestBody, TransportRequest};

use super::calls::{EMPTY, KEY, OK, call, exchange, plain, post, send};
use super::expect::{
    expect_absent, expect_bytes, expect_eq, expect_requests, expect_response, expect_sent, only,
};
use crate::server::{Received, Script, Server};
use crate::subject::Candidate;

/// The request that the server sees when a new transport sends this one. The closure gets the server's URL.
fn seen(candidate: &Candidate, request: impl FnOnce(String) -> Request<RequestBody>) -> Received {
    let server = Server::start([Script::respond(EMPTY)]);
    let request = TransportRequest::new(request(server.url("")));
    expect_response(call(&plain(candidate), request));
    only(&server.finish()).clone()
}

/// The request that the server sees when a new transport posts this body.
fn posted(candidate: &Candidate, body: impl Into<Bytes>) -> Received {
    let body = body.into();
    seen(candidate, |url| post(url + "/v2/x", body).into_http())
}

fn bare(method: &str, url: String) -> Request<RequestBody> {
    let request = Request::builder().method(method).uri(url).body(RequestBody::empty());
    request.unwrap_or_else(|error| panic!("the request is invalid: {error}"))
}

/// The method decides what the server does, so a transport never changes it.
pub(crate) fn method_is_sent_as_given(candidate: &Candidate) {
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        expect_eq("the method", seen(candidate, |url| bare(method, url + "/")).method(), method);
    }
}

/// The path names the customer. A transport that decodes, encodes or normalizes it names another one.
pub(crate) fn path_and_query_are_sent_unchanged(candidate: &Candidate) {
    for target in [
        "/v2/customer/customer_1/face-verification-link",
        "/a%2Fb%20c/%2e%2E/d",
        "//double//slash/",
        "/;p=1,2/a:b@c!$&'()*+~",
        "/q?a=b&a=c&d=%26&e=+&f",
        "/q?",
        "/?only=query",
    ] {
        expect_eq("the target", seen(candidate, |url| bare("GET", url + target)).target(), target);
    }
}

/// A server that is not a proxy gets a path, not a whole URL (RFC 9112, section 3.2.1).
pub(crate) fn target_is_a_path_not_a_url(candidate: &Candidate) {
    expect_eq("the target", seen(candidate, |url| bare("GET", url)).target(), "/");
}

/// The transport sets `Host`, once: the URL's authority with its port.
pub(crate) fn host_header_has_authority_and_port(candidate: &Candidate) {
    let server = Server::start([Script::respond(EMPTY)]);
    let host = server.address().to_string();
    expect_response(send(&plain(candidate), server.url("/")));
    expect_sent(only(&server.finish()), "host", host);
}

/// The SDK decides which headers SpherePay sees. A header that the transport adds (`accept-encoding`, a user
/// agent, a cookie) changes the response. A transport adds `host`, and a `content-length` of 0 to an empty
/// POST without one; nothing else.
pub(crate) fn only_host_and_framing_headers_are_added(candidate: &Candidate) {
    let names = |request: &Received| {
        let mut names: Vec<_> = request.headers().into_iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        names
    };
    let given = ["accept", "authorization", "content-length", "host", "user-agent"];
    expect_eq("the list of request headers", names(&posted(candidate, "{}")), given);
    for method in ["GET", "DELETE", "HEAD"] {
        let request = seen(candidate, |url| bare(method, url + "/"));
        expect_eq(&format!("the list of headers of a bare {method}"), names(&request), ["host"]);
    }
    let mut of_post = names(&seen(candidate, |url| bare("POST", url + "/")));
    of_post.retain(|name| name != "content-length");
    expect_eq("the list of headers of a bare POST, without its length,", of_post, ["host"]);
}

/// Every header is sent with its value, the API key's too.
pub(crate) fn headers_are_sent_with_their_values(candidate: &Candidate) {
    let request = posted(candidate, "{}");
    expect_sent(&request, "authorization", format!("Bearer {KEY}"));
    expect_sent(&request, "accept", "application/json");
    expect_sent(&request, "user-agent", "conformance/1");
}

/// A header that is given twice is sent twice, in the same order. A transport that keeps headers in a plain map
/// loses one.
pub(crate) fn repeated_request_headers_are_all_sent(candidate: &Candidate) {
    let request = seen(candidate, |url| {
        let mut request = bare("GET", url + "/");
        for value in ["one", "two", "three"] {
            request.headers_mut().append("x-many", HeaderValue::from_static(value));
        }
        request
    });
    // RFC 9110, section 5.3, allows joining them in the same order.
    let joined = request.header("x-many").join(&b", "[..]);
    expect_bytes("the values of `x-many`", &joined, b"one, two, three");
}

/// A header value is bytes: `é` as one byte is neither an error nor two bytes.
pub(crate) fn request_header_bytes_are_sent_unchanged(candidate: &Candidate) {
    for value in [&b"caf\xe9"[..], b"a\tb  c", b"\"quoted, \\ and = ; signs\"", b""] {
        let request = seen(candidate, |url| {
            let mut request = bare("GET", url + "/");
            let value = HeaderValue::from_bytes(value);
            request.headers_mut().insert("x-raw", value.unwrap_or_else(|error| panic!("{error}")));
            request
        });
        expect_sent(&request, "x-raw", value);
    }
}

/// A body is bytes: it is not converted as text, and no byte ends it.
pub(crate) fn request_body_is_sent_unchanged(candidate: &Candidate) {
    let bytes: Vec<u8> = (0..=255).chain(*b"\r\n\r\n\0\0").collect();
    expect_bytes("the request body", posted(candidate, bytes.clone()).body(), &bytes);
}

/// A body in several segments is sent as one, in order, with the length of all.
pub(crate) fn body_segments_are_sent_in_order(candidate: &Candidate) {
    let segments = ["head,", "", "middle,", "end"].map(|segment| Bytes::from_static(segment.as_bytes()));
    let body = RequestBody::from_segments(segments);
    let request = seen(candidate, |url| {
        let request = Request::post(url + "/").header("content-length", body.len()).body(body);
        request.unwrap_or_else(|error| panic!("the request is invalid: {error}"))
    });
    expect_sent(&request, "content-length", "15");
    expect_bytes("the request body", request.body(), b"head,middle,end");
}

/// A body larger than the socket's buffers takes several writes, and all of them arrive.
pub(crate) fn large_request_body_is_sent_completely(candidate: &Candidate) {
    let pattern: Vec<u8> = (0..=250).collect();
    let bytes = pattern.repeat(4_000_000 / pattern.len());
    expect_bytes("the request body", posted(candidate, bytes.clone()).body(), &bytes);
}

/// `content-length` is the body's length and is sent once: two of them allow request smuggling.
pub(crate) fn content_length_is_correct_and_sent_once(candidate: &Candidate) {
    let request = posted(candidate, "{\"a\":1}");
    expect_sent(&request, "content-length", "7");
    expect_absent(&request, "transfer-encoding");
}

/// An empty POST has `content-length: 0`. Some gateways respond with 411 without it, and a chunked empty body
/// costs a second packet.
pub(crate) fn empty_post_has_content_length_zero(candidate: &Candidate) {
    let request = posted(candidate, "");
    expect_sent(&request, "content-length", "0");
    expect_absent(&request, "transfer-encoding");
    expect_bytes("the request body", request.body(), b"");
}

/// A GET without a body is sent without one, so nothing stands before the next request.
pub(crate) fn get_has_no_body(candidate: &Candidate) {
    let request = seen(candidate, |url| bare("GET", url + "/"));
    expect_absent(&request, "transfer-encoding");
    assert!(
        request.header("content-length").iter().all(|length| length == b"0"),
        "a GET without a body must not have a `content-length` above 0, but has one"
    );
}

/// A `set-cookie` header is returned like any other, and the next request is sent as given.
pub(crate) fn cookies_are_not_sent_back(candidate: &Candidate) {
    let first = "HTTP/1.1 200 OK\r\nset-cookie: session=1; Path=/\r\ncontent-length: 0\r\n\r\n";
    let server = Server::serve(move |_| first);
    let subject = plain(candidate);
    for _ in 0..2 {
        expect_response(send(&subject, server.url("/")));
    }
    for request in server.finish() {
        expect_absent(&request, "cookie");
    }
}

/// The URL, headers and body of one call have no effect on the next.
pub(crate) fn one_call_does_not_affect_the_next_request(candidate: &Candidate) {
    let server = Server::serve(|_| OK);
    let subject = plain(candidate);
    expect_response(call(&subject, post(server.url("/first"), "a long body that must not be sent again")));
    expect_response(call(&subject, TransportRequest::new(bare("GET", server.url("/second")))));
    let requests = server.finish();
    expect_requests(&requests, 2);
    expect_eq("the second request line", requests[1].request_line(), "GET /second HTTP/1.1");
    expect_absent(&requests[1], "authorization");
    expect_bytes("the second request body", requests[1].body(), b"");
}

/// Two equal calls are two requests; no response comes from a cache.
pub(crate) fn responses_are_not_cached(candidate: &Candidate) {
    let cacheable =
        "HTTP/1.1 200 OK\r\ncache-control: max-age=3600\r\netag: \"1\"\r\ncontent-length: 0\r\n\r\n";
    let server = Server::serve(move |_| cacheable);
    let subject = plain(candidate);
    for _ in 0..2 {
        let request = TransportRequest::new(bare("GET", server.url("/same")));
        expect_response(call(&subject, request));
    }
    let requests = server.finish();
    expect_requests(&requests, 2);
    expect_absent(&requests[1], "if-none-match");
}

/// The body is sent right after the head: `expect: 100-continue` is neither added nor awaited.
pub(crate) fn body_is_sent_without_expect_continue(candidate: &Candidate) {
    let (outcome, requests) = exchange(candidate, Script::respond(OK));
    expect_response(outcome);
    let request = only(&requests);
    expect_absent(request, "expect");
    expect_bytes("the request body", request.body(), b"{}");
}
