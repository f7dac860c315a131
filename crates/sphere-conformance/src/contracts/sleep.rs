//! The waits between attempts are the transport's: it knows how its callers wait.

use std::time::Duration;

use super::kit::{SHORT, plain};
use crate::Candidate;

/// A `sleep` that returns at once turns polite retries into a flood. Measured by the transport's own clock.
pub(crate) fn sleep_waits(candidate: &Candidate) {
    let subject = plain(candidate);
    for duration in [Duration::from_millis(20), SHORT] {
        let before = subject.now();
        subject.sleep(duration);
        let waited = subject.now().duration_since(before);
        assert!(waited >= duration, "`sleep({duration:?})` was over after {waited:?}");
    }
}

/// Nothing to wait for is not an error, and no wait for ever.
pub(crate) fn a_sleep_of_zero_ends(candidate: &Candidate) {
    plain(candidate).sleep(Duration::ZERO);
}

/// A clock that stands still or runs backwards would never reach a deadline.
pub(crate) fn the_clock_does_not_run_backwards(candidate: &Candidate) {
    let subject = plain(candidate);
    let times: Vec<_> = (0..100).map(|_| subject.now()).collect();
    assert!(times.is_sorted());
}
