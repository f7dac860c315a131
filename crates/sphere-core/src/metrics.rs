//! Metrics without a tracer: [`Metrics`] are told of the end of each attempt and of each call.
//!
//! A report has what OpenTelemetry's metric `http.client.request.duration` needs (semantic conventions for HTTP client
//! metrics), and what it lacks: retries, outcomes that nobody knows, and the retry budget. No report holds text that a
//! server wrote, a path, or anything of a customer.
//!
//! ```
//! use std::sync::atomic::{AtomicU64, Ordering};
//! use sphere_core::metrics::{AttemptReport, CallReport, Metrics};
//! use sphere_core::{ApiKey, Config};
//!
//! #[derive(Default)]
//! struct Counters {
//!     retries: AtomicU64,
//!     unknown_outcomes: AtomicU64,
//! }
//!
//! impl Metrics for Counters {
//!     fn attempt_ended(&self, attempt: &AttemptReport<'_>) {
//!         if attempt.number() > 1 {
//!             self.retries.fetch_add(1, Ordering::Relaxed);
//!         }
//!     }
//!
//!     fn call_ended(&self, call: &CallReport<'_>) {
//!         if call.may_have_been_processed() {
//!             self.unknown_outcomes.fetch_add(1, Ordering::Relaxed);
//!         }
//!     }
//! }
//!
//! let config = Config::builder(ApiKey::new("sk_live_1")?).metrics(Counters::default()).build()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::time::Duration;

use http::{Method, StatusCode};

use crate::values::StopReason;
use crate::values::target::Target;

/// What counts: told of the end of each attempt and each call of a client and its clones. Set it with
/// [`ConfigBuilder::metrics`](crate::ConfigBuilder::metrics).
///
/// It is called where the call runs, between its steps: return quickly, and do not block.
pub trait Metrics: Send + Sync + 'static {
    /// A request succeeded or failed. Not called for a request that was dropped on its way: [`Self::call_ended`] is.
    fn attempt_ended(&self, attempt: &AttemptReport<'_>) {
        let _ = attempt;
    }

    /// A call succeeded, failed, or was dropped.
    fn call_ended(&self, call: &CallReport<'_>) {
        let _ = call;
    }
}

/// One request on its way and back: the attributes of OpenTelemetry's `http.client.request.duration`.
#[derive(Debug)]
pub struct AttemptReport<'a> {
    pub(crate) operation: &'static str,
    pub(crate) method: &'a Method,
    pub(crate) target: &'a Target,
    pub(crate) number: u32,
    pub(crate) status: Option<StatusCode>,
    pub(crate) transport_error: Option<&'static str>,
    pub(crate) duration: Duration,
}

impl AttemptReport<'_> {
    /// The operation, such as `generate_face_verification_link`.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// `http.request.method`.
    pub fn method(&self) -> &Method {
        self.method
    }

    /// `url.scheme`: `https`, or `http` for a loopback host.
    pub fn scheme(&self) -> &str {
        if self.target.is_https() { "https" } else { "http" }
    }

    /// `server.address`: the host, without the brackets of an IPv6 address.
    pub fn server_address(&self) -> &str {
        self.target.host()
    }

    /// `server.port`.
    pub fn server_port(&self) -> u16 {
        self.target.port()
    }

    /// Which attempt of its call it was, from 1. `http.request.resend_count` is one less.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// `http.response.status_code`, if the head of a response arrived.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// `error.type`: a status of 400 or above, such as `503`, or why there was no whole response:
    /// [`tracing_output`](crate::tracing_output) lists the names.
    pub fn error_type(&self) -> Option<&str> {
        match &self.status {
            Some(status) if status.as_u16() >= 400 => Some(status.as_str()),
            _ => self.transport_error,
        }
    }

    /// From the first byte sent, or the first try to connect, to the end of the response.
    pub fn duration(&self) -> Duration {
        self.duration
    }
}

/// A whole call, with all its attempts and waits.
#[derive(Debug)]
pub struct CallReport<'a> {
    pub(crate) operation: &'static str,
    pub(crate) attempts: u32,
    pub(crate) error_type: Option<&'a str>,
    pub(crate) may_have_been_processed: bool,
    pub(crate) stop_reason: Option<StopReason>,
    pub(crate) budget_remaining: Option<u32>,
    pub(crate) duration: Option<Duration>,
}

impl CallReport<'_> {
    /// The operation, such as `generate_face_verification_link`.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// How often the request was handed to the transport.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Why it failed: a status, a transport error's kind, `invalid_request`, `invalid_response` or `cancelled`;
    /// [`tracing_output`](crate::tracing_output) lists the names. `None` if it succeeded.
    pub fn error_type(&self) -> Option<&str> {
        self.error_type
    }

    /// Whether the call failed and its request may still have been processed. It is `true` for a call that was
    /// dropped after its request was handed to the transport.
    pub fn may_have_been_processed(&self) -> bool {
        self.may_have_been_processed
    }

    /// Why there was no further attempt, if it failed.
    pub fn stop_reason(&self) -> Option<StopReason> {
        self.stop_reason
    }

    /// The retries that the client and its clones have left; `None` if they have no limit.
    pub fn retry_budget_remaining(&self) -> Option<u32> {
        self.budget_remaining
    }

    /// From the start of the call to its end; `None` if it was dropped: the clock is not read then.
    pub fn duration(&self) -> Option<Duration> {
        self.duration
    }
}
