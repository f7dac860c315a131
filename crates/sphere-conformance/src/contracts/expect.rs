//! What contracts check about outcomes and requests. A failure is a sentence.

use std::error::Error;
use std::fmt::{Debug, Write as _};

use sphere_core::transport::{Delivery, TransportError, TransportErrorKind, TransportResponse};

use crate::failure::misclassified;
use crate::server::Received;

/// What a call ended with.
pub(super) type Outcome = Result<TransportResponse, TransportError>;

/// Fails unless the two are equal.
#[track_caller]
#[allow(clippy::needless_pass_by_value)] // As `assert_eq!` is used: with values made in place.
pub(super) fn expect_eq<A: PartialEq<B> + Debug, B: Debug>(what: &str, actual: A, expected: B) {
    assert!(actual == expected, "{what} must be {expected:?}, but is {actual:?}");
}

#[track_caller]
pub(super) fn expect_status(response: &TransportResponse, status: u16) {
    expect_eq("the status", response.status().as_u16(), status);
}

/// Fails unless these are the bytes. Says little about large ones.
#[track_caller]
pub(super) fn expect_bytes(what: &str, actual: &[u8], expected: &[u8]) {
    let show = |bytes: &[u8]| format!("{:?} ({} bytes)", excerpt(bytes), bytes.len());
    assert!(actual == expected, "{what} must be {}, but is {}", show(expected), show(actual));
}

#[track_caller]
pub(super) fn expect_body(response: &TransportResponse, body: impl AsRef<[u8]>) {
    expect_bytes("the response body", response.body(), body.as_ref());
}

/// Fails unless the response has this header, once or more often, first with this value.
#[track_caller]
pub(super) fn expect_header(response: &TransportResponse, name: &str, value: impl AsRef<[u8]>) {
    let found = response.headers().get(name);
    let found = found.unwrap_or_else(|| panic!("the response must have the header `{name}`, but has not"));
    expect_bytes(&format!("the response header `{name}`"), found.as_bytes(), value.as_ref());
}

/// Fails unless the request has this header exactly once, with this value.
#[track_caller]
pub(super) fn expect_sent(request: &Received, name: &str, value: impl AsRef<[u8]>) {
    let values = request.header(name);
    let [only] = &values[..] else {
        panic!("the request must have the header `{name}` once, but has it {} times", values.len())
    };
    expect_bytes(&format!("the request header `{name}`"), only, value.as_ref());
}

/// Fails if the request has this header.
#[track_caller]
pub(super) fn expect_absent(request: &Received, name: &str) {
    assert!(request.header(name).is_empty(), "the request must not have the header `{name}`, but has it");
}

/// The only request that the server saw.
#[track_caller]
pub(super) fn only(requests: &[Received]) -> &Received {
    expect_requests(requests, 1);
    &requests[0]
}

/// Fails unless the server saw this many requests.
#[track_caller]
pub(super) fn expect_requests(requests: &[Received], count: usize) {
    let seen: Vec<_> = requests.iter().map(Received::request_line).collect();
    assert!(
        seen.len() == count,
        "the server must see {count} request(s), one for each call, but saw {}: {seen:?}",
        seen.len()
    );
}

#[track_caller]
pub(super) fn expect_response(outcome: Outcome) -> TransportResponse {
    outcome.unwrap_or_else(|error| {
        panic!("the server sent a valid response, but `send` failed: {}", describe(&error))
    })
}

#[track_caller]
pub(super) fn expect_error(outcome: Outcome) -> TransportError {
    match outcome {
        Err(error) => error,
        Ok(response) => panic!(
            "the server sent no valid response, but `send` returned one: {} with {:?}",
            response.status(),
            excerpt(response.body())
        ),
    }
}

/// The outcome is an error of this kind.
#[track_caller]
pub(super) fn expect_kind(outcome: Outcome, kind: TransportErrorKind) -> TransportError {
    let error = expect_error(outcome);
    if error.kind() != kind {
        misclassified(format!(
            "the error must have the kind {kind:?}, but has {:?}: {}",
            error.kind(),
            describe(&error)
        ));
    }
    error
}

/// The server had read the request, so an error must not claim that it was not sent.
#[track_caller]
pub(super) fn expect_unknown(outcome: Outcome) {
    // Other contracts demand that it is an error.
    let Err(error) = outcome else { return };
    if error.delivery() == Delivery::NotSent {
        misclassified(format!(
            "the server had read the request, but the error claims that it was not sent: {}",
            describe(&error)
        ));
    }
}

/// The request was not sent, and the error says so.
#[track_caller]
pub(super) fn expect_not_sent(outcome: Outcome) {
    let error = expect_error(outcome);
    if error.delivery() != Delivery::NotSent {
        misclassified(format!(
            "nothing was sent, so the error must say so, but does not: {}",
            describe(&error)
        ));
    }
}

/// An error with all its causes, on one line.
pub(super) fn describe(error: &TransportError) -> String {
    let mut line = format!("{error} ({:?}, {:?})", error.kind(), error.delivery());
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(line, ": {error}");
        cause = error.source();
    }
    line
}

/// The beginning of a body, for a failure.
pub(super) fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned()
}
