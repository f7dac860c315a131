//! How a clock is given to the suite.

use std::sync::Arc;
use std::time::Duration;

use sphere_core::clock::{Clock, Moment, blocking};

use crate::subject::{BlockOn, BoxFuture, Candidate, NOT_ASYNC};

impl Candidate {
    /// The clock of a blocking client, for the contracts of the group `clock`. Without one they are not run.
    ///
    /// # Panics
    ///
    /// If the transports are async: their clock is given to [`with_async_clock`](Self::with_async_clock).
    #[track_caller]
    #[must_use]
    pub fn with_clock(self, clock: impl blocking::Clock + 'static) -> Self {
        assert!(!self.is_async(), "an async transport needs an async clock: `with_async_clock`");
        self.with(Arc::new(Blocking(clock)))
    }

    /// The clock of an async client, for the contracts of the group `clock`. Without one they are not run.
    ///
    /// # Panics
    ///
    /// If the transports are blocking: their clock is given to [`with_clock`](Self::with_clock).
    #[track_caller]
    #[must_use]
    pub fn with_async_clock(self, clock: impl Clock + 'static) -> Self {
        let Some(block_on) = self.block_on() else {
            panic!("a blocking transport needs a blocking clock: `with_clock`")
        };
        self.with(Arc::new(Async { clock, block_on }))
    }
}

/// A clock as contracts see it: async or not, `sleep` blocks the thread.
pub(crate) trait SubjectClock: Send + Sync {
    fn now(&self) -> Moment;

    fn sleep(&self, duration: Duration);

    /// What an async `sleep` returns, for contracts about futures.
    fn sleep_future(&self, duration: Duration) -> BoxFuture<'_>;

    /// Runs a future of an async clock.
    fn block_on(&self, future: BoxFuture<'_>);
}

struct Blocking<C>(C);

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

struct Async<C> {
    clock: C,
    block_on: Arc<BlockOn>,
}

impl<C: Clock> SubjectClock for Async<C> {
    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn sleep(&self, duration: Duration) {
        (self.block_on)(self.clock.sleep(duration));
    }

    fn sleep_future(&self, duration: Duration) -> BoxFuture<'_> {
        self.clock.sleep(duration)
    }

    fn block_on(&self, future: BoxFuture<'_>) {
        (self.block_on)(future);
    }
}
