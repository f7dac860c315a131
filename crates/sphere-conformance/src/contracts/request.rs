//! What goes out is what was given, with nothing added but `Host` and framing.

use bytes::Bytes;
use http::{HeaderValue, Request};
use sphere_core::transport::{RequestBody, TransportRequest};

use super::kit::{EMPTY, KEY, OK, call, exchange, expect_answer, plain, post, send};
use crate::Candidate;
use crate::server::{Received, Script, Server};

/// The one request that the server sees when a fresh transport sends this one, given the server's URL.
fn seen(candidate: &Candidate, request: impl FnOnce(String) -> Request<RequestBody>) -> Received {
    let server = Server::start([Script::answer(EMPTY)]);
    let request = TransportRequest::new(request(server.url("")));
    expect_answer(call(&plain(candidate), request));
    server.finish().remove(0)
}

/// The one request that the server sees when a fresh transport posts this body.
fn posted(candidate: &Candidate, body: impl Into<Bytes>) -> Received {
    let body = body.into();
    seen(candidate, |url| post(url + "/v2/x", body).into_http())
}

fn bare(method: &str, url: String) -> Request<RequestBody> {
    let request = Request::builder().method(method).uri(url).body(RequestBody::empty());
    request.unwrap_or_else(|error| panic!("a bad request: {error}"))
}

/// The method decides what happens at the server; none is turned into another.
pub(crate) fn the_method_goes_out_as_given(candidate: &Candidate) {
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        assert_eq!(seen(candidate, |url| bare(method, url + "/")).method(), method);
    }
}

/// The path names the customer. Whoever decodes, encodes again or tidies it up names another one.
pub(crate) fn path_and_query_go_out_byte_for_byte(candidate: &Candidate) {
    for target in [
        "/v2/customer/customer_1/face-verification-link",
        "/a%2Fb%20c/%2e%2E/d",
        "//double//slash/",
        "/;p=1,2/a:b@c!$&'()*+~",
        "/q?a=b&a=c&d=%26&e=+&f",
        "/q?",
        "/?only=query",
    ] {
        assert_eq!(seen(candidate, |url| bare("GET", url + target)).target(), target);
    }
}

/// A server that is no proxy is asked with a path, not with a whole URL (RFC 9112, section 3.2.1).
pub(crate) fn the_target_is_a_path_not_a_whole_url(candidate: &Candidate) {
    assert_eq!(seen(candidate, |url| bare("GET", url)).target(), "/");
}

/// `Host` is the one header that the transport makes: the URL's authority, with its port, once.
pub(crate) fn host_names_the_authority_with_its_port(candidate: &Candidate) {
    let server = Server::start([Script::answer(EMPTY)]);
    let host = server.address().to_string();
    expect_answer(send(&plain(candidate), server.url("/")));
    assert_eq!(server.finish()[0].header("host"), [host.as_bytes()]);
}

/// The SDK decides which headers SpherePay sees. One that a transport adds (`accept-encoding`, a user agent,
/// a cookie) changes what comes back; so the set on the wire is the set that was given, with `host` and what
/// frames the message and manages the connection.
pub(crate) fn no_header_is_added_but_host_and_framing(candidate: &Candidate) {
    let names = |request: &Received| {
        let mut names: Vec<_> = request.headers().into_iter().map(|(name, _)| name).collect();
        names.retain(|name| !["connection", "transfer-encoding"].contains(&name.as_str()));
        names.sort_unstable();
        names
    };
    let given = ["accept", "authorization", "content-length", "host", "user-agent"];
    assert_eq!(names(&posted(candidate, "{}")), given);
    assert_eq!(names(&seen(candidate, |url| bare("GET", url + "/"))), ["host"]);
}

/// Every header goes out with its value, the key's among them.
pub(crate) fn headers_go_out_with_their_values(candidate: &Candidate) {
    let request = posted(candidate, "{}");
    assert_eq!(request.header("authorization"), [format!("Bearer {KEY}").as_bytes()]);
    assert_eq!(request.header("accept"), [b"application/json"]);
    assert_eq!(request.header("user-agent"), [b"conformance/1"]);
}

/// A header given twice goes out twice, in its order; a transport that keeps headers in a plain map loses one.
pub(crate) fn repeated_request_headers_all_go_out(candidate: &Candidate) {
    let request = seen(candidate, |url| {
        let mut request = bare("GET", url + "/");
        for value in ["one", "two", "three"] {
            request.headers_mut().append("x-many", HeaderValue::from_static(value));
        }
        request
    });
    // RFC 9110, section 5.3, allows to join them; the order stays.
    let joined = request.header("x-many").join(&b", "[..]);
    assert_eq!(String::from_utf8_lossy(&joined), "one, two, three");
}

/// A header value is bytes: `é` in one byte is not an error, and not two bytes.
pub(crate) fn request_header_bytes_go_out_unchanged(candidate: &Candidate) {
    for value in [&b"caf\xe9"[..], b"a\tb  c", b"\"quoted, \\ and = ; signs\"", b""] {
        let request = seen(candidate, |url| {
            let mut request = bare("GET", url + "/");
            let value = HeaderValue::from_bytes(value);
            request.headers_mut().insert("x-raw", value.unwrap_or_else(|error| panic!("{error}")));
            request
        });
        assert_eq!(request.header("x-raw"), [value]);
    }
}

/// A body is bytes: none is text to be converted, none ends it.
pub(crate) fn a_body_goes_out_byte_for_byte(candidate: &Candidate) {
    let bytes: Vec<u8> = (0..=255).chain(*b"\r\n\r\n\0\0").collect();
    assert_eq!(posted(candidate, bytes.clone()).body(), bytes);
}

/// A body larger than the socket's buffers takes several writes, none of which may be lost.
pub(crate) fn a_large_body_goes_out_whole(candidate: &Candidate) {
    let bytes: Vec<u8> = (0..4_000_000_u32).map(|index| (index % 251).to_le_bytes()[0]).collect();
    let request = posted(candidate, bytes.clone());
    assert!(request.body() == bytes, "{} bytes came of {}", request.body().len(), bytes.len());
}

/// `content-length` is the body's length and stands once: two of them are how requests are smuggled.
pub(crate) fn content_length_is_right_and_stands_once(candidate: &Candidate) {
    let request = posted(candidate, "{\"a\":1}");
    assert_eq!(request.header("content-length"), [b"7"]);
    assert!(request.header("transfer-encoding").is_empty(), "the length is known; nothing is to be chunked");
}

/// An empty POST says that it is empty. Some gateways answer 411 if it does not, and a chunked empty body
/// costs a second packet.
pub(crate) fn an_empty_post_says_length_zero(candidate: &Candidate) {
    let request = posted(candidate, "");
    assert_eq!(request.header("content-length"), [b"0"]);
    assert!(request.header("transfer-encoding").is_empty(), "an empty body is not to be chunked");
    assert!(request.body().is_empty());
}

/// A GET without a body goes out without one: nothing stands between it and the next request.
pub(crate) fn a_get_has_no_body(candidate: &Candidate) {
    let request = seen(candidate, |url| bare("GET", url + "/"));
    assert!(request.header("transfer-encoding").is_empty());
    assert!(request.header("content-length").iter().all(|length| length == b"0"));
}

/// A cookie that an answer sets is an answer's header and no more: the next request goes out as it is given.
pub(crate) fn cookies_are_not_sent_back(candidate: &Candidate) {
    let first = "HTTP/1.1 200 OK\r\nset-cookie: session=1; Path=/\r\ncontent-length: 0\r\n\r\n";
    let server = Server::serve(move |_| first);
    let subject = plain(candidate);
    for _ in 0..2 {
        expect_answer(send(&subject, server.url("/")));
    }
    for request in server.finish() {
        assert!(request.header("cookie").is_empty(), "a cookie was sent that the SDK did not give");
    }
}

/// The URL and the headers of one call have no effect on the next.
pub(crate) fn a_call_leaves_nothing_for_the_next_request(candidate: &Candidate) {
    let server = Server::serve(|_| OK);
    let subject = plain(candidate);
    expect_answer(call(&subject, post(server.url("/first"), "a long body that is not to come again")));
    expect_answer(call(&subject, TransportRequest::new(bare("GET", server.url("/second")))));
    let second = server.finish().remove(1);
    assert_eq!(second.request_line(), "GET /second HTTP/1.1");
    assert!(second.header("authorization").is_empty(), "the first call's key came with the second");
    assert!(second.body().is_empty());
}

/// Two requests of one transport come as two; none is answered from memory.
pub(crate) fn answers_are_not_cached(candidate: &Candidate) {
    let cacheable =
        "HTTP/1.1 200 OK\r\ncache-control: max-age=3600\r\netag: \"1\"\r\ncontent-length: 0\r\n\r\n";
    let server = Server::serve(move |_| cacheable);
    let subject = plain(candidate);
    for _ in 0..2 {
        let request = TransportRequest::new(bare("GET", server.url("/same")));
        expect_answer(call(&subject, request));
    }
    let requests = server.finish();
    assert_eq!(requests.len(), 2, "two calls were made");
    assert!(requests[1].header("if-none-match").is_empty());
}

/// The first request on a connection waits for nothing: `expect: 100-continue` is not added and not awaited.
pub(crate) fn a_body_is_sent_without_waiting_for_leave(candidate: &Candidate) {
    let (outcome, requests) = exchange(candidate, Script::answer(OK));
    expect_answer(outcome);
    assert!(requests[0].header("expect").is_empty());
    assert_eq!(requests[0].body(), b"{}");
}
