//! The text of an error goes into error lines and logs. It contains neither the API key nor customer data.

use std::time::Duration;

use sphere_core::transport::TransportError;

use super::calls::{KEY, call, plain, post};
use super::expect::{describe, expect_sent};
use crate::server::{Authority, Identity, Reply, Script, Server};
use crate::subject::Candidate;

/// In the body of each request.
const REQUEST: &str = "request_canary_31";
/// In each response, in a header and in the body.
const RESPONSE: &str = "response_canary_42";

/// Errors of every kind, from a server that quotes the request wherever it can.
fn errors(candidate: &Candidate) -> Vec<TransportError> {
    let quoting = format!("{KEY} {REQUEST} {RESPONSE}");
    let scripts = [
        Script::silence().close(),
        Script::silence().reset(),
        Script::respond(format!("{quoting}\r\n\r\n")).close(),
        Script::respond(format!("HTTP/1.1 {quoting}\r\n\r\n")).close(),
        Script::respond(format!("HTTP/1.1 200 OK\r\nx: {quoting}\0\r\n\r\n")).close(),
        Script::respond(format!("HTTP/1.1 200 OK\r\ncontent-length: {quoting}\r\n\r\n")).close(),
        Script::respond(format!("HTTP/1.1 200 OK\r\nx: {quoting}\r\ncontent-length: 999\r\n\r\n{quoting}"))
            .close(),
        Script::respond(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{quoting}\r\n"))
            .close(),
        Script::new()
            .read_request()
            .try_write(format!("HTTP/1.1 200 OK\r\nx: {quoting}\r\n\r\n{quoting}{quoting}{quoting}"))
            .close(),
    ];
    let no_time = post("http://127.0.0.1:1/", REQUEST).with_time_left(Duration::ZERO);
    let mut errors: Vec<_> = call(&plain(candidate), no_time).err().into_iter().collect();
    for script in scripts {
        let server = Server::start([script]);
        let request = post(server.url("/"), REQUEST).with_max_response_bytes(100);
        errors.extend(call(&plain(candidate), request).err());
    }
    for identity in [Identity::self_signed(), Authority::new().expired()] {
        let server = Server::start([Script::new().tls(&identity).handshake_refused()]);
        errors.extend(call(&plain(candidate), post(server.https_url("/"), REQUEST)).err());
    }
    // How many there must be is the matter of other contracts.
    assert!(!errors.is_empty(), "none of 12 servers sent a valid response, but no call failed");
    errors
}

/// The secret is in no text of an error or its causes.
fn is_hidden(candidate: &Candidate, secret: &str, what: &str) {
    let bytes = secret.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ");
    for error in errors(candidate) {
        let shown = format!("{} {error:?} {error:#?}", describe(&error));
        let found = shown.contains(secret) || shown.contains(&bytes);
        // Without the text itself: this message goes into a log as well.
        assert!(!found, "an error of kind {:?} must not show {what}, but does", error.kind());
    }
}

/// Everyone who has the API key can act for the merchant.
pub(crate) fn errors_hide_the_api_key(candidate: &Candidate) {
    is_hidden(candidate, KEY, "the API key");
}

/// A request body is customer data.
pub(crate) fn errors_hide_the_request_body(candidate: &Candidate) {
    is_hidden(candidate, REQUEST, "the request body");
}

/// A response may contain a link that gives access to everyone who has it.
pub(crate) fn errors_hide_the_response(candidate: &Candidate) {
    is_hidden(candidate, RESPONSE, "a part of the response");
}

/// A server must not put line breaks or other control characters into a log, where they would start a line of
/// their own.
pub(crate) fn errors_contain_no_control_characters(candidate: &Candidate) {
    for error in errors(candidate) {
        let text = describe(&error);
        let found = text.contains(['\r', '\n', '\0', '\x1b']);
        assert!(!found, "the text of an error must not contain control characters, but does: {text:?}");
    }
}

/// A URL with a user name and password is not sent, or not shown.
pub(crate) fn errors_hide_the_password_in_a_url(candidate: &Candidate) {
    let server = Server::serve(|_| Reply::new("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n").close());
    let url = server.url("/").replace("http://", "http://user:url_canary_53@");
    if let Err(error) = call(&plain(candidate), post(url, "")) {
        let shown = format!("{} {error:?}", describe(&error));
        let found = shown.contains("url_canary_53");
        assert!(!found, "an error of kind {:?} must not show the URL's password, but does", error.kind());
    }
    for request in server.finish() {
        expect_sent(&request, "authorization", format!("Bearer {KEY}"));
    }
}
