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
            self.previous = if self.is_recent(now, window) { self.current } else { 0 };
            self.current = 0;
            self.began = now;
        }
        self.current = self.current.max(in_use);
        self.current.max(self.previous)
    }

    /// Whether the current window or the one before it may still be counted.
    pub(super) fn is_recent(&self, now: Instant, window: Duration) -> bool {
        now.saturating_duration_since(self.began) < window.saturating_mul(2)
    }
}
