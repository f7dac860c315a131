//! What the end of an attempt proves, and whether sending again is worth it: the one place where a status, a
//! body, a transport error's kind and its delivery are judged.
//!
//! A status alone proves nothing. A 429 or a 503 does not promise that nothing was done, a 303 says that a
//! POST *was* done (RFC 9110, section 15.4.4), and a gateway writes any of them after the server has acted.

use http::StatusCode;

use crate::problem::ApiError;
use crate::transport::{Delivery, TransportError, TransportErrorKind};

/// What is proven about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The transport proves that it never left.
    NeverSent,
    /// SpherePay says, in its own words, that it refused the request.
    Refused,
    /// Nothing: it may have been processed.
    Unknown,
}

/// Whether sending the same request again is worth it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worth {
    /// It would fail again, or the outcome is final.
    Never,
    /// It may help, and may also add to the trouble: a few times only.
    Sparingly,
    /// It is meant to be sent again.
    Yes,
}

/// Both answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Evidence {
    pub(crate) proof: Proof,
    pub(crate) worth: Worth,
    /// Whether only another connection helps.
    pub(crate) needs_fresh_connection: bool,
    /// Whether a first retry need not wait: the connection was cut, often because it had rested too long, which says
    /// nothing about the service.
    pub(crate) at_once: bool,
}

impl Evidence {
    /// There is no complete response, and no status other than 2xx.
    pub(crate) fn of_transport_error(error: &TransportError) -> Self {
        let proof = match error.delivery() {
            Delivery::NotSent => Proof::NeverSent,
            Delivery::Unknown => Proof::Unknown,
        };
        let worth = match (error.kind(), proof) {
            (TransportErrorKind::Tls | TransportErrorKind::TooLarge | TransportErrorKind::Setup, _) => {
                Worth::Never
            }
            (_, Proof::NeverSent) => Worth::Yes,
            (_, _) => Worth::Sparingly,
        };
        let was_cut = error.kind() == TransportErrorKind::Interrupted;
        Self { proof, worth, needs_fresh_connection: was_cut, at_once: was_cut }
    }

    /// The head of a response with a status other than 2xx arrived. A body that broke is empty here, and proves
    /// nothing.
    ///
    /// With an idempotency key a refusal proves nothing: an earlier call with that key may have been
    /// processed.
    pub(crate) fn of_api_error(error: &ApiError, has_idempotency_key: bool) -> Self {
        let status = error.status().as_u16();
        let is_refusal = matches!(status, 400..=499)
            && !speaks_of_the_connection(status)
            && error.is_from_spherepay()
            && !has_idempotency_key;
        let worth = match status {
            408 | 421 | 425 | 429 | 503 => Worth::Yes,
            // RFC 9110, section 15: an unknown 5xx counts as 500, and so does a status above 599.
            500.. => Worth::Sparingly,
            // HTTP forbids a final 1xx response, so we cannot tell whether the server acted.
            _ => Worth::Never,
        };
        Self {
            proof: if is_refusal { Proof::Refused } else { Proof::Unknown },
            worth,
            needs_fresh_connection: speaks_of_the_connection(status),
            at_once: false,
        }
    }
}

/// 408, 421 (RFC 9110, sections 15.5.9 and 15.5.20) and 425 (RFC 8470, section 5.2): said about the connection
/// that the request came over, often by a gateway.
fn speaks_of_the_connection(status: u16) -> bool {
    matches!(status, 408 | 421 | 425)
}

/// Whether a response shows that the service works, so that retries come back into the budget.
pub(crate) fn refills_budget(status: StatusCode) -> bool {
    let status = status.as_u16();
    matches!(status, 200..=299 | 400..=499) && !speaks_of_the_connection(status) && status != 429
}
