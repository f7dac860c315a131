//! When to read, and what a record means: pure, and the same for both clients.

use std::time::Duration;

use super::state::{WaitState, fingerprint};
use crate::clock::Moment;
use crate::error::{Error, ErrorKind};
use crate::pace::{Pace, Slot};
use crate::values::StopReason;
use crate::verification::{
    CriterionName, FaceCheckVerdict, ProfileName, ProfileStatus, VerificationProfile, is_face_check, verdict,
};

/// The time between the first two reads, before jitter.
const FIRST_DELAY: Duration = Duration::from_secs(2);

/// Where the time between two reads stops growing, before jitter.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// Odd reads without a good one between them after which a wait fails: a page of a gateway's passes, a wrong base URL does not. About half a
/// minute.
const MOST_ODD_READS: u32 = 6;

/// How long the id may be unknown at first: a new customer may be readable only a few seconds after it was created, and
/// a mistyped id should be told soon.
const UNKNOWN_AT_FIRST: Duration = Duration::from_secs(20);

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// Liveness has left `required`.
    FaceCheck,
    /// The profile is approved or rejected.
    Approval,
}

/// What a record means for the wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Decided,
    CorrectionNeeded,
    NotYet,
}

/// A wait in progress.
#[derive(Debug)]
pub(super) struct Machine {
    goal: Goal,
    /// Empty: all that there are.
    profiles: Vec<ProfileName>,
    state: WaitState,
    began: Moment,
    deadline: Moment,
    reads: u32,
    /// How many reads since the last good one were odd.
    odd_reads: u32,
    /// When the next read is due, pace aside.
    due: Moment,
    delay: Duration,
    random: fastrand::Rng,
}

impl Machine {
    pub(super) fn new(
        goal: Goal,
        profiles: Vec<ProfileName>,
        state: WaitState,
        within: Duration,
        now: Moment,
        seed: u64,
    ) -> Self {
        let random = fastrand::Rng::with_seed(seed);
        let (deadline, due, delay) = (now + within, now, FIRST_DELAY);
        Self { goal, profiles, state, began: now, deadline, reads: 0, odd_reads: 0, due, delay, random }
    }

    /// The slot of the next read, unless it begins after the deadline.
    pub(super) fn next_read<'p>(&self, now: Moment, pace: &'p Pace) -> Option<Slot<'p>> {
        let slot = pace.take(now, self.due);
        (slot.begins() < self.deadline).then_some(slot)
    }

    /// The time that a read may take, if there is any.
    pub(super) fn time_left(&self, now: Moment) -> Option<Duration> {
        Some(self.deadline.since(now)).filter(|left| !left.is_zero())
    }

    /// Takes what was read.
    pub(super) fn received(&mut self, profiles: &[VerificationProfile], now: Moment) -> Verdict {
        self.reads = self.reads.saturating_add(1);
        self.odd_reads = 0;
        self.schedule(now, Duration::ZERO);
        let is_selected = |profile: &&VerificationProfile| {
            self.profiles.is_empty() || self.profiles.iter().any(|name| profile.may_be(name))
        };
        let selected: Vec<_> = profiles.iter().filter(is_selected).collect();
        let (mut entries, mut has_new) = (Vec::new(), false);
        for profile in &selected {
            for error in &profile.criteria().errors {
                let entry = fingerprint(profile.name(), error);
                let matters = self.goal == Goal::Approval
                    || is_face_check(error.name())
                    || *error.name() == CriterionName::Unreadable;
                has_new |= matters && !self.state.has_seen(entry);
                entries.push(entry);
            }
        }
        self.state = WaitState::of(entries);
        let has_all = self.profiles.iter().all(|name| selected.iter().any(|profile| profile.name() == name));
        if has_new {
            Verdict::CorrectionNeeded
        } else if has_all && !selected.is_empty() && selected.iter().all(|profile| self.is_decided(profile)) {
            Verdict::Decided
        } else {
            Verdict::NotYet
        }
    }

    /// Whether the profile is where the wait wants it, errors aside: those that it still has were seen before.
    fn is_decided(&self, profile: &VerificationProfile) -> bool {
        // Nobody knows whose status it is.
        if *profile.name() == ProfileName::Unreadable {
            return false;
        }
        match self.goal {
            Goal::Approval => matches!(profile.status(), ProfileStatus::Approved | ProfileStatus::Rejected),
            Goal::FaceCheck => !matches!(
                verdict(false, profile.status(), profile.criteria()),
                FaceCheckVerdict::Outstanding | FaceCheckVerdict::Unknown
            ),
        }
    }

    /// Takes an error of a read, and gives it back if reading again cannot cure it.
    pub(super) fn failed(&mut self, error: Error, now: Moment) -> Result<(), Error> {
        self.reads = self.reads.saturating_add(1);
        self.schedule(now, error.retry_after().unwrap_or_default());
        // The one table of retries has judged it: anything else means that another attempt is worth it.
        if error.stop_reason() != StopReason::NotRetryable {
            return Ok(());
        }
        let is_odd = error.kind() == ErrorKind::InvalidResponse
            || error.status().is_some_and(|status| status.is_redirection());
        let may_pass = if is_odd {
            self.odd_reads += 1;
            self.odd_reads < MOST_ODD_READS
        } else {
            error.is_not_found() && !self.state.has_read() && now.since(self.began) < UNKNOWN_AT_FIRST
        };
        // Without time for another read, the error says more than "undecided".
        if may_pass && self.due < self.deadline {
            return Ok(());
        }
        Err(if is_odd { error.after("odd reads", self.odd_reads) } else { error.after("reads", self.reads) })
    }

    /// Plans the next read: half to all of the delay from now, and not before the server wants it.
    fn schedule(&mut self, now: Moment, at_least: Duration) {
        let delay = self.delay.mul_f64(0.5 + 0.5 * self.random.f64());
        self.due = now + delay.max(at_least);
        self.delay = (self.delay * 3 / 2).min(LONGEST_DELAY);
    }

    pub(super) fn into_state(self) -> WaitState {
        self.state
    }
}
