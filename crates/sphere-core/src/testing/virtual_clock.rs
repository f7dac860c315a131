//! Virtual time: a clock that stands still until something moves it.

use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;

use crate::clock::{self, Moment};

/// Virtual time. It moves when a call waits, when a reply takes time, and by [`advance`](Self::advance);
/// never by itself. Clones are the same clock.
///
/// There are two kinds. On [`VirtualClock::new`], whoever waits moves the clock on and goes on at once: right for
/// one call at a time. On [`VirtualClock::stopped`], whoever waits does wait, until the test has advanced the clock
/// far enough: right for several calls at once, and for a call that is to be dropped half-way.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_core::CustomerId;
/// use sphere_core::testing::{Reply, FakeTransport};
///
/// let transport = FakeTransport::script([
///     Reply::too_many_requests(7),
///     Reply::link("https://in.sumsub.com/websdk/p/1").after(Duration::from_millis(300)),
/// ]);
/// transport.blocking_client().generate_face_verification_link(&CustomerId::new("customer_1")?).send()?;
///
/// let clock = transport.clock();
/// assert_eq!(clock.slept(), [Duration::from_secs(7)]);
/// assert_eq!(clock.elapsed(), Duration::from_millis(7300));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct VirtualClock {
    shared: Arc<Shared>,
}

struct Shared {
    is_stopped: bool,
    time: Mutex<Time>,
    moved: Condvar,
}

struct Time {
    now: Moment,
    slept: Vec<Duration>,
    waiting: Vec<Waker>,
}

impl VirtualClock {
    /// A clock that every wait moves on.
    pub fn new() -> Self {
        Self::make(false)
    }

    /// A clock that only [`advance`](Self::advance) moves. An async wait is pending until then, and a
    /// blocking one blocks its thread.
    ///
    /// # Example
    ///
    /// ```
    /// use std::pin::pin;
    /// use std::task::{Context, Poll, Waker};
    /// use std::time::Duration;
    /// use sphere_core::CustomerId;
    /// use sphere_core::testing::{Reply, VirtualClock, FakeTransport};
    ///
    /// let clock = VirtualClock::stopped();
    /// let slow = Reply::link("https://in.sumsub.com/websdk/p/1").after(Duration::from_secs(2));
    /// let transport = FakeTransport::always(slow).with_clock(&clock);
    /// let (client, customer) = (transport.client(), CustomerId::new("customer_1")?);
    ///
    /// let mut call = pin!(client.generate_face_verification_link(&customer).send());
    /// let mut context = Context::from_waker(Waker::noop());
    /// assert!(call.as_mut().poll(&mut context).is_pending());
    /// clock.advance(Duration::from_secs(2));
    /// assert!(matches!(call.as_mut().poll(&mut context), Poll::Ready(Ok(_))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stopped() -> Self {
        Self::make(true)
    }

    fn make(is_stopped: bool) -> Self {
        let time = Mutex::new(Time { now: Moment::default(), slept: Vec::new(), waiting: Vec::new() });
        Self { shared: Arc::new(Shared { is_stopped, time, moved: Condvar::new() }) }
    }

    /// How far it has moved since it was made.
    pub fn elapsed(&self) -> Duration {
        self.time().now.since_origin()
    }

    /// The waits that calls have made and finished, in order: those between attempts. What replies took, and
    /// what the test advanced, is not among them.
    pub fn slept(&self) -> Vec<Duration> {
        self.time().slept.clone()
    }

    /// Moves it on, and wakes whoever has waited long enough.
    pub fn advance(&self, duration: Duration) {
        let mut time = self.time();
        time.now = time.now + duration;
        let waiting = std::mem::take(&mut time.waiting);
        drop(time);
        self.shared.moved.notify_all();
        waiting.into_iter().for_each(Waker::wake);
    }

    /// The clock's time after `duration`.
    pub(super) fn after(&self, duration: Duration) -> Moment {
        self.time().now + duration
    }

    pub(super) async fn reach(&self, end: Moment) {
        poll_fn(|context| self.poll_until(end, context)).await;
    }

    fn poll_until(&self, end: Moment, context: &Context<'_>) -> Poll<()> {
        let mut time = self.time();
        if !self.shared.is_stopped {
            drop(time);
            self.move_to(end);
            return Poll::Ready(());
        }
        if time.now >= end {
            return Poll::Ready(());
        }
        if !time.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
            time.waiting.push(context.waker().clone());
        }
        Poll::Pending
    }

    /// Blocks the thread, if the clock is stopped.
    pub(super) fn reach_blocking(&self, end: Moment) {
        if !self.shared.is_stopped {
            return self.move_to(end);
        }
        let mut time = self.time();
        while time.now < end {
            time = self.shared.moved.wait(time).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn move_to(&self, end: Moment) {
        let mut time = self.time();
        time.now = time.now.max(end);
    }

    fn time(&self) -> MutexGuard<'_, Time> {
        self.shared.time.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl clock::Clock for VirtualClock {
    fn now(&self) -> Moment {
        self.time().now
    }

    async fn sleep(&self, duration: Duration) {
        self.reach(self.after(duration)).await;
        self.time().slept.push(duration);
    }
}

impl clock::blocking::Clock for VirtualClock {
    fn now(&self) -> Moment {
        self.time().now
    }

    fn sleep(&self, duration: Duration) {
        self.reach_blocking(self.after(duration));
        self.time().slept.push(duration);
    }
}

impl Default for VirtualClock {
    /// [`VirtualClock::new`].
    fn default() -> Self {
        Self::new()
    }
}

/// Shows how far it has moved.
impl fmt::Debug for VirtualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VirtualClock")
            .field("elapsed", &self.elapsed())
            .field("is_stopped", &self.shared.is_stopped)
            .finish_non_exhaustive()
    }
}
