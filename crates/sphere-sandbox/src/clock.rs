//! The sandbox's own clock. It can be stopped and advanced, so that a test of expiry does not wait.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use jiff::Timestamp;

#[derive(Debug)]
pub(crate) struct Clock {
    /// The time of a stopped clock; `None` follows the machine's clock.
    stopped_at: Option<SystemTime>,
    advanced: Mutex<Duration>,
}

impl Clock {
    pub(crate) fn new(stopped_at: Option<SystemTime>) -> Self {
        Self { stopped_at, advanced: Mutex::new(Duration::ZERO) }
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut advanced = self.lock();
        *advanced = advanced.saturating_add(by);
    }

    pub(crate) fn now(&self) -> Timestamp {
        let start = match self.stopped_at {
            Some(time) => Timestamp::try_from(time).unwrap_or(Timestamp::MAX),
            None => Timestamp::now(),
        };
        later(start, *self.lock())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Duration> {
        self.advanced.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `time + by`, at most the largest timestamp.
pub(crate) fn later(time: Timestamp, by: Duration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}
