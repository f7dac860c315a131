//! The clock of a component.

use std::thread;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use sphere_core::clock::{Clock, Moment};
use wasip2::clocks::monotonic_clock;

use crate::reactor;

/// The longest wait that is counted: longer than any call takes, and within the range of every host's clock.
pub(crate) const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The host's monotonic clock (`wasi:clocks/monotonic-clock`), for an async [`Client`](sphere_core::Client).
///
/// # Example
///
/// ```
/// use sphere_core::clock::Clock;
/// use sphere_wasi::WasiClock;
///
/// let clock = WasiClock::new();
/// assert!(clock.now() <= clock.now());
/// ```
#[derive(Clone, Debug)]
pub struct WasiClock {
    origin: Instant,
}

impl WasiClock {
    /// A clock whose origin is now.
    pub fn new() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Default for WasiClock {
    /// [`WasiClock::new`].
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for WasiClock {
    fn now(&self) -> Moment {
        Moment::after_origin(self.origin.elapsed())
    }

    /// Blocks the thread if it is not run by [`block_on`](crate::block_on).
    async fn sleep(&self, duration: Duration) {
        if reactor::is_running() {
            after(duration).await;
        } else {
            thread::sleep(duration);
        }
    }
}

/// Waits for `duration`, or for [`LONGEST`].
pub(crate) fn after(duration: Duration) -> reactor::Ready {
    reactor::ready(monotonic_clock::subscribe_duration(nanoseconds(duration)))
}

/// The duration as the host counts it, at most [`LONGEST`].
pub(crate) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.min(LONGEST).as_nanos()).unwrap_or(u64::MAX)
}
