//! The clock of a JavaScript host.

use std::time::Duration;

use async_trait::async_trait;
use send_wrapper::SendWrapper;
use sphere_core::clock::{Clock, Moment};

use crate::host::{IS_HERE, Timer, scope};

/// The host's clock and timer (`performance.now()` and `setTimeout`), for an async [`Client`](sphere_core::Client).
///
/// Cloudflare's workers stop their clock while code runs and there is no I/O; it is right after each request. Where
/// there is no JavaScript host, time stands still.
///
/// # Example
///
/// ```
/// use sphere_core::clock::Clock;
/// use sphere_fetch::FetchClock;
///
/// let clock = FetchClock::new();
/// assert!(clock.now() <= clock.now());
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct FetchClock;

impl FetchClock {
    /// The host's clock.
    pub fn new() -> Self {
        Self
    }
}

#[async_trait]
impl Clock for FetchClock {
    fn now(&self) -> Moment {
        let clock = if IS_HERE { scope().performance() } else { None };
        let milliseconds = clock.map_or(0.0, |clock| clock.now());
        Moment::after_origin(Duration::try_from_secs_f64(milliseconds / 1000.0).unwrap_or_default())
    }

    async fn sleep(&self, duration: Duration) {
        if IS_HERE {
            SendWrapper::new(Timer::after(duration)).await;
        }
    }
}
