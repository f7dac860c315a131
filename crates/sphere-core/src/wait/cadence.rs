//! When to read, and which failed reads end a wait: pure, and the same for all that can be waited for.

use std::time::Duration;

use crate::clock::Moment;
use crate::error::{Error, ErrorKind};
use crate::pace::{Pace, Slot};
use crate::values::StopReason;

/// The time between the first two reads, before jitter.
const FIRST_DELAY: Duration = Duration::from_secs(2);

/// Where the time between two reads stops growing, before jitter.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// The same for a transfer after its first [`EARLY`] minutes: banks take days.
const LONGEST_LATE_DELAY: Duration = Duration::from_secs(300);

/// How long a wait for a transfer reads as often as any other.
const EARLY: Duration = Duration::from_secs(600);

/// Odd reads without a good one between them after which a wait fails: a page of a gateway's passes, a wrong base URL
/// does not. About half a minute.
const MOST_ODD_READS: u32 = 6;

/// How long the id may be unknown at first: a new customer may be readable only a few seconds after it was created, and
/// a mistyped id should be told soon.
const UNKNOWN_AT_FIRST: Duration = Duration::from_secs(20);

/// The rhythm of a wait in progress.
#[derive(Debug)]
pub(super) struct Cadence {
    began: Moment,
    deadline: Moment,
    reads: u32,
    /// How many reads since the last good one were odd.
    odd_reads: u32,
    /// When the next read is due, pace aside.
    due: Moment,
    delay: Duration,
    slows_down: bool,
    random: fastrand::Rng,
}

impl Cadence {
    pub(super) fn new(within: Duration, slows_down: bool, now: Moment, seed: u64) -> Self {
        let (random, deadline) = (fastrand::Rng::with_seed(seed), now + within);
        Self {
            began: now,
            deadline,
            reads: 0,
            odd_reads: 0,
            due: now,
            delay: FIRST_DELAY,
            slows_down,
            random,
        }
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

    /// A read succeeded.
    pub(super) fn received(&mut self, now: Moment) {
        self.reads = self.reads.saturating_add(1);
        self.odd_reads = 0;
        self.schedule(now, Duration::ZERO);
    }

    /// Takes an error of a read, and gives it back if reading again cannot cure it.
    pub(super) fn failed(&mut self, error: Error, has_read: bool, now: Moment) -> Result<(), Error> {
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
            error.is_not_found() && !has_read && now.since(self.began) < UNKNOWN_AT_FIRST
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
        let is_late = self.slows_down && now.since(self.began) >= EARLY;
        self.delay = (self.delay * 3 / 2).min(if is_late { LONGEST_LATE_DELAY } else { LONGEST_DELAY });
    }
}
