//! A redirect is a response like any other.

use super::calls::{plain, response, send};
use super::expect::{expect_body, expect_header, expect_requests, expect_response, expect_status};
use crate::server::{Script, Server};
use crate::subject::Candidate;

/// The statuses that HTTP clients follow.
const REDIRECTS: [u16; 5] = [301, 302, 303, 307, 308];

/// A transport that follows a redirect sends the API key to another server, and may return that server's
/// response as if it were SpherePay's.
pub(crate) fn redirects_are_returned_not_followed(candidate: &Candidate) {
    for status in REDIRECTS {
        let elsewhere = Server::start([]);
        let location = elsewhere.url("/stolen");
        let bytes = format!("HTTP/1.1 {status} Go\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        let server = Server::start([Script::respond(bytes)]);
        let outcome = send(&plain(candidate), server.url("/"));
        elsewhere.finish();
        let response = expect_response(outcome);
        expect_status(&response, status);
        expect_header(&response, "location", location);
        server.finish();
    }
}

/// Redirects on the same server are not followed either: a followed POST becomes a second request, or a GET.
pub(crate) fn redirects_on_the_same_server_are_not_followed(candidate: &Candidate) {
    for status in REDIRECTS {
        let bytes = format!("HTTP/1.1 {status} Go\r\nlocation: /next\r\ncontent-length: 2\r\n\r\ngo");
        let server = Server::serve(move |_| bytes.clone());
        let outcome = send(&plain(candidate), server.url("/first"));
        expect_requests(&server.finish(), 1);
        let response = expect_response(outcome);
        expect_status(&response, status);
        expect_body(&response, "go");
    }
}

/// A redirect is not followed, so its `location` may be missing or invalid.
pub(crate) fn redirect_without_valid_location_is_a_response(candidate: &Candidate) {
    for location in [&b""[..], b"location: http://[\r\n", b"location: \xff\r\n", b"location: ftp://x/\r\n"] {
        let bytes = [b"HTTP/1.1 302 Go\r\n", location, b"content-length: 2\r\n\r\ngo"].concat();
        let response = response(candidate, bytes);
        expect_status(&response, 302);
        expect_body(&response, "go");
    }
}
