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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const OWN_WORDS: &str = r#"{"status":STATUS,"detail":"No"}"#;

    fn api_error(status: u16, body: &str) -> ApiError {
        let body = body.replace("STATUS", &status.to_string());
        ApiError::parse(StatusCode::from_u16(status).unwrap(), &http::HeaderMap::new(), body, Duration::ZERO)
    }

    #[test]
    fn statuses_one_by_one() {
        use Proof::{Refused, Unknown};
        use Worth::{Never, Sparingly, Yes};
        // The status, what is proven by SpherePay's own words, and whether it is worth sending again.
        for (status, proof, worth) in [
            (100, Unknown, Never),
            (101, Unknown, Never),
            (199, Unknown, Never),
            (300, Unknown, Never),
            (302, Unknown, Never),
            (303, Unknown, Never),
            (399, Unknown, Never),
            (400, Refused, Never),
            (401, Refused, Never),
            (404, Refused, Never),
            (407, Refused, Never),
            (408, Unknown, Yes),
            (409, Refused, Never),
            (421, Unknown, Yes),
            (422, Refused, Never),
            (425, Unknown, Yes),
            (429, Refused, Yes),
            (499, Refused, Never),
            (500, Unknown, Sparingly),
            (502, Unknown, Sparingly),
            (503, Unknown, Yes),
            (504, Unknown, Sparingly),
            (599, Unknown, Sparingly),
            (600, Unknown, Sparingly),
            (999, Unknown, Sparingly),
        ] {
            let error = api_error(status, OWN_WORDS);
            let found = Evidence::of_api_error(&error, false);
            assert_eq!((found.proof, found.worth), (proof, worth), "{status}");
            assert_eq!(found.needs_fresh_connection, [408, 421, 425].contains(&status), "{status}");
            for (error, has_key) in [
                (&error, true),
                (&api_error(status, "<html>"), false),
                (&api_error(status, ""), false),
                (&api_error(status, r#"{"status":418,"detail":"No"}"#), false),
            ] {
                let found = Evidence::of_api_error(error, has_key);
                assert_eq!((found.proof, found.worth), (Unknown, worth), "{status} {has_key}");
            }
        }
    }

    #[test]
    fn transport_errors_one_by_one() {
        use TransportErrorKind::{Connect, Interrupted, Other, Protocol, Setup, Timeout, Tls, TooLarge};
        for kind in [Connect, Interrupted, Other, Protocol, Timeout] {
            let error = || TransportError::new(kind, "x");
            let found = Evidence::of_transport_error(&error().not_sent());
            assert_eq!((found.proof, found.worth), (Proof::NeverSent, Worth::Yes), "{kind:?}");
            let found = Evidence::of_transport_error(&error());
            assert_eq!((found.proof, found.worth), (Proof::Unknown, Worth::Sparingly), "{kind:?}");
            let was_cut = kind == Interrupted;
            assert_eq!((found.needs_fresh_connection, found.at_once), (was_cut, was_cut), "{kind:?}");
        }
        for kind in [Setup, Tls, TooLarge] {
            let error = || TransportError::new(kind, "x");
            let found = Evidence::of_transport_error(&error().not_sent());
            assert_eq!((found.proof, found.worth), (Proof::NeverSent, Worth::Never), "{kind:?}");
            let found = Evidence::of_transport_error(&error());
            assert_eq!((found.proof, found.worth), (Proof::Unknown, Worth::Never), "{kind:?}");
        }
    }

    #[test]
    fn a_working_service_refills_the_budget() {
        for status in 100..1000 {
            let expected = match status {
                408 | 421 | 425 | 429 => false,
                200..=299 | 400..=499 => true,
                _ => false,
            };
            assert_eq!(refills_budget(StatusCode::from_u16(status).unwrap()), expected, "{status}");
        }
    }
}
