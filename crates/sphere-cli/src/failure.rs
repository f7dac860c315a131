//! Why the command did not do what it was asked: a line for people, an object for scripts, an exit code.

use std::fmt::{self, Write as _};
use std::io;

use serde_json::{Value, json};
use sphere_core::transport::TransportErrorKind;
use sphere_core::{Error, ErrorKind, FieldError, text};

use crate::console::{Console, OutputError};
use crate::exit::Exit;
use crate::key::Key;

#[derive(Debug)]
pub(crate) enum Failure {
    /// What was given is bad. Nothing was sent.
    Input { message: String, advice: String },
    /// A call failed. The key is kept to hide it in what the server says.
    Call { error: Box<Error>, key: Key },
    /// Standard output cannot be written.
    Output(io::Error),
    /// Anything else, in one line.
    Other(String),
}

impl Failure {
    pub(crate) fn input(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::Input { message: message.into(), advice: advice.into() }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Input { .. } => Exit::Input,
            Self::Call { error, .. } => Exit::of(error),
            // The reader has what it wanted: `sphere link … | head -1` did its work.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Success,
            Self::Output(_) | Self::Other(_) => Exit::Other,
        }
    }

    /// Tells it on standard error.
    pub(crate) fn report(&self, console: &mut Console, json: bool) -> Exit {
        let exit = self.exit();
        if exit != Exit::Success {
            let text = if json { one_line(&self.to_json()) } else { self.to_text() };
            console.note(&text);
        }
        exit
    }

    fn advice(&self) -> Option<&str> {
        match self {
            Self::Input { advice, .. } => Some(advice),
            Self::Call { error, .. } => Some(advice(error)),
            Self::Output(_) | Self::Other(_) => None,
        }
    }

    fn to_text(&self) -> String {
        let mut text = format!("sphere: {self}\n");
        // Writing to a `String` cannot fail, here and below.
        if let Self::Call { error, key } = self {
            for fault in error.field_errors() {
                let _ = match place(fault) {
                    Some(place) => writeln!(text, "  {}: {}", key.line(place), key.line(fault.detail())),
                    None => writeln!(text, "  {}", key.line(fault.detail())),
                };
            }
            if let Some(wait) = error.retry_after() {
                let _ = writeln!(text, "  The server asks to wait {} seconds.", wait.as_secs());
            }
        }
        if let Some(advice) = self.advice() {
            let _ = writeln!(text, "  {advice}");
        }
        text
    }

    /// All members are always there; what is not known is `null`.
    fn to_json(&self) -> Value {
        let mut object = json!({
            "class": self.exit().class(),
            "exitCode": self.exit().code(),
            "message": self.to_string(),
            "advice": self.advice(),
            "status": null, "code": null, "detail": null, "correlationId": null,
            "attempts": 0, "mayHaveBeenProcessed": false, "retryAfterSeconds": null, "fieldErrors": [],
        });
        if let Self::Call { error, key } = self {
            let hidden = |text: Option<&str>| text.map(|text| key.hide(text));
            object["status"] = json!(error.status().map(|status| status.as_u16()));
            object["code"] = json!(hidden(error.code()));
            object["detail"] = json!(hidden(error.detail()));
            object["correlationId"] = json!(hidden(error.correlation_id()));
            object["attempts"] = json!(error.attempts());
            object["mayHaveBeenProcessed"] = json!(error.may_have_been_processed());
            object["retryAfterSeconds"] = json!(error.retry_after().map(|wait| wait.as_secs()));
            let faults = error.field_errors().iter().map(|fault| {
                json!({
                    "detail": key.hide(fault.detail()),
                    "pointer": hidden(fault.pointer()),
                    "parameter": hidden(fault.parameter()),
                    "header": hidden(fault.header()),
                })
            });
            object["fieldErrors"] = faults.collect();
        }
        object
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        Self::Output(error.0)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input { message, .. } | Self::Other(message) => f.write_str(message),
            Self::Call { error, .. } => error.fmt(f),
            Self::Output(error) => write!(f, "standard output cannot be written: {error}"),
        }
    }
}

/// The object as one line of plain characters: JSON itself demands an escape for the first 32 characters only
/// (RFC 8259, section 7).
fn one_line(object: &Value) -> String {
    let mut line = String::new();
    for character in object.to_string().chars() {
        if text::is_plain(character) {
            line.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a `String` cannot fail.
            let _ = write!(line, "\\u{unit:04x}");
        }
    }
    line.push('\n');
    line
}

fn place(fault: &FieldError) -> Option<&str> {
    fault.pointer().or(fault.parameter()).or(fault.header())
}

/// What to do about a failed call, in one sentence or two.
pub(crate) fn advice(error: &Error) -> &'static str {
    use TransportErrorKind as Kind;
    match error.kind() {
        ErrorKind::Api if error.is_authentication() => {
            "Check the API key: is it whole, for this host, and not revoked?"
        }
        ErrorKind::Api if error.is_not_found() => {
            "Check the customer's id, and that the key belongs to the same platform."
        }
        ErrorKind::Api if error.is_rate_limited() => "Ask less often.",
        ErrorKind::Api if error.is_validation() => "Fix what is named above.",
        ErrorKind::Api if error.status().is_some_and(|status| status.is_redirection()) => {
            "Redirects are not followed. Check the base URL."
        }
        ErrorKind::Api if error.status().is_some_and(|status| status.is_client_error()) => {
            "Quote the correlation id to SpherePay's support if the reason is not clear."
        }
        ErrorKind::Api => {
            "Try again later. Quote the correlation id, if there is one, to SpherePay's support."
        }
        ErrorKind::InvalidResponse => "Check the base URL. If it is right, tell SpherePay's support.",
        ErrorKind::Transport => match error.transport().map(sphere_core::transport::TransportError::kind) {
            Some(Kind::Tls) => "`sphere check` says what is wrong with TLS and what to do about it.",
            Some(Kind::Protocol | Kind::TooLarge) => "Check the base URL: this does not look like SpherePay.",
            _ => "Check the network and the base URL, or allow more time. `sphere check` looks closer.",
        },
        _ => "See `sphere link --help`.",
    }
}

/// An error and its causes in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let said = source.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        next = source.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_one_plain_line_with_the_same_meaning() {
        let object = json!({ "detail": "a\n\u{1b}[2J\u{7f}\u{9b}2J\u{202e}\u{2028}\u{e0041}é" });
        let line = one_line(&object);
        assert_eq!(line, "{\"detail\":\"a\\n\\u001b[2J\\u007f\\u009b2J\\u202e\\u2028\\udb40\\udc41é\"}\n");
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), object);
    }
}
