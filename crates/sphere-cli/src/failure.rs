//! Why the command did not do what it was asked: a line for people, an object for scripts, an exit code.

use std::fmt::{self, Write as _};
use std::io;
use std::time::Duration;

use serde_json::{Value, json};
use sphere_core::transport::TransportErrorKind;
use sphere_core::{Error, ErrorKind, FieldError};

use crate::console::{Console, OutputError};
use crate::exit::Exit;
use crate::hidden::Hidden;
use crate::json_line::one_line;

#[derive(Debug)]
pub(crate) enum Failure {
    /// What was given is bad. Nothing was sent.
    Input { message: String, advice: String },
    /// A call failed. What must not show is kept, to hide it in what the server says.
    Call { error: Box<Error>, hidden: Hidden },
    /// `sphere wait` has read nothing.
    NoResponse { within: Duration },
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
            Self::NoResponse { .. } => Exit::Unreachable,
            Self::Output(_) | Self::Other(_) => Exit::Other,
        }
    }

    /// Tells it on standard error.
    pub(crate) fn report(&self, console: &mut Console, json: bool) -> Exit {
        let text = if json { one_line(&self.to_json().to_string()) } else { self.to_text() };
        console.note(&text);
        self.exit()
    }

    /// Of what is printed in parts, the reader may take the first ones and leave: `sphere man | head -1` did its work.
    pub(crate) fn unless_reader_left(self) -> Result<(), Self> {
        match self {
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => Err(other),
        }
    }

    fn advice(&self) -> Option<&str> {
        match self {
            Self::Input { advice, .. } => Some(advice),
            Self::Call { error, .. } => Some(advice(error)),
            Self::NoResponse { .. } => Some("`sphere check` looks closer."),
            Self::Output(_) => Some(
                "The response is lost. What was asked for may have been done: look before you repeat it.",
            ),
            Self::Other(_) => None,
        }
    }

    fn to_text(&self) -> String {
        let mut text = format!("sphere: {self}\n");
        // Writing to a `String` cannot fail, here and below.
        if let Self::Call { error, hidden } = self {
            for fault in error.field_errors() {
                let _ = match place(fault) {
                    Some(place) => {
                        writeln!(text, "  {}: {}", hidden.line(place), hidden.line(fault.detail()))
                    }
                    None => writeln!(text, "  {}", hidden.line(fault.detail())),
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
        if let Self::Call { error, hidden } = self {
            let value = |text: Option<&str>| text.map(|text| hidden.value(text));
            object["status"] = json!(error.status().map(|status| status.as_u16()));
            object["code"] = json!(value(error.code()));
            object["detail"] = json!(value(error.detail()));
            object["correlationId"] = json!(value(error.correlation_id()));
            object["attempts"] = json!(error.attempts());
            object["mayHaveBeenProcessed"] = json!(error.may_have_been_processed());
            object["retryAfterSeconds"] = json!(error.retry_after().map(|wait| wait.as_secs()));
            let faults = error.field_errors().iter().map(|fault| {
                json!({
                    "detail": hidden.value(fault.detail()),
                    "pointer": value(fault.pointer()),
                    "parameter": value(fault.parameter()),
                    "header": value(fault.header()),
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
            Self::NoResponse { within } => {
                write!(f, "the server could not be asked within {} s", within.as_secs_f64())
            }
            Self::Output(error) => write!(f, "standard output cannot be written: {error}"),
        }
    }
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
        _ if error.may_have_been_processed() && error.operation() == "create_customer" => {
            "It may have been created: look with `sphere customer list --email` before you create again."
        }
        _ if error.may_have_been_processed() && error.operation() == "create_representative" => {
            "It may have been created: look with `sphere representative list --customer` before you create again."
        }
        ErrorKind::Api if error.is_not_found() && !names_a_record(error) => {
            "Check the path of the base URL: /v2 is added to it. If it is right, check the id."
        }
        ErrorKind::Api if error.is_not_found() && error.may_have_been_processed() => {
            "Check the id. If an earlier attempt deleted it, all is well."
        }
        ErrorKind::Api if error.is_not_found() => {
            "Check the id, and that the key belongs to the same platform."
        }
        ErrorKind::Api if error.is_rate_limited() => "Ask less often.",
        ErrorKind::InvalidRequest => "Fix what is named above.",
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
        _ => "See --help.",
    }
}

/// Whether a 404 is about a record. The other codes that were seen are the framework's, for a path that does not exist.
pub(crate) fn names_a_record(error: &Error) -> bool {
    error.code().is_some_and(|code| code.ends_with("/not-found"))
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
