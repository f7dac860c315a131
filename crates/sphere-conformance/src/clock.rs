//! A clock as contracts see it, async or blocking.

use std::sync::Arc;
use std::time::Duration;

use sphere_core::clock::{Clock, Moment, blocking};

use crate::block_on::{BoxFuture, NOT_ASYNC, Runtimes};

/// A clock as contracts see it: async or not, `sleep` blocks the thread.
pub(crate) trait SubjectClock: Send + Sync {
    fn now(&self) -> Moment;

    fn sleep(&self, duration: Duration);

    /// What an async `sleep` returns, for contracts about futures.
    fn sleep_future(&self, duration: Duration) -> BoxFuture<'_>;

    /// Runs a future of an async clock.
    fn block_on(&self, future: BoxFuture<'_>);
}

pub(crate) struct Blocking<C>(pub(crate) C);

impl<C: blocking::Clock> SubjectClock for Blocking<C> {
    fn now(&self) -> Moment {
        self.0.now()
    }

    fn sleep(&self, duration: Duration) {
        self.0.sleep(duration);
    }

    fn sleep_future(&self, _: Duration) -> BoxFuture<'_> {
        unreachable!("{NOT_ASYNC}")
    }

    fn block_on(&self, _: BoxFuture<'_>) {
        unreachable!("{NOT_ASYNC}")
    }
}

pub(crate) struct Async<C> {
    pub(crate) clock: C,
    pub(crate) runtimes: Arc<Runtimes>,
}

impl<C: Clock> SubjectClock for Async<C> {
    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn sleep(&self, duration: Duration) {
        self.runtimes.block_on(self.clock.sleep(duration));
    }

    fn sleep_future(&self, duration: Duration) -> BoxFuture<'_> {
        self.clock.sleep(duration)
    }

    fn block_on(&self, future: BoxFuture<'_>) {
        self.runtimes.block_on(future);
    }
}
