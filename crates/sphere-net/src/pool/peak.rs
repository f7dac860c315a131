//! How many connections were in use at once in the recent past.

use std::time::{Duration, Instant};

/// The peaks of two windows of time: the current one, and the one before it.
pub(super) struct Peak {
    began: Instant,
    current: usize,
    previous: usize,
}

impl Peak {
    pub(super) fn new(now: Instant) -> Self {
        Self { began: now, current: 0, previous: 0 }
    }

    /// Notes how many are in use now, and returns the most that were at once.
    pub(super) fn note(&mut self, in_use: usize, now: Instant, window: Duration) -> usize {
        if now.saturating_duration_since(self.began) >= window {
            // The windows follow each other, so that nothing counts for longer than two of them.
            (self.previous, self.began) =
                if self.is_recent(now, window) { (self.current, self.began + window) } else { (0, now) };
            self.current = 0;
        }
        self.current = self.current.max(in_use);
        self.current.max(self.previous)
    }

    /// Whether the current window or the one before it may still be counted.
    pub(super) fn is_recent(&self, now: Instant, window: Duration) -> bool {
        now.saturating_duration_since(self.began) < window.saturating_mul(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_counts_for_one_to_two_windows() {
        let window = Duration::from_secs(10);
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut peak = Peak::new(start);
        assert_eq!(peak.note(5, start, window), 5);
        // The first in the second window, and it ends no later for it.
        assert_eq!(peak.note(1, at(19), window), 5);
        assert_eq!(peak.note(1, at(20), window), 1);
        assert!(peak.is_recent(at(39), window) && !peak.is_recent(at(40), window));
        // What is two windows old or more counts no longer.
        assert_eq!(peak.note(0, at(40), window), 0);
    }
}
