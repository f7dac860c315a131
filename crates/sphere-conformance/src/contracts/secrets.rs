//! What a transport says about a failure goes into error lines and logs: neither the key nor the customer's
//! data may be in it.

use std::time::Duration;

use sphere_core::transport::{TransportError, TransportErrorKind};

use super::kit::{KEY, SHORT, call, describe, plain, post};
use crate::Candidate;
use crate::server::{Authority, Identity, Script, Server};

/// In the body of each request.
const REQUEST: &str = "request_canary_31";
/// In each answer, in a header and in the body.
const ANSWER: &str = "answer_canary_42";

/// Errors of every kind that can be had from a server which quotes what it was sent wherever it can.
fn errors(candidate: &Candidate) -> Vec<TransportError> {
    let quoting = format!("{KEY} {REQUEST} {ANSWER}");
    let scripts = [
        Script::silence().close(),
        Script::silence().reset(),
        Script::answer(format!("{quoting}\r\n\r\n")).close(),
        Script::answer(format!("HTTP/1.1 {quoting}\r\n\r\n")).close(),
        Script::answer(format!("HTTP/1.1 200 OK\r\nx: {quoting}\0\r\n\r\n")).close(),
        Script::answer(format!("HTTP/1.1 200 OK\r\ncontent-length: {quoting}\r\n\r\n")).close(),
        Script::answer(format!("HTTP/1.1 200 OK\r\nx: {quoting}\r\ncontent-length: 999\r\n\r\n{quoting}"))
            .close(),
        Script::answer(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{quoting}\r\n")).close(),
        Script::new()
            .read_request()
            .offer(format!("HTTP/1.1 200 OK\r\nx: {quoting}\r\n\r\n{quoting}{quoting}{quoting}"))
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
        let server = Server::start([Script::new().tls(&identity).refused()]);
        errors.extend(call(&plain(candidate), post(server.https_url("/"), REQUEST)).err());
    }
    assert!(errors.len() >= 8, "these servers give no good answer, but {} of 12 calls failed", errors.len());
    errors
}

/// No text of any error, and of no cause of one, has this in it.
fn nowhere(candidate: &Candidate, secret: &str, what: &str) {
    let bytes = secret.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ");
    for error in errors(candidate) {
        let shown = format!("{} {error:?} {error:#?}", describe(&error));
        let found = shown.contains(secret) || shown.contains(&bytes);
        // Not the text itself: this, too, goes into a log.
        assert!(!found, "an error of kind {:?} shows {what}", error.kind());
    }
}

/// Whoever has the key can act in the merchant's name.
pub(crate) fn no_error_shows_the_key(candidate: &Candidate) {
    nowhere(candidate, KEY, "the key");
}

/// A request's body is a customer's data.
pub(crate) fn no_error_shows_the_request_body(candidate: &Candidate) {
    nowhere(candidate, REQUEST, "the request's body");
}

/// An answer may hold a link that lets its bearer in.
pub(crate) fn no_error_quotes_the_answer(candidate: &Candidate) {
    nowhere(candidate, ANSWER, "a piece of the answer");
}

/// The text of an error has no line breaks or other control characters of a server's choosing: it is written
/// into logs, where they would begin a line of their own.
pub(crate) fn no_error_passes_control_characters_on(candidate: &Candidate) {
    for error in errors(candidate) {
        assert!(!describe(&error).contains(['\r', '\n', '\0', '\x1b']), "{:?}", describe(&error));
    }
}

/// A URL with a user's name and password is not to be sent, or not to be shown.
pub(crate) fn no_error_shows_a_password_in_the_url(candidate: &Candidate) {
    let server = Server::serve(|_| "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n");
    let url = server.url("/").replace("http://", "http://user:url_canary_53@");
    let outcome = call(&plain(candidate), post(url, "").with_time_left(SHORT));
    if let Err(error) = outcome {
        let shown = format!("{} {error:?}", describe(&error));
        assert!(!shown.contains("url_canary_53"), "an error of kind {:?} shows it", error.kind());
        assert_ne!(error.kind(), TransportErrorKind::TooLarge);
    }
    for request in server.finish() {
        let given = format!("Bearer {KEY}");
        assert_eq!(request.header("authorization"), [given.as_bytes()], "it stands in a header");
    }
}
