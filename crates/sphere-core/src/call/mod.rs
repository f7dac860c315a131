//! One call as a state machine without I/O: every decision about headers, attempts, waits, deadlines and
//! limits, taken once for the asynchronous and the blocking client.
//!
//! **Unstable**: this module may change in any release. It is public so that a driver of another kind, or a
//! test, can run a call by hand.
//!
//! ```text
//!              ┌────────────────────────── Step::Wait(delay, call) ◄─┐
//!              ▼                                                     │ may be tried again
//! Call::new ─► step(now) ─► Step::Send(request, sent) ─► sent.answer(…) ─► step(now)
//!              │                                                     │
//!              └─► Step::Done(Err) request invalid, time is up       └─► Step::Done(Ok or Err)
//! ```
//!
//! A state that waits for something can do nothing else: `Sent` only takes an answer, and `Done` has no call
//! left in it. So a driver cannot send twice what should be sent once.
//!
//! # Example
//!
//! One call, run by hand against a server that is down and then up:
//!
//! ```
//! use std::time::{Duration, Instant};
//! use sphere_core::call::{Call, Step};
//! use sphere_core::endpoints::GenerateFaceVerificationLink;
//! use sphere_core::transport::{TransportError, TransportErrorKind, TransportResponse};
//! use sphere_core::{ApiKey, CallOptions, Config, CustomerId, RetryBudget};
//!
//! let config = Config::new(ApiKey::new("sk_live_1")?);
//! let (budget, customer, seed) = (RetryBudget::default(), CustomerId::new("customer_1")?, 7);
//! let endpoint = GenerateFaceVerificationLink::new(&customer);
//! let mut now = Instant::now();
//!
//! let call = Call::new(&config, &budget, endpoint, CallOptions::default(), seed, now);
//! let Step::Send(request, sent) = call.step(now) else { unreachable!() };
//! assert_eq!(request.http().uri().path(), "/v2/customer/customer_1/face-verification-link");
//! let call = sent.answer(Err(TransportError::new(TransportErrorKind::Connect, "refused").not_sent()));
//!
//! let Step::Wait(delay, call) = call.step(now) else { unreachable!() };
//! assert!(delay <= Duration::from_millis(200));
//! now += delay;
//!
//! let Step::Send(_, sent) = call.step(now) else { unreachable!() };
//! let body = r#"{"url":"https://in.sumsub.com/p/1","expiresAt":"2026-03-09T20:46:31Z"}"#;
//! let answer = http::Response::builder().status(201).body(body.into())?;
//! let call = sent.answer(Ok(TransportResponse::new(answer)));
//!
//! let Step::Done(Ok(link)) = call.step(now) else { unreachable!() };
//! assert_eq!(link.url(), "https://in.sumsub.com/p/1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod options;
mod request;

use std::fmt;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::StatusCode;

pub use options::{CallOptions, IdempotencyKey, InvalidIdempotencyKey};

use crate::config::Config;
use crate::endpoint::{Answer, Endpoint};
use crate::error::{Cause, Error};
use crate::problem::ApiError;
use crate::retry::{Decision, Evidence, Resend, RetryBudget, decide};
use crate::trace::{AttemptTrace, CallTrace, Scope};
use crate::transport::{Delivery, TransportError, TransportErrorKind, TransportRequest, TransportResponse};

/// A call between two steps.
pub struct Call<'c, E: Endpoint> {
    config: &'c Config,
    budget: &'c RetryBudget,
    endpoint: E,
    options: CallOptions,
    random: fastrand::Rng,
    deadline: Instant,
    attempts: u32,
    ambiguous_retries: u32,
    may_have_been_processed: bool,
    trace: CallTrace,
    state: State,
}

enum State {
    /// Nothing has been sent.
    New,
    /// The wait is over: send again, or return the failure that led here if time is up.
    Again(Cause),
    /// An attempt has ended.
    Answered(Result<TransportResponse, TransportError>),
}

/// What a driver has to do next.
#[derive(Debug)]
// Moved from the machine to its driver and back, and never stored: a box would only add an allocation.
#[allow(clippy::large_enum_variant)]
pub enum Step<'c, E: Endpoint> {
    /// Send this and hand the outcome to [`Sent::answer`].
    Send(TransportRequest, Sent<'c, E>),
    /// Wait this long, then take the next step.
    Wait(Duration, Call<'c, E>),
    /// The call is over.
    Done(Result<E::Output, Error>),
}

/// A call whose request is under way.
#[derive(Debug)]
pub struct Sent<'c, E: Endpoint> {
    // Before the call: if both are dropped half-way, the attempt ends first.
    trace: AttemptTrace,
    call: Call<'c, E>,
}

impl<'c, E: Endpoint> Sent<'c, E> {
    /// Takes what the transport brought back.
    pub fn answer(self, outcome: Result<TransportResponse, TransportError>) -> Call<'c, E> {
        self.trace.end(&outcome);
        Call { state: State::Answered(outcome), ..self.call }
    }

    /// In which the request is sent.
    pub(crate) fn scope(&self) -> Scope {
        self.trace.scope()
    }
}

/// A failed attempt: what is known about it, and what to tell the caller if it is the last.
struct Failure {
    evidence: Evidence,
    may_have_been_processed: bool,
    cause: Cause,
}

impl<'c, E: Endpoint> Call<'c, E> {
    /// A call that has not begun. Its deadline counts from `now`; `seed` decides its jitter.
    pub fn new(
        config: &'c Config,
        budget: &'c RetryBudget,
        endpoint: E,
        options: CallOptions,
        seed: u64,
        now: Instant,
    ) -> Self {
        let timeout = options.timeout.unwrap_or(config.timeout());
        Self {
            config,
            budget,
            endpoint,
            options,
            random: fastrand::Rng::with_seed(seed),
            // An absurd timeout is refused when the request is built; `now` only keeps this from overflowing.
            deadline: now.checked_add(timeout).unwrap_or(now),
            attempts: 0,
            ambiguous_retries: 0,
            may_have_been_processed: false,
            trace: CallTrace::begin(E::OPERATION),
            state: State::New,
        }
    }

    /// In which a driver waits.
    pub(crate) fn scope(&self) -> Scope {
        self.trace.scope()
    }

    /// Takes the next step.
    pub fn step(mut self, now: Instant) -> Step<'c, E> {
        match std::mem::replace(&mut self.state, State::New) {
            State::New => self.send(now, None),
            State::Again(last) => self.send(now, Some(last)),
            State::Answered(outcome) => match self.judge(outcome) {
                Ok(output) => {
                    self.budget.deposit();
                    self.trace.succeed(self.attempts);
                    Step::Done(Ok(output))
                }
                Err(failure) => self.after(failure, now),
            },
        }
    }

    /// Sends, or ends with the last failure if time is up.
    #[inline] // What it returns is large, and would be copied.
    fn send(mut self, now: Instant, last: Option<Cause>) -> Step<'c, E> {
        let time_left = self.deadline.saturating_duration_since(now);
        // Built for each attempt, and not kept for the next: most calls have one attempt only.
        let request = match request::build(self.config, &self.endpoint, &self.options) {
            Ok(request) if !time_left.is_zero() => request,
            Ok(_) => return self.fail(last.unwrap_or_else(|| Cause::Transport(no_time()))),
            // After an attempt, what became of that one is what the caller must know.
            Err(fault) => return self.fail(last.unwrap_or(Cause::Request(fault))),
        };
        self.attempts += 1;
        let trace = self.trace.attempt(&request, self.attempts);
        let outgoing = TransportRequest::new(request)
            .with_operation(E::OPERATION)
            .with_time_left(time_left)
            .with_connect_timeout(self.config.connect_timeout())
            .with_max_response_bytes(self.config.max_response_bytes());
        Step::Send(outgoing, Sent { trace, call: self })
    }

    /// Status first, body second.
    fn judge(&self, outcome: Result<TransportResponse, TransportError>) -> Result<E::Output, Failure> {
        let response = outcome.map_err(|error| self.judge_transport_error(error))?;
        let status = response.status();
        if response.body().len() > self.config.max_response_bytes() {
            // The second net: the transport should have stopped reading.
            let (head, _) = response.into_http().into_parts();
            let error = TransportError::new(TransportErrorKind::TooLarge, "more bytes than asked for");
            return Err(self.judge_transport_error(error.with_head(head.status, head.headers)));
        }
        if !status.is_success() {
            let (head, body) = response.into_http().into_parts();
            return Err(self.judge_api_error(status, head.headers, body, None));
        }
        self.endpoint.decode(&Answer::new(&response)).map_err(|fault| Failure {
            evidence: Evidence::NeverWorks,
            may_have_been_processed: true,
            cause: Cause::Answer(Box::new((response, fault))),
        })
    }

    fn judge_transport_error(&self, error: TransportError) -> Failure {
        match (error.status(), error.headers()) {
            // The status is known, and it says more than the loss of the body does.
            (Some(status), Some(headers)) if !status.is_success() => {
                let headers = headers.clone();
                return self.judge_api_error(status, headers, Bytes::new(), Some(error));
            }
            _ => {}
        }
        let evidence = match (error.kind(), error.delivery()) {
            (TransportErrorKind::Tls | TransportErrorKind::TooLarge | TransportErrorKind::Setup, _) => {
                Evidence::NeverWorks
            }
            (_, Delivery::NotSent) => Evidence::NotSent,
            (_, Delivery::Unknown) => Evidence::Ambiguous,
        };
        Failure {
            evidence,
            may_have_been_processed: error.delivery() != Delivery::NotSent,
            cause: Cause::Transport(error),
        }
    }

    fn judge_api_error(
        &self,
        status: StatusCode,
        headers: http::HeaderMap,
        body: Bytes,
        broken: Option<TransportError>,
    ) -> Failure {
        let error = ApiError::parse(status, headers, body, self.config.retry().retry_after_cap());
        let evidence = error.evidence();
        Failure {
            evidence,
            // A final answer below 200 is none that HTTP allows: what the server did is anybody's guess.
            may_have_been_processed: evidence == Evidence::Ambiguous || status.as_u16() < 200,
            cause: Cause::Api(Box::new(error), broken),
        }
    }

    /// Waits for another attempt, or ends.
    fn after(mut self, failure: Failure, now: Instant) -> Step<'c, E> {
        self.may_have_been_processed |= failure.may_have_been_processed;
        let policy = self.config.retry();
        let resend = Resend::of(E::SAFETY, self.options.idempotency_key.is_some());
        let decision = decide(failure.evidence, resend);
        let allowed = match decision {
            Decision::Retry => true,
            Decision::RetryAmbiguous => self.ambiguous_retries < policy.ambiguous(),
            Decision::Never => false,
        };
        if !allowed || self.attempts >= policy.attempts() {
            return self.fail(failure.cause);
        }
        let retry_after = match &failure.cause {
            Cause::Api(error, _) => error.retry_after(),
            _ => None,
        };
        let wait = policy.wait(self.attempts, retry_after, self.random.f64());
        let ends_in_time = now.checked_add(wait).is_some_and(|end| end < self.deadline);
        if !ends_in_time || !self.budget.withdraw() {
            return self.fail(failure.cause);
        }
        self.ambiguous_retries += u32::from(decision == Decision::RetryAmbiguous);
        self.trace.retry(&failure.cause, wait);
        Step::Wait(wait, Call { state: State::Again(failure.cause), ..self })
    }

    fn fail(mut self, cause: Cause) -> Step<'c, E> {
        self.trace.fail(&cause, self.attempts, self.may_have_been_processed);
        Step::Done(Err(Error::new(
            E::OPERATION,
            self.attempts,
            self.may_have_been_processed,
            cause,
            self.config.api_key(),
        )))
    }
}

fn no_time() -> TransportError {
    TransportError::new(TransportErrorKind::Timeout, "no time was left to send the request").not_sent()
}

/// Shows how far the call has come; nothing of what is sent or was answered.
impl<E: Endpoint> fmt::Debug for Call<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &E::OPERATION)
            .field("attempts", &self.attempts)
            .field("may_have_been_processed", &self.may_have_been_processed)
            .finish_non_exhaustive()
    }
}
