//! What a person is told when there is no link: the status, the words, and whether to try again.
//!
//! The customer did not choose SpherePay's status codes. They can fix their own details (422). They
//! cannot fix a bad key, an outage or a limit, and these are never shown as their fault.

use std::time::Duration;

use axum::http::StatusCode;
use sphere_core::{Error, ErrorKind};

/// For a page.
pub(crate) struct Explanation {
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
    /// Where, and what is wrong there.
    pub(crate) details: Vec<(String, String)>,
    /// Whether pressing the button again may help.
    pub(crate) again: bool,
    pub(crate) wait: Option<Duration>,
    pub(crate) may_have_worked: bool,
    /// What SpherePay's support asks for.
    pub(crate) correlation_id: Option<String>,
}

/// More than anyone reads on one page.
const MOST_DETAILS: usize = 20;

impl Explanation {
    pub(crate) fn of_link(error: &sphere_links::Error) -> Self {
        match error {
            sphere_links::Error::Call(error) => Self::of(error),
            // A store that several servers share failed, or another server is asking for this link.
            _ => Self {
                status: StatusCode::SERVICE_UNAVAILABLE,
                title: "The face check is not available right now",
                text: "Please try again in a moment.",
                details: Vec::new(),
                again: true,
                wait: None,
                may_have_worked: false,
                correlation_id: None,
            },
        }
    }

    pub(crate) fn of(error: &Error) -> Self {
        let (status, title, text, again) = words(error);
        let details = error.field_errors().iter().take(MOST_DETAILS).map(|fault| {
            let place = fault.pointer().or(fault.parameter()).or(fault.header()).unwrap_or_default();
            (place.trim_start_matches('/').replace('/', " › "), fault.detail().to_owned())
        });
        Self {
            status,
            title,
            text,
            details: if error.is_validation() { details.collect() } else { Vec::new() },
            again,
            wait: error.retry_after(),
            may_have_worked: error.may_have_been_processed(),
            correlation_id: error.correlation_id().map(str::to_owned),
        }
    }
}

fn words(error: &Error) -> (StatusCode, &'static str, &'static str, bool) {
    if error.is_validation() {
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            "Some of your details need correcting",
            "The face check can begin once your details are complete and correct.",
            false,
        )
    } else if error.is_not_found() {
        (
            StatusCode::NOT_FOUND,
            "We could not find you",
            "There is no such customer at SpherePay. If you have just signed up, please contact us.",
            false,
        )
    } else if error.is_authentication() || error.kind() == ErrorKind::InvalidRequest {
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            "This is our fault, not yours",
            "Something is set up wrongly on our side, so the face check cannot begin. Trying again will not \
             help until we have fixed it.",
            false,
        )
    } else if error.is_rate_limited() {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "One moment, please",
            "Many people are asking for their face check just now.",
            true,
        )
    } else if error.is_timeout() {
        (StatusCode::GATEWAY_TIMEOUT, "That took too long", "The face check did not respond in time.", true)
    } else if error.kind() == ErrorKind::Transport {
        (
            StatusCode::BAD_GATEWAY,
            "We cannot reach the face check",
            "The connection to it failed. That has nothing to do with you or your device.",
            true,
        )
    } else if error.status() == Some(StatusCode::SERVICE_UNAVAILABLE) {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "The face check is not available",
            "It is out of service for the moment. That has nothing to do with you or your device.",
            true,
        )
    } else if error.status().is_some_and(|status| status.is_server_error()) {
        (
            StatusCode::BAD_GATEWAY,
            "The face check is out of order",
            "It reported a fault. That has nothing to do with you or your device.",
            true,
        )
    } else {
        // A conflict, a redirect, a success without a link: nothing that asking again would change.
        (
            StatusCode::BAD_GATEWAY,
            "The face check could not begin",
            "We got a response that we did not expect. Please contact us.",
            false,
        )
    }
}
