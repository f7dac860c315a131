//! The one line that says what happened: operation, status, code, detail, and the circumstances.

use std::error::Error as StdError;
use std::fmt::Write as _;

use http::{StatusCode, header};

use super::{Cause, Facts};
use crate::problem::FieldError;
use crate::text::{self, Hidden};
use crate::transport::TransportError;
use crate::values::{BaseUrl, StopReason};

/// Writes the line of an [`Error`](super::Error).
pub(super) fn write(facts: &Facts, cause: &Cause, server: &BaseUrl, hidden: Hidden<'_>) -> String {
    let mut line = String::with_capacity(256);
    line.push_str(first(facts.operation, 64));
    line.push_str(": ");
    // Writing to a `String` cannot fail, hence `let _` here and below.
    match cause {
        Cause::Request(fault) => {
            line.push_str("invalid request: ");
            text::push_hiding(&mut line, &fault.to_string(), 256, hidden);
        }
        Cause::Transport(error) => {
            if let Some(status) = error.status() {
                push_status(&mut line, status);
                line.push_str(", ");
            }
            push_chain(&mut line, error, hidden);
        }
        Cause::Api(error, broken) => {
            let problem = error.problem();
            push_status(&mut line, error.status());
            let reason = error.status().canonical_reason().unwrap_or_default();
            if let Some(code) = problem.code().filter(|code| !code.eq_ignore_ascii_case(reason)) {
                line.push_str(", ");
                text::push_hiding(&mut line, code, 64, hidden);
            }
            line.push_str(": ");
            match (problem.detail().or(problem.title()), broken) {
                // The server's words stand between quotation marks, ours do not.
                (Some(detail), _) => {
                    line.push('"');
                    text::push_hiding(&mut line, detail, 256, hidden);
                    line.push('"');
                }
                (None, Some(broken)) => push_chain(&mut line, broken, hidden),
                (None, None) if error.status().is_redirection() => {
                    line.push_str("redirect not followed");
                }
                (None, None) => {
                    let _ = write!(line, "the body is not an API error ({} bytes", error.body().len());
                    let content_type = error.kept_headers().get(&header::CONTENT_TYPE);
                    if let Some(content_type) = content_type.filter(|_| !error.body().is_empty()) {
                        line.push_str(" of ");
                        text::push_hiding(&mut line, &String::from_utf8_lossy(content_type), 32, hidden);
                    }
                    line.push(')');
                }
            }
        }
        Cause::Response(response) => {
            push_status(&mut line, response.status);
            line.push_str(", but ");
            text::push_hiding(&mut line, &response.fault.to_string(), 256, hidden);
        }
    }
    push_circumstances(&mut line, facts, cause, server, hidden);
    line
}

fn push_circumstances(line: &mut String, facts: &Facts, cause: &Cause, server: &BaseUrl, hidden: Hidden<'_>) {
    match facts.attempts() {
        0 => line.push_str(" (not sent"),
        1 => line.push_str(" (1 attempt"),
        n => {
            let _ = write!(line, " ({n} attempts");
        }
    }
    if facts.attempts() > 0 {
        line.push_str(" to ");
        line.push_str(first(server.target.authority().host(), 100));
        let _ = write!(line, ":{}", server.target.port());
        if let Some(proxy) = cause.transport().and_then(TransportError::proxy) {
            line.push_str(" through the proxy ");
            text::push_hiding(line, proxy, 100, hidden);
        }
    }
    let seconds = facts.duration.as_secs();
    if seconds > 0 {
        let _ = write!(line, " in {seconds} s");
    }
    if facts.attempts() > 0 {
        push_delivery(line, facts, cause);
    }
    if let Some(later) = facts.history.last().filter(|_| is_about_an_earlier_attempt(facts, cause)) {
        let _ = write!(line, ", the last: {}", later.phrase());
    }
    if let Cause::Api(error, _) = cause {
        push_fields(line, error.problem().errors(), hidden);
        if let Some(id) = error.problem().correlation_id() {
            line.push_str(", correlation id ");
            text::push_hiding(line, id, 64, hidden);
        }
    }
    line.push_str(match facts.stop {
        StopReason::NotRetryable => "",
        StopReason::AttemptLimit => ", no further attempt is allowed",
        StopReason::Deadline => ", not retried: no time was left",
        StopReason::RetryBudget => ", not retried: earlier calls used up the client's retry budget",
    });
    line.push(')');
}

/// Whether the request has left, in words: always, since what is not said is taken for either.
fn push_delivery(line: &mut String, facts: &Facts, cause: &Cause) {
    let status = cause.status().filter(StatusCode::is_success);
    match (facts.may_have_been_processed, status, cause) {
        (true, Some(status), _) => {
            let _ = write!(line, ", may have been processed ({} received)", status.as_str());
        }
        (true, None, _) => line.push_str(", may have been processed"),
        (false, _, Cause::Api(..)) => line.push_str(", refused by SpherePay"),
        (false, ..) => line.push_str(", not sent"),
    }
}

/// How many fields are wrong, and the first two.
fn push_fields(line: &mut String, errors: &[FieldError], hidden: Hidden<'_>) {
    match errors.len() {
        0 => return,
        1 => line.push_str(", 1 field error"),
        n => {
            let _ = write!(line, ", {n} field errors");
        }
    }
    let places = errors.iter().filter_map(|error| error.pointer().or(error.parameter()).or(error.header()));
    for (place, separator) in places.take(2).zip([": ", ", "]) {
        line.push_str(separator);
        text::push_hiding(line, place, 48, hidden);
    }
}

/// The first characters of a text.
fn first(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |(end, _)| &text[..end])
}

/// Whether an attempt without a response came after the response that the error is about.
fn is_about_an_earlier_attempt(facts: &Facts, cause: &Cause) -> bool {
    cause.status().is_some() && facts.history.last().is_some_and(|last| last.status().is_none())
}

/// An error and its sources. Skips a source whose text is already in the line.
fn push_chain(line: &mut String, error: &TransportError, hidden: Hidden<'_>) {
    let mut text = error.to_string();
    let mut next = StdError::source(error);
    for _ in 0..4 {
        let Some(source) = next else { break };
        let said = source.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        next = source.source();
    }
    text::push_hiding(line, &text, 256, hidden);
}

/// `422 Unprocessable Entity`, or the number alone where there is no such phrase.
fn push_status(line: &mut String, status: StatusCode) {
    line.push_str(status.as_str());
    if let Some(reason) = status.canonical_reason() {
        line.push(' ');
        line.push_str(reason);
    }
}
