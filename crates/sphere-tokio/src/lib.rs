//! Tokio's clock, for the async client of the Sphere SDK. `sphere-hyper`, `sphere-tower` and `sphere-reqwest` have
//! it as `TokioClock`; only with a transport of your own you need this crate.

/// The README's code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

use std::time::Duration;

use async_trait::async_trait;
use sphere_core::clock::{Clock, Moment};
use tokio::runtime::Handle;
use tokio::time::Instant;

/// Tokio's clock: [`tokio::time`], so that tests with paused time stay in step.
///
/// For a [`Client`](sphere_core::Client) over a transport of your own:
///
/// ```
/// use sphere_core::transport::Transport;
/// use sphere_core::{Client, Config};
/// use sphere_tokio::TokioClock;
///
/// fn client(config: Config, transport: impl Transport + 'static) -> Client {
///     Client::new(config, transport, TokioClock::new())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct TokioClock {
    origin: Instant,
}

impl TokioClock {
    /// A clock whose origin is now.
    pub fn new() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Default for TokioClock {
    /// [`TokioClock::new`].
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for TokioClock {
    fn now(&self) -> Moment {
        Moment::after_origin(self.origin.elapsed())
    }

    /// Returns at once where there is no tokio runtime: there is nothing to wait on, and nothing that could
    /// be sent afterwards.
    async fn sleep(&self, duration: Duration) {
        if Handle::try_current().is_ok() {
            tokio::time::sleep(duration).await;
        }
    }
}
