//! One call as a state machine without I/O: every decision about attempts, waits, deadlines and limits, taken
//! once for the async and the blocking client, and for every operation.
//!
//! ```text
//!                          ┌──────────── Wait(delay, Waiting) ◄───────────┐
//!                          │ resume(now)                                  │ may be retried
//!                          ▼                                              │
//! Start ── start(now) ─► Send(request, Sent) ── response(outcome, now) ───┤
//!   │                      │                                              ├─► Succeeded(Success)
//!   └──────────────────────┴──────────────────────────────────────────────┴─► Failed(Error)
//! ```
//!
//! | file | what it holds |
//! | --- | --- |
//! | `options` | what a caller can set for one call |
//! | `prepare` | from an operation's request to an HTTP request |
//! | `start` | before the first attempt |
//! | `sent` | a request is in flight: what its outcome means |
//! | `waiting` | between two attempts |
//! | `success` | a 2xx arrived: all that is left is to decode it |
//!
//! The states are types, and each step consumes the one before it: a driver cannot send during a wait, or
//! take two responses to one request.

mod options;
mod prepare;
mod sent;
mod start;
mod success;
mod waiting;

use std::fmt;
use std::time::Duration;

use crate::clock::Moment;
use crate::config::{Config, RetryPolicy};
use crate::error::names::{CANCELLED, error_type};
use crate::error::{Attempt, Cause, Error, Facts};
use crate::metrics::{CallReport, Metrics};
use crate::retry::{Repeat, RetryBudget};
use crate::trace::CallTrace;
use crate::transport::{
    DEFAULT_IDLE_TIMEOUT, ONCE_IDLE_TIMEOUT, TransportError, TransportErrorKind, TransportRequest,
};
use crate::values::StopReason;

pub use options::{IdempotencyKey, InvalidIdempotencyKey, Options};
use prepare::Prepared;
pub use sent::Sent;
pub use start::Start;
pub use success::Success;
pub use waiting::Waiting;

/// What a driver has to do next.
#[derive(Debug)]
// With the feature `tracing`. Moved from the machine to its driver and back, and never stored: another box would
// only add an allocation.
#[allow(clippy::large_enum_variant)]
pub enum Step<'c> {
    /// Send this and hand the outcome to [`Sent::response`].
    Send(TransportRequest, Sent<'c>),
    /// Wait this long, then call [`Waiting::resume`].
    Wait(Duration, Waiting<'c>),
    /// A response with a 2xx status arrived.
    Succeeded(Success<'c>),
    /// The call is over.
    Failed(Error),
}

/// What all states of a call share, from the first attempt on. Boxed: it moves from state to state.
struct Progress<'c> {
    config: &'c Config,
    budget: &'c RetryBudget,
    policy: RetryPolicy,
    repeat: Repeat,
    prepared: Prepared,
    random: fastrand::Rng,
    began: Moment,
    deadline: Moment,
    /// When the request in flight was handed to the transport.
    sent_at: Moment,
    attempts: u32,
    ambiguous_retries: u32,
    /// The failed attempts.
    history: Vec<Attempt>,
    /// What the caller is told if there is no further attempt: the last response, or the last failure without one.
    last: Option<Cause>,
    may_have_been_processed: bool,
    needs_fresh_connection: bool,
    is_in_flight: bool,
    /// Until it was told of the end.
    metrics: Option<&'c dyn Metrics>,
    trace: CallTrace,
}

impl<'c> Progress<'c> {
    /// Sends, or ends with the last failure if time is up.
    fn send(mut self: Box<Self>, now: Moment) -> Step<'c> {
        let time_left = self.deadline.since(now);
        if time_left.is_zero() {
            let no_time =
                || TransportError::new(TransportErrorKind::Timeout, "no time was left to send").not_sent();
            let cause = self.last.take().unwrap_or_else(|| Cause::Transport(no_time()));
            return self.fail(cause, StopReason::Deadline, now);
        }
        let http = match self.prepared.http_request(self.config) {
            Ok(http) => http,
            Err(invalid) => return self.fail(Cause::Request(invalid), StopReason::NotRetryable, now),
        };
        self.attempts += 1;
        self.sent_at = now;
        self.is_in_flight = true;
        let time_left = time_left.min(self.attempt_limit());
        let target = &self.config.base_url().target;
        let trace = self.trace.attempt(http.method(), target, self.attempts);
        let request = TransportRequest::to(target.clone(), http)
            .with_operation(self.prepared.name)
            .with_time_left(time_left)
            .with_connect_timeout(self.config.connect_timeout())
            .with_max_response_bytes(self.prepared.max_response_bytes)
            .with_fresh_connection(self.needs_fresh_connection)
            .with_max_idle_time(match self.repeat {
                Repeat::Harmless => DEFAULT_IDLE_TIMEOUT,
                Repeat::Harmful => ONCE_IDLE_TIMEOUT,
            });
        Step::Send(request, Sent { trace, progress: self })
    }

    /// How long this attempt may take. An attempt that may be followed by another leaves time for it: otherwise a
    /// server that never responds uses up the whole call. What must not happen twice is given all the time there is,
    /// since nothing could follow an outcome that nobody knows.
    fn attempt_limit(&self) -> Duration {
        let is_last = self.attempts >= self.policy.max_attempts
            || self.ambiguous_retries >= self.policy.ambiguous_retries;
        if is_last || self.repeat == Repeat::Harmful {
            return Duration::MAX;
        }
        self.policy.attempt_limit(self.prepared.timeout, self.prepared.body_length())
    }

    fn fail(mut self: Box<Self>, cause: Cause, stop: StopReason, now: Moment) -> Step<'c> {
        Step::Failed(self.error(cause, stop, now))
    }

    /// The error of a call that ends here.
    fn error(&mut self, cause: Cause, stop: StopReason, now: Moment) -> Error {
        let facts = Facts {
            operation: self.prepared.name,
            history: std::mem::take(&mut self.history).into(),
            may_have_been_processed: self.may_have_been_processed,
            stop,
            duration: now.since(self.began),
        };
        self.trace.fail(&cause, &facts, self.budget.remaining());
        self.report(Some(&error_type(&cause)), Some(stop), Some(facts.duration));
        let private = self.prepared.private_texts();
        let private: Vec<&str> = private.iter().map(String::as_str).collect();
        Error::new(facts, cause, self.config.base_url(), self.config.hiding(&private))
    }
}

impl Progress<'_> {
    /// Tells the metrics of the end: why the call failed, if it did, and how long it took, if that is known.
    fn report(&mut self, error_type: Option<&str>, stop: Option<StopReason>, duration: Option<Duration>) {
        if let Some(metrics) = self.metrics.take() {
            metrics.call_ended(&CallReport {
                operation: self.prepared.name,
                attempts: self.attempts,
                error_type,
                may_have_been_processed: error_type.is_some() && self.may_have_been_processed,
                stop_reason: stop,
                budget_remaining: self.budget.remaining(),
                duration,
            });
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if self.metrics.is_some() {
            self.may_have_been_processed |= self.is_in_flight;
            self.report(Some(CANCELLED), None, None);
        }
    }
}

/// Shows how far the call has come; nothing of what is sent or was received.
impl fmt::Debug for Progress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress")
            .field("operation", &self.prepared.name)
            .field("attempts", &self.attempts)
            .field("may_have_been_processed", &self.may_have_been_processed)
            .finish_non_exhaustive()
    }
}
