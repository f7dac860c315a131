//! A request that cannot be sent as it is fails with the kind `Setup`, which is never retried, and is not sent.
//! Retrying would not change it.

use bytes::Bytes;
use http::Request;
use sphere_core::transport::{Delivery, RequestBody, TransportErrorKind as Kind, TransportRequest};

use super::calls::{call, plain};
use super::expect::{Outcome, describe, expect_error};
use crate::server::Server;
use crate::subject::Candidate;

#[track_caller]
fn is_refused(outcome: Outcome, what: &str) {
    let error = expect_error(outcome);
    let is_expected = (error.kind(), error.delivery()) == (Kind::Setup, Delivery::NotSent);
    assert!(
        is_expected,
        "the error for a request with {what} must be (Setup, NotSent), but it is: {}",
        describe(&error)
    );
}

fn get(candidate: &Candidate, url: &str) -> Outcome {
    let request = Request::get(url).body(RequestBody::empty());
    call(&plain(candidate), TransportRequest::new(request.unwrap_or_else(|error| panic!("{url}: {error}"))))
}

/// A URL needs the scheme http or https, a host and a valid port.
pub(crate) fn invalid_urls_are_setup_errors(candidate: &Candidate) {
    for url in ["/path/only", "ftp://127.0.0.1/", "http://127.0.0.1:99999/", "https://127.0.0.1:99999/"] {
        is_refused(get(candidate, url), &format!("the URL `{url}`"));
    }
}

/// A user name in a URL would be sent to the server as credentials, or be lost.
pub(crate) fn urls_with_a_user_name_are_setup_errors(candidate: &Candidate) {
    let server = Server::start([]);
    for user in ["user@", "user:password@", ":@"] {
        let url = server.url("/").replace("http://", &format!("http://{user}"));
        is_refused(get(candidate, &url), &format!("`{user}` in its URL"));
    }
    server.finish();
}

/// No certificate can be valid for such a host.
pub(crate) fn invalid_server_names_are_setup_errors(candidate: &Candidate) {
    for host in ["999.999.999.999", "a..b", "-", "127.1"] {
        is_refused(get(candidate, &format!("https://{host}/")), &format!("the host `{host}`"));
    }
}

/// With a wrong length, the server would wait for more of the body, or read a part of it as the next request.
pub(crate) fn wrong_content_length_is_a_setup_error(candidate: &Candidate) {
    let server = Server::start([]);
    for (body, name, value) in [
        ("ok", "content-length", "1"),
        ("ok", "content-length", "3"),
        ("ok", "content-length", "+2"),
        ("ok", "content-length", "2, 2"),
        ("ok", "transfer-encoding", "chunked"),
        ("", "content-length", "9"),
    ] {
        let request = Request::post(server.url("/")).header(name, value).body(Bytes::from(body).into());
        let request = TransportRequest::new(request.unwrap_or_else(|error| panic!("{value}: {error}")));
        is_refused(call(&plain(candidate), request), &format!("`{name}: {value}` and the body `{body}`"));
    }
    server.finish();
}
