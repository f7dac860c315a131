//! What became of one attempt of a call that failed.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use super::Cause;
use crate::transport::TransportErrorKind;

/// One attempt of a call that failed, from [`Error::history`](super::Error::history). `Debug` shows no text that a
/// server wrote.
///
/// # Example
///
/// ```
/// use sphere_core::Error;
///
/// fn log(error: &Error) {
///     println!("{error}");
///     for attempt in error.history() {
///         println!("  {:?}: {:?}, {:?}", attempt.duration(), attempt.status(), attempt.transport_error_kind());
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Attempt {
    status: Option<StatusCode>,
    transport_error_kind: Option<TransportErrorKind>,
    correlation_id: Option<Arc<str>>,
    may_have_been_processed: bool,
    duration: Duration,
}

impl Attempt {
    pub(crate) fn new(cause: &Cause, may_have_been_processed: bool, duration: Duration) -> Self {
        let correlation_id = match cause {
            Cause::Api(error, _) => error.problem().shared_correlation_id(),
            _ => None,
        };
        Self {
            status: cause.status(),
            transport_error_kind: cause.transport().map(super::TransportError::kind),
            correlation_id,
            may_have_been_processed,
            duration,
        }
    }

    /// The HTTP status, if the head of a response arrived.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Why there was no response, or no whole one.
    pub fn transport_error_kind(&self) -> Option<TransportErrorKind> {
        self.transport_error_kind
    }

    /// The id that SpherePay's support asks for.
    pub fn correlation_id(&self) -> Option<&str> {
        self.correlation_id.as_deref()
    }

    /// Whether the server may have processed this attempt. It is `false` only if the request was provably never sent
    /// (then there is no status), or was refused by SpherePay in its own words.
    pub fn may_have_been_processed(&self) -> bool {
        self.may_have_been_processed
    }

    /// How long the attempt took, without the wait before it.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// The last failure in a few words, for an error line that shows an earlier one.
    pub(super) fn phrase(&self) -> String {
        match (self.transport_error_kind, self.status) {
            (Some(kind), _) => kind.to_string(),
            (None, Some(status)) => status.as_str().to_owned(),
            (None, None) => "could not be sent".to_owned(),
        }
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("status", &self.status)
            .field("transport_error_kind", &self.transport_error_kind)
            .field("may_have_been_processed", &self.may_have_been_processed)
            .field("duration", &self.duration)
            .finish_non_exhaustive()
    }
}
