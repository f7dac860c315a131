//! The rules of a call, written down once more, and only here: what is sent, how long a call waits, what the retry
//! budget holds and what the caller is told. It shares no code with the pipeline. `retries` compares it with calls.

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
    /// Half of a wait is drawn at random, so that the model knows its bounds. Without backoff it knows each wait.
    pub(super) backoff: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            attempts: 3,
            ambiguous: 1,
            cap: Duration::from_secs(60),
            attempt_timeout: None,
            budget: Some(10),
            backoff: Duration::from_secs(1),
        }
    }
}

impl Policy {
    pub(super) fn as_given(&self) -> RetryPolicy {
        let mut policy = RetryPolicy::default();
        if let Some(timeout) = self.attempt_timeout {
            policy = policy.attempt_timeout(timeout);
        }
        let policy = policy
            .max_attempts(self.attempts)
            .ambiguous_retries(self.ambiguous)
            .backoff(self.backoff)
            .max_retry_after(self.cap);
        match self.budget {
            Some(retries) => policy.budget(retries),
            None => policy.unlimited_budget(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
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

fn status(outcome: &Outcome) -> Option<u16> {
    match outcome {
        Outcome::Response { status, .. } | Outcome::Head { status, .. } => Some(*status),
        Outcome::Failure { .. } => None,
    }
}

fn is_success(outcome: &Outcome) -> bool {
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
fn proof(outcome: &Outcome, has_key: bool) -> Proof {
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
fn was_cut(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Failure { kind: TransportErrorKind::Interrupted, .. }
            | Outcome::Head { status: 200..=299, .. }
    )
}

/// The bounds of the wait before a retry.
fn bounds(outcome: &Outcome, policy: &Policy, retries: usize) -> (Duration, Duration) {
    let longest = (policy.backoff * (1 << retries.min(16))).min(Duration::from_secs(5));
    let asked = asked_wait(outcome, policy.cap);
    let (shortest, longest) = if retries == 0 && was_cut(outcome) {
        (Duration::ZERO, longest.min(Duration::from_millis(5)))
    } else {
        (longest / 2, longest)
    };
    (shortest.max(asked), longest.max(asked))
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

fn asked_wait(outcome: &Outcome, cap: Duration) -> Duration {
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
        Self { now: Duration::ZERO, timeout, policy, budget, seconds: 0, sent: vec![] }
    }

    pub(super) fn add_to_budget(&mut self, tenths: u64) {
        let full = u64::from(self.policy.budget.unwrap_or(0)) * 10;
        let passed = self.now.as_secs() - self.seconds;
        self.seconds += passed;
        self.budget = (self.budget + passed).min(full);
        self.budget = (self.budget + tenths).min(full);
    }

    /// How a call ends that waited so long before its retries and ended for this reason: both are known to the model
    /// only within bounds.
    pub(super) fn call(
        &mut self,
        script: &mut Script,
        plan: &Plan,
        waits: &[Duration],
        seen: Option<StopReason>,
    ) -> End {
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
            let (shortest, longest) = bounds(&outcome, &self.policy, history.len() - 1);
            let is_late = |wait| self.now + wait + useful > end;
            let wait = waits.get(history.len() - 1).copied();
            let may_be_late = wait.is_none() && seen == Some(StopReason::Deadline) && is_late(longest);
            if may_be_late || is_late(wait.unwrap_or(shortest)) {
                return stop(StopReason::Deadline);
            }
            if proof != Proof::Refused && self.policy.budget.is_some() {
                self.add_to_budget(0);
                if self.budget < 10 {
                    return stop(StopReason::RetryBudget);
                }
                self.budget -= 10;
            }
            let wait = wait.expect("the retry that is due");
            assert!(
                wait >= shortest && wait <= longest,
                "{wait:?}, not {shortest:?} to {longest:?}: {outcome:?}"
            );
            ambiguous += u32::from(is_ambiguous);
            fresh = needs_fresh_connection(&outcome) || (fresh && status(&outcome).is_none());
            self.now += wait;
        }
    }
}
