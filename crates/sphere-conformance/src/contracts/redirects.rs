//! Redirects are answers like any.

use super::kit::{answer, expect_answer, plain, send};
use crate::Candidate;
use crate::server::{Script, Server};

/// The statuses that clients like to follow.
const REDIRECTS: [u16; 5] = [301, 302, 303, 307, 308];

/// Whoever follows a redirect sends the key to another server, and may hand its answer to the caller as
/// SpherePay's.
pub(crate) fn redirects_are_returned_not_followed(candidate: &Candidate) {
    for status in REDIRECTS {
        let elsewhere = Server::start([]);
        let location = elsewhere.url("/stolen");
        let bytes = format!("HTTP/1.1 {status} Go\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        let server = Server::start([Script::answer(bytes)]);
        let outcome = send(&plain(candidate), server.url("/"));
        elsewhere.finish();
        let response = expect_answer(outcome);
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["location"], location);
        server.finish();
    }
}

/// Not on the same server either: a POST that is followed becomes a second request, or a GET.
pub(crate) fn redirects_within_a_server_are_not_followed(candidate: &Candidate) {
    for status in REDIRECTS {
        let bytes = format!("HTTP/1.1 {status} Go\r\nlocation: /next\r\ncontent-length: 0\r\n\r\n");
        let server = Server::serve(move |_| bytes.clone());
        let outcome = send(&plain(candidate), server.url("/first"));
        let requests = server.finish();
        assert_eq!(requests.len(), 1, "after a {status}, {:?} was sent too", requests[1..].last());
        assert_eq!(expect_answer(outcome).status(), status);
    }
}

/// Since it is not followed, it does not matter whether it leads anywhere.
pub(crate) fn a_redirect_that_leads_nowhere_is_an_answer(candidate: &Candidate) {
    for location in [&b""[..], b"location: http://[\r\n", b"location: \xff\r\n", b"location: ftp://x/\r\n"] {
        let bytes = [b"HTTP/1.1 302 Go\r\n", location, b"content-length: 2\r\n\r\ngo"].concat();
        let response = answer(candidate, bytes);
        assert_eq!(response.status(), 302);
        assert_eq!(&response.body()[..], b"go");
    }
}
