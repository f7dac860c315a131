//! The rules of a call, written down once more: what is sent, how long a call waits, what the retry budget holds and
//! what the caller is told. It shares no code with the pipeline.

use std::time::Duration;

use crate::shared::probe::{Body, Outcome, Plan};
use sphere_core::transport::TransportErrorKind;
use sphere_core::{RetryPolicy, StopReason};

#[derive(Debug, Clone)]
pub(super) struct Turn {
    pub(super) outcome: Outcome,
    pub(super) takes: Duration,
}

/// Turns in order, the last one forever.
pub(super) struct Script {
    turns: Vec<Turn>,
    played: usize,
}

impl Script {
    pub(super) fn new(turns: Vec<Turn>) -> Self {
        Self { turns, played: 0 }
    }

    pub(super) fn next(&mut self) -> Turn {
        let turn = self.turns[self.played.min(self.turns.len() - 1)].clone();
        self.played += 1;
        turn
    }
}

/// What each request was given: time, key, and whether it needs a fresh connection.
pub(super) type Sent = (Duration, Option<String>, bool);

/// The numbers of a retry policy.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) attempts: u32,
    pub(super) ambiguous: u32,
    pub(super) cap: Duration,
    pub(super) attempt_timeout: Option<Duration>,
    pub(super) budget: Option<u32>,
}

impl Policy {
    /// Without backoff there is no jitter: a call waits as long as the server asks.
    pub(super) fn without_backoff(&self) -> RetryPolicy {
        let mut policy = RetryPolicy::default();
        if let Some(timeout) = self.attempt_timeout {
            policy = policy.attempt_timeout(timeout);
        }
        let policy = policy
            .max_attempts(self.attempts)
            .ambiguous_retries(self.ambiguous)
            .backoff(Duration::ZERO)
            .max_retry_after(self.cap);
        match self.budget {
            Some(retries) => policy.budget(retries),
            None => policy.unlimited_budget(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    NeverSent,
    Refused,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worth {
    Never,
    Sparingly,
    Yes,
}

pub(super) fn status(outcome: &Outcome) -> Option<u16> {
    match outcome {
        Outcome::Response { status, .. } | Outcome::Head { status, .. } => Some(*status),
        Outcome::Failure { .. } => None,
    }
}

pub(super) fn is_success(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Response {
            status: 200..=299,
            body: Body::OwnWords | Body::OtherStatus | Body::EmptyObject,
            ..
        }
    )
}

/// What a failed attempt proves.
pub(super) fn proof(outcome: &Outcome, has_key: bool) -> Proof {
    match outcome {
        Outcome::Failure { is_sent: false, .. } => Proof::NeverSent,
        Outcome::Response { status: 408 | 421 | 425, .. } => Proof::Unknown,
        Outcome::Response { status: 400..=499, body: Body::OwnWords, .. } if !has_key => Proof::Refused,
        _ => Proof::Unknown,
    }
}

/// Whether a retry after a failed attempt is worth it.
fn worth(outcome: &Outcome) -> Worth {
    use TransportErrorKind::{Setup, Tls, TooLarge};
    match outcome {
        Outcome::Failure { kind: Setup | Tls | TooLarge, .. } => Worth::Never,
        Outcome::Failure { is_sent: false, .. } => Worth::Yes,
        Outcome::Failure { is_sent: true, .. } | Outcome::Head { status: 200..=299, .. } => Worth::Sparingly,
        outcome => match status(outcome) {
            Some(408 | 421 | 425 | 429 | 503) => Worth::Yes,
            Some(500..) => Worth::Sparingly,
            _ => Worth::Never,
        },
    }
}

/// Whether the connection ended, and no status says more than that.
pub(super) fn was_cut(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Failure { kind: TransportErrorKind::Interrupted, .. }
            | Outcome::Head { status: 200..=299, .. }
    )
}

fn needs_fresh_connection(outcome: &Outcome) -> bool {
    was_cut(outcome) || matches!(status(outcome), Some(408 | 421 | 425))
}

/// Whether the response shows that the service works.
fn refills(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Response { status: 200..=299, .. } => true,
        outcome => {
            matches!(status(outcome), Some(400..=499))
                && !matches!(status(outcome), Some(408 | 421 | 425 | 429))
        }
    }
}

pub(super) fn asked_wait(outcome: &Outcome, cap: Duration) -> Duration {
    match outcome {
        // A 2xx whose body is lost is a transport error.
        Outcome::Head { status: 200..=299, .. } | Outcome::Failure { .. } => Duration::ZERO,
        Outcome::Response { retry_after, .. } | Outcome::Head { retry_after, .. } => {
            retry_after.as_ref().map_or(Duration::ZERO, |value| {
                value.parse().map_or(cap, |seconds| Duration::from_secs(seconds).min(cap))
            })
        }
    }
}

/// A client as the rules have it: its time and its budget.
pub(super) struct Model {
    pub(super) now: Duration,
    pub(super) timeout: Duration,
    pub(super) policy: Policy,
    /// In tenths of a retry.
    pub(super) budget: u64,
    /// The whole seconds that the budget was given tenths for.
    pub(super) seconds: u64,
    pub(super) sent: Vec<Sent>,
    pub(super) waits: Vec<Duration>,
}

/// How a call ends; nothing if it succeeded.
pub(super) type End = Option<Failed>;

#[derive(Debug, PartialEq)]
pub(super) struct Failed {
    /// Of the last response, if there was one.
    pub(super) status: Option<u16>,
    pub(super) may_have_been_processed: bool,
    pub(super) stop: StopReason,
    /// Of each attempt: its status, whether it may have been processed, how long it took.
    pub(super) history: Vec<(Option<u16>, bool, Duration)>,
}

impl Model {
    pub(super) fn new(timeout: Duration, policy: Policy) -> Self {
        let budget = u64::from(policy.budget.unwrap_or(0)) * 10;
        Self { now: Duration::ZERO, timeout, policy, budget, seconds: 0, sent: vec![], waits: vec![] }
    }

    pub(super) fn add_to_budget(&mut self, tenths: u64) {
        let full = u64::from(self.policy.budget.unwrap_or(0)) * 10;
        let passed = self.now.as_secs() - self.seconds;
        self.seconds += passed;
        self.budget = (self.budget + passed).min(full);
        self.budget = (self.budget + tenths).min(full);
    }

    pub(super) fn call(&mut self, script: &mut Script, plan: &Plan) -> End {
        let end = self.now + self.timeout;
        // A tenth of the call's time, at most a second.
        let useful = Duration::from_secs(1).min(self.timeout / 10);
        let (mut attempts, mut ambiguous, mut fresh) = (0, 0, false);
        let mut history = Vec::new();
        loop {
            attempts += 1;
            let mut time_left = end.saturating_sub(self.now);
            if plan.is_harmless() && attempts < self.policy.attempts && ambiguous < self.policy.ambiguous {
                time_left = time_left.min(self.policy.attempt_timeout.unwrap_or(self.timeout / 2));
            }
            self.sent.push((time_left, plan.key.map(str::to_owned), fresh));
            let Turn { outcome, takes } = script.next();
            self.now += takes;
            if refills(&outcome) {
                self.add_to_budget(1);
            }
            if is_success(&outcome) {
                return None;
            }
            let (proof, worth) = (proof(&outcome, plan.key.is_some()), worth(&outcome));
            history.push((status(&outcome), proof == Proof::Unknown, takes));
            let stop = |stop| {
                Some(Failed {
                    status: history.iter().rev().find_map(|(status, ..)| *status),
                    may_have_been_processed: history.iter().any(|(_, unknown, _)| *unknown),
                    stop,
                    history: history.clone(),
                })
            };
            if worth == Worth::Never || (proof == Proof::Unknown && !plan.is_harmless()) {
                return stop(StopReason::NotRetryable);
            }
            let is_ambiguous = proof == Proof::Unknown && worth == Worth::Sparingly;
            if attempts == self.policy.attempts || (is_ambiguous && ambiguous == self.policy.ambiguous) {
                return stop(StopReason::AttemptLimit);
            }
            let wait = asked_wait(&outcome, self.policy.cap);
            if self.now + wait + useful > end {
                return stop(StopReason::Deadline);
            }
            if proof != Proof::Refused && self.policy.budget.is_some() {
                self.add_to_budget(0);
                if self.budget < 10 {
                    return stop(StopReason::RetryBudget);
                }
                self.budget -= 10;
            }
            ambiguous += u32::from(is_ambiguous);
            fresh = needs_fresh_connection(&outcome) || (fresh && status(&outcome).is_none());
            self.now += wait;
            self.waits.push(wait);
        }
    }
}
