//! A request is in flight. Its outcome succeeds, fails, or leads to a retry.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{Progress, Step, Success, Waiting};
use crate::clock::Moment;
use crate::error::names::kind_name;
use crate::error::{Attempt, Cause};
use crate::metrics::AttemptReport;
use crate::problem::ApiError;
use crate::retry::{self, Decision, Evidence, Proof, decide, refills_budget};
use crate::trace::{AttemptTrace, Scope};
use crate::transport::{TransportError, TransportResponse};
use crate::values::StopReason;

/// A call whose request is in flight.
#[derive(Debug)]
pub struct Sent<'c> {
    // Before the call's own trace: if both are dropped half-way, the attempt ends first.
    pub(super) trace: AttemptTrace,
    pub(super) progress: Box<Progress<'c>>,
}

/// A failed attempt: what is known about it, and what to tell the caller if it is the last.
struct Failure {
    evidence: Evidence,
    cause: Cause,
}

impl<'c> Sent<'c> {
    /// Takes what the transport brought back.
    pub fn response(self, outcome: Result<TransportResponse, TransportError>, now: Moment) -> Step<'c> {
        self.trace.end(&outcome);
        let mut progress = self.progress;
        progress.is_in_flight = false;
        progress.report_attempt(&outcome, now);
        match progress.judge(outcome) {
            Ok(response) => {
                progress.budget.deposit(now);
                Step::Succeeded(Success { response, at: now, progress })
            }
            Err(failure) => progress.after(failure, now),
        }
    }

    /// Span entered while sending.
    pub(crate) fn scope(&self) -> Scope {
        self.trace.scope()
    }
}

impl<'c> Progress<'c> {
    /// Status first, body second. `Ok` is a response with a 2xx status.
    #[allow(clippy::result_large_err)] // It moves into the error's own allocation.
    fn judge(
        &self,
        outcome: Result<TransportResponse, TransportError>,
    ) -> Result<TransportResponse, Failure> {
        let response = outcome.map_err(|error| self.transport_failure(error))?;
        let status = response.status();
        if response.body().len() > self.prepared.max_response_bytes {
            // The second net: the transport should have stopped reading.
            let (head, _) = response.into_http().into_parts();
            let error = TransportError::too_large(self.prepared.max_response_bytes);
            return Err(self.transport_failure(error.with_head(head.status, &head.headers)));
        }
        if !status.is_success() {
            let (head, body) = response.into_http().into_parts();
            return Err(self.api_failure(status, &head.headers, body, None));
        }
        Ok(response)
    }

    fn transport_failure(&self, error: TransportError) -> Failure {
        match (error.status(), error.headers()) {
            // The status is known, and it says more than the loss of the body does.
            (Some(status), Some(headers)) if !status.is_success() => {
                self.api_failure(status, &headers, Bytes::new(), Some(error))
            }
            _ => Failure { evidence: Evidence::of_transport_error(&error), cause: Cause::Transport(error) },
        }
    }

    fn api_failure(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        body: Bytes,
        broken: Option<TransportError>,
    ) -> Failure {
        let error = ApiError::parse(status, headers, body, self.policy.max_retry_after);
        let evidence = Evidence::of_api_error(&error, self.prepared.has_idempotency_key());
        Failure { evidence, cause: Cause::Api(error, broken) }
    }

    /// Waits for another attempt, or ends.
    fn after(mut self: Box<Self>, failure: Failure, now: Moment) -> Step<'c> {
        let Failure { evidence, cause } = failure;
        self.record(&cause, evidence.proof == Proof::Unknown, now);
        // Only a response shows that connections work again.
        self.needs_fresh_connection &= cause.status().is_none();
        self.needs_fresh_connection |= evidence.needs_fresh_connection;
        let retry_after = match &cause {
            Cause::Api(error, _) => {
                if refills_budget(error.status()) {
                    self.budget.deposit(now);
                }
                error.retry_after()
            }
            _ => None,
        };
        let decision = decide(evidence, self.repeat);
        let wait = retry::wait(&self.policy, self.attempts, evidence.at_once, retry_after, self.random.f64());
        let stop = self.reason_to_stop(decision, wait, now);
        if stop.is_none() {
            self.trace.retry(&cause, wait, self.budget.remaining());
        }
        // A failure without a response says less than a response before it.
        let last = match self.last.take() {
            Some(earlier) if cause.status().is_none() && earlier.status().is_some() => earlier,
            _ => cause,
        };
        if let Some(stop) = stop {
            return self.fail(last, stop, now);
        }
        self.last = Some(last);
        Step::Wait(wait, Waiting { progress: self })
    }

    /// Takes the next attempt from the limits, or says which of them forbids it.
    fn reason_to_stop(&mut self, decision: Decision, wait: Duration, now: Moment) -> Option<StopReason> {
        if decision == Decision::Never {
            return Some(StopReason::NotRetryable);
        }
        let is_ambiguous = decision == Decision::RetryAmbiguous;
        if self.attempts >= self.policy.max_attempts
            || (is_ambiguous && self.ambiguous_retries >= self.policy.ambiguous_retries)
        {
            return Some(StopReason::AttemptLimit);
        }
        if now + wait + retry::useful_time(self.prepared.timeout) > self.deadline {
            return Some(StopReason::Deadline);
        }
        let is_free = decision == Decision::RetryFree || self.policy.budget.is_none();
        if !is_free && !self.budget.withdraw(now) {
            return Some(StopReason::RetryBudget);
        }
        self.ambiguous_retries += u32::from(is_ambiguous);
        None
    }

    fn report_attempt(&self, outcome: &Result<TransportResponse, TransportError>, now: Moment) {
        if let Some(metrics) = self.metrics {
            let (status, transport_error) = match outcome {
                Ok(response) => (Some(response.status()), None),
                Err(error) => (error.status(), Some(kind_name(error.kind()))),
            };
            metrics.attempt_ended(&AttemptReport {
                operation: self.prepared.name,
                method: &self.prepared.method,
                target: &self.config.base_url().target,
                number: self.attempts,
                status,
                transport_error,
                duration: now.since(self.sent_at),
            });
        }
    }

    /// Remembers a failed attempt.
    pub(super) fn record(&mut self, cause: &Cause, may_have_been_processed: bool, now: Moment) {
        self.may_have_been_processed |= may_have_been_processed;
        let duration = now.since(self.sent_at);
        // Most calls have one attempt, and errors may be kept.
        self.history.reserve_exact(1);
        self.history.push(Attempt::new(cause, may_have_been_processed, duration));
    }
}
