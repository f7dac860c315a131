//! Time: a moment of our own, and the clocks that tell it.
//!
//! `std::time::Instant` cannot exist on `wasm32-unknown-unknown` (asking for one traps), and nobody but the
//! standard library can make one. So this crate counts time as a [`Moment`], and a client is given a clock
//! beside its transport: [`Clock`] for the async client, [`blocking::Clock`] for the blocking one.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

/// A moment on a clock: the time since that clock's origin, which is where the clock chooses.
///
/// Moments of two different clocks cannot be compared.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_core::clock::Moment;
///
/// let start = Moment::after_origin(Duration::from_secs(5));
/// let end = start + Duration::from_secs(2);
/// assert_eq!(end.since(start), Duration::from_secs(2));
/// assert_eq!(start.since(end), Duration::ZERO);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(Duration);

impl Moment {
    /// The moment this long after the clock's origin.
    pub const fn after_origin(elapsed: Duration) -> Self {
        Self(elapsed)
    }

    /// The time since the clock's origin.
    pub const fn since_origin(self) -> Duration {
        self.0
    }

    /// The time from `earlier` until this moment; zero if this is the earlier one.
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl std::ops::Add<Duration> for Moment {
    type Output = Self;

    /// The moment `later` after this one, or the last one there is: 584 billion years do not overflow.
    fn add(self, later: Duration) -> Self {
        Self(self.0.saturating_add(later))
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Moment({:?})", self.0)
    }
}

/// A clock for the async [`Client`](crate::Client): what time it is, and how to wait.
///
/// `sphere-hyper` brings tokio's. A clock of your own is a few lines:
///
/// ```
/// use std::time::{Duration, Instant};
/// use sphere_core::clock::{Clock, Moment};
///
/// struct TokioClock(Instant);
///
/// #[async_trait::async_trait]
/// impl Clock for TokioClock {
///     fn now(&self) -> Moment {
///         Moment::after_origin(self.0.elapsed())
///     }
///
///     async fn sleep(&self, duration: Duration) {
///         // tokio::time::sleep(duration).await
///         # let _ = duration;
///     }
/// }
/// ```
#[async_trait]
pub trait Clock: Send + Sync {
    /// The current moment. It never goes back.
    fn now(&self) -> Moment;

    /// Waits for `duration` without blocking the thread.
    async fn sleep(&self, duration: Duration);
}

#[async_trait]
impl<T: Clock + ?Sized> Clock for Arc<T> {
    fn now(&self) -> Moment {
        (**self).now()
    }

    async fn sleep(&self, duration: Duration) {
        (**self).sleep(duration).await;
    }
}

/// Clocks for the blocking client.
pub mod blocking {
    use super::{Arc, Duration, Moment};

    /// A clock for the [blocking client](crate::blocking::Client): what time it is, and how to wait.
    ///
    /// [`SystemClock`](super::SystemClock) is one.
    pub trait Clock: Send + Sync {
        /// The current moment. It never goes back.
        fn now(&self) -> Moment;

        /// Blocks the thread for `duration`.
        fn sleep(&self, duration: Duration);
    }

    impl<T: Clock + ?Sized> Clock for Arc<T> {
        fn now(&self) -> Moment {
            (**self).now()
        }

        fn sleep(&self, duration: Duration) {
            (**self).sleep(duration);
        }
    }
}

/// The operating system's monotonic clock, for blocking clients. It waits with [`std::thread::sleep`].
///
/// Not on `wasm32-unknown-unknown`, where the standard library has no clock.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_core::clock::{SystemClock, blocking::Clock};
///
/// let clock = SystemClock::new();
/// let before = clock.now();
/// clock.sleep(Duration::from_millis(1));
/// assert!(clock.now().since(before) >= Duration::from_millis(1));
/// ```
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
#[derive(Clone, Debug)]
pub struct SystemClock {
    origin: std::time::Instant,
}

#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
impl SystemClock {
    /// A clock whose origin is now.
    pub fn new() -> Self {
        Self { origin: std::time::Instant::now() }
    }
}

#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
impl Default for SystemClock {
    /// [`SystemClock::new`].
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
impl blocking::Clock for SystemClock {
    fn now(&self) -> Moment {
        Moment::after_origin(self.origin.elapsed())
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adding_never_overflows() {
        let last = Moment::after_origin(Duration::MAX);
        assert_eq!(last + Duration::MAX, last);
        assert_eq!(last.since(Moment::default()), Duration::MAX);
        assert_eq!(Moment::default().since(last), Duration::ZERO);
    }
}
