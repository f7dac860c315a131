//! Redirects are answers like any.

use super::kit::{expect_answer, plain, send};
use crate::Candidate;
use crate::server::{Script, Server};

/// Whoever follows a redirect sends the key to another server, and may hand its answer to the caller as
/// SpherePay's.
pub(crate) fn redirects_are_returned_not_followed(candidate: &Candidate) {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Server::start([]);
        let location = elsewhere.url("/stolen");
        let answer = format!("HTTP/1.1 {status} Go\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        let server = Server::start([Script::answer(answer)]);
        let response = expect_answer(send(&plain(candidate), server.url("/")));
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["location"], location);
        server.finish();
        elsewhere.finish();
    }
}
