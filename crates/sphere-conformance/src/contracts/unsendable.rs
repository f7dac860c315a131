//! A request that cannot be sent as it is will not be sendable next time either: it is of kind `Setup`, which
//! is never retried, and not sent.

use bytes::Bytes;
use http::Request;
use sphere_core::transport::{Delivery, RequestBody, TransportErrorKind as Kind, TransportRequest};

use super::kit::{Outcome, call, describe, expect_error, plain};
use crate::Candidate;
use crate::server::Server;

#[track_caller]
fn is_refused(outcome: Outcome, what: &str) {
    let error = expect_error(outcome);
    let is_expected = (error.kind(), error.delivery()) == (Kind::Setup, Delivery::NotSent);
    assert!(is_expected, "{what} is not (Setup, NotSent) but {}", describe(&error));
}

fn get(candidate: &Candidate, url: &str) -> Outcome {
    let request = Request::get(url).body(RequestBody::empty());
    call(&plain(candidate), TransportRequest::new(request.unwrap_or_else(|error| panic!("{url}: {error}"))))
}

/// No scheme, another scheme than http and https, no host, a port that is none.
pub(crate) fn urls_that_lead_nowhere_are_setup_errors(candidate: &Candidate) {
    for url in ["/path/only", "ftp://127.0.0.1/", "http://127.0.0.1:99999/", "https://127.0.0.1:99999/"] {
        is_refused(get(candidate, url), url);
    }
}

/// A user name in a URL would go to the server as credentials, or be lost.
pub(crate) fn urls_with_a_user_name_are_setup_errors(candidate: &Candidate) {
    let server = Server::start([]);
    for user in ["user@", "user:password@", ":@"] {
        let url = server.url("/").replace("http://", &format!("http://{user}"));
        is_refused(get(candidate, &url), user);
    }
    server.finish();
}

/// No certificate can be valid for such a host.
pub(crate) fn bad_server_names_are_setup_errors(candidate: &Candidate) {
    for host in ["999.999.999.999", "a..b", "-", "127.1"] {
        is_refused(get(candidate, &format!("https://{host}/")), host);
    }
}

/// The server would wait for the rest of the body, or take it for the next request.
pub(crate) fn a_wrong_content_length_is_a_setup_error(candidate: &Candidate) {
    let server = Server::start([]);
    for (name, value) in [
        ("content-length", "1"),
        ("content-length", "3"),
        ("content-length", "+2"),
        ("content-length", "2, 2"),
        ("transfer-encoding", "chunked"),
    ] {
        let request =
            Request::post(server.url("/")).header(name, value).body(Bytes::from_static(b"ok").into());
        let request = TransportRequest::new(request.unwrap_or_else(|error| panic!("{value}: {error}")));
        is_refused(call(&plain(candidate), request), &format!("{name}: {value}"));
    }
    server.finish();
}
