//! What a customer is told when a call fails: the status, the words, and whether to try again.
//!
//! The customer did not choose SpherePay's status codes. They can fix their own details (422). They cannot fix a bad
//! key, an outage or a limit, and these are never shown as their fault.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sphere_core::{Error, ErrorKind};

use crate::{form, pages};

/// For a page.
pub(crate) struct Explanation {
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
    /// What SpherePay found wrong, if the customer can correct it.
    pub(crate) details: Vec<String>,
    /// Whether trying again may help.
    pub(crate) again: bool,
    pub(crate) wait: Option<Duration>,
    pub(crate) may_have_worked: bool,
    /// What SpherePay's support asks for.
    pub(crate) correlation_id: Option<String>,
}

/// Operations after which the customer should look before trying again. Reading and asking for a link do no harm, and a
/// form with details takes care of itself.
const MATTERS_ONCE: [&str; 2] = ["upload_document", "verify_one_time_password"];

impl Explanation {
    pub(crate) fn of(error: &Error) -> Self {
        let (status, title, text, again) = words(error);
        let details = form::mistakes_of(error).into_iter().map(|mistake| mistake.text);
        Self {
            details: if error.is_validation() { details.collect() } else { Vec::new() },
            wait: error.retry_after(),
            may_have_worked: error.may_have_been_processed() && MATTERS_ONCE.contains(&error.operation()),
            correlation_id: error.correlation_id().map(str::to_owned),
            ..Self::new(status, title, text, again)
        }
    }

    fn new(status: StatusCode, title: &'static str, text: &'static str, again: bool) -> Self {
        let (details, wait, may_have_worked, correlation_id) = (Vec::new(), None, false, None);
        Self { status, title, text, details, again, wait, may_have_worked, correlation_id }
    }

    /// For a form that is shown again.
    pub(crate) fn in_one_paragraph(&self) -> String {
        let mut text = format!("{}. {}", self.title, self.text);
        if self.again {
            text = format!("{text} {}", self.when());
        }
        match &self.correlation_id {
            Some(id) => format!("{text} Reference: {id}"),
            None => text,
        }
    }

    /// When to try again.
    pub(crate) fn when(&self) -> String {
        match self.wait.map(|wait| wait.as_secs()) {
            None | Some(0) => "Please try again in a moment.".to_owned(),
            Some(1) => "Please try again in a second.".to_owned(),
            Some(seconds) => format!("Please try again in {seconds} seconds."),
        }
    }
}

fn words(error: &Error) -> (StatusCode, &'static str, &'static str, bool) {
    if error.is_validation() {
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            "Something needs correcting",
            "Your verification can go on once this is corrected.",
            false,
        )
    } else if error.is_not_found() {
        (
            StatusCode::NOT_FOUND,
            "We could not find you",
            "There is no such customer. If you have just signed up, please contact us.",
            false,
        )
    } else if error.is_authentication() || error.kind() == ErrorKind::InvalidRequest {
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            "This is our fault, not yours",
            "Something is set up wrongly on our side. Trying again will not help until we have fixed it.",
            false,
        )
    } else if error.is_rate_limited() {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "One moment, please",
            "Many people are being verified just now.",
            true,
        )
    } else if error.is_timeout() {
        (StatusCode::GATEWAY_TIMEOUT, "That took too long", "The verification did not respond in time.", true)
    } else if error.kind() == ErrorKind::Transport {
        (
            StatusCode::BAD_GATEWAY,
            "We cannot reach the verification",
            "The connection to it failed. That has nothing to do with you or your device.",
            true,
        )
    } else if error.status() == Some(StatusCode::SERVICE_UNAVAILABLE) {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "The verification is not available",
            "It is out of service for the moment. That has nothing to do with you or your device.",
            true,
        )
    } else if error.status().is_some_and(|status| status.is_server_error()) {
        (
            StatusCode::BAD_GATEWAY,
            "The verification is out of order",
            "It reported a fault. That has nothing to do with you or your device.",
            true,
        )
    } else {
        // A conflict, a redirect, a success that cannot be read: nothing that asking again would change.
        (
            StatusCode::BAD_GATEWAY,
            "The verification cannot go on",
            "We got a response that we did not expect. Please contact us.",
            false,
        )
    }
}

/// Ends a handler with a page for the customer. What goes into the log is another line.
pub(crate) struct Failure(Box<Explanation>);

impl Failure {
    /// A link had expired when it arrived: one of the two clocks is wrong.
    pub(crate) fn expired_link(operation: &str) -> Self {
        eprintln!("{operation}: the link had expired when it arrived; is this machine's clock right?");
        let text = "We were given a link that does not work any more.";
        let title = "The verification cannot go on";
        Self(Box::new(Explanation::new(StatusCode::BAD_GATEWAY, title, text, true)))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        // One line, without the key and without personal data.
        eprintln!("{error}");
        Self(Box::new(Explanation::of(&error)))
    }
}

impl From<sphere_links::Error> for Failure {
    fn from(error: sphere_links::Error) -> Self {
        if let sphere_links::Error::Call(error) = error {
            return error.into();
        }
        // A store that several servers share failed, or another server has asked for this link and has none yet.
        eprintln!("{error}");
        let title = "The face check is not available right now";
        let text = "We could not get your link. That has nothing to do with you or your device.";
        Self(Box::new(Explanation::new(StatusCode::SERVICE_UNAVAILABLE, title, text, true)))
    }
}

impl From<getrandom::Error> for Failure {
    fn from(error: getrandom::Error) -> Self {
        eprintln!("no random numbers for a session: {error}");
        let text = "Something is set up wrongly on our side.";
        let title = "This is our fault, not yours";
        Self(Box::new(Explanation::new(StatusCode::INTERNAL_SERVER_ERROR, title, text, true)))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        pages::failure(&self.0)
    }
}
