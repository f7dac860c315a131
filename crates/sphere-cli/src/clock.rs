//! What time it is, and waiting: one trait, so that tests wait for nothing.

use std::time::{Duration, SystemTime};

pub(crate) trait Clock {
    fn now(&self) -> SystemTime;
    fn sleep(&self, duration: Duration);
}

/// The machine's own.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}
