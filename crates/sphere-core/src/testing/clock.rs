//! Virtual time: a clock that stands still until something moves it.

use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// Virtual time. It moves when a call waits, when an answer takes time, and by [`advance`](Self::advance);
/// never by itself. Clones are the same clock.
///
/// There are two kinds. On [`Clock::new`], whoever waits moves the clock on and goes on at once: right for
/// one call at a time. On [`Clock::stopped`], whoever waits does wait, until the test has advanced the clock
/// far enough: right for several calls at once, and for a call that is to be dropped half-way.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_core::CustomerId;
/// use sphere_core::testing::{Answer, FakeTransport};
///
/// let transport = FakeTransport::script([
///     Answer::too_many_requests(7),
///     Answer::link("https://in.sumsub.com/websdk/p/1").after(Duration::from_millis(300)),
/// ]);
/// transport.blocking_client().face_verification_link(&CustomerId::new("customer_1")?)?;
///
/// let clock = transport.clock();
/// assert_eq!(clock.slept(), [Duration::from_secs(7)]);
/// assert_eq!(clock.elapsed(), Duration::from_millis(7300));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Clock {
    shared: Arc<Shared>,
}

struct Shared {
    start: Instant,
    is_stopped: bool,
    time: Mutex<Time>,
    moved: Condvar,
}

struct Time {
    now: Instant,
    slept: Vec<Duration>,
    waiting: Vec<Waker>,
}

impl Clock {
    /// A clock that every wait moves on.
    pub fn new() -> Self {
        Self::make(Instant::now(), false)
    }

    /// A clock that every wait moves on, and that says this time first.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use sphere_core::testing::Clock;
    ///
    /// let tomorrow = Instant::now() + Duration::from_secs(86_400);
    /// assert_eq!(Clock::starting_at(tomorrow).now(), tomorrow);
    /// ```
    pub fn starting_at(start: Instant) -> Self {
        Self::make(start, false)
    }

    /// A clock that only [`advance`](Self::advance) moves. An asynchronous wait is pending until then, and a
    /// blocking one blocks its thread.
    ///
    /// # Example
    ///
    /// ```
    /// use std::pin::pin;
    /// use std::task::{Context, Poll, Waker};
    /// use std::time::Duration;
    /// use sphere_core::CustomerId;
    /// use sphere_core::testing::{Answer, Clock, FakeTransport};
    ///
    /// let clock = Clock::stopped();
    /// let slow = Answer::link("https://in.sumsub.com/websdk/p/1").after(Duration::from_secs(2));
    /// let transport = FakeTransport::always(slow).with_clock(&clock);
    /// let (client, customer) = (transport.client(), CustomerId::new("customer_1")?);
    ///
    /// let mut call = pin!(client.face_verification_link(&customer));
    /// let mut context = Context::from_waker(Waker::noop());
    /// assert!(call.as_mut().poll(&mut context).is_pending());
    /// clock.advance(Duration::from_secs(2));
    /// assert!(matches!(call.as_mut().poll(&mut context), Poll::Ready(Ok(_))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stopped() -> Self {
        Self::make(Instant::now(), true)
    }

    fn make(start: Instant, is_stopped: bool) -> Self {
        let time = Mutex::new(Time { now: start, slept: Vec::new(), waiting: Vec::new() });
        Self { shared: Arc::new(Shared { start, is_stopped, time, moved: Condvar::new() }) }
    }

    /// The time it shows.
    pub fn now(&self) -> Instant {
        self.time().now
    }

    /// How far it has moved since it was made.
    pub fn elapsed(&self) -> Duration {
        self.now().saturating_duration_since(self.shared.start)
    }

    /// The waits that calls have made and finished, in order: those between attempts. What answers took, and
    /// what the test advanced, is not among them.
    pub fn slept(&self) -> Vec<Duration> {
        self.time().slept.clone()
    }

    /// Moves it on, and wakes whoever has waited long enough.
    ///
    /// # Panics
    ///
    /// If the time would lie beyond what an [`Instant`] can hold.
    #[track_caller]
    pub fn advance(&self, duration: Duration) {
        let mut time = self.time();
        time.now = later(time.now, duration);
        let waiting = std::mem::take(&mut time.waiting);
        drop(time);
        self.shared.moved.notify_all();
        waiting.into_iter().for_each(Waker::wake);
    }

    /// A wait of a call's.
    pub(super) async fn sleep(&self, duration: Duration) {
        self.reach(self.after(duration)).await;
        self.time().slept.push(duration);
    }

    /// A wait of a call's, on the caller's thread.
    pub(super) fn sleep_blocking(&self, duration: Duration) {
        self.reach_blocking(self.after(duration));
        self.time().slept.push(duration);
    }

    /// What it will show then.
    pub(super) fn after(&self, duration: Duration) -> Instant {
        later(self.now(), duration)
    }

    pub(super) async fn reach(&self, end: Instant) {
        poll_fn(|context| self.poll_until(end, context)).await;
    }

    fn poll_until(&self, end: Instant, context: &Context<'_>) -> Poll<()> {
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
    pub(super) fn reach_blocking(&self, end: Instant) {
        if !self.shared.is_stopped {
            return self.move_to(end);
        }
        let mut time = self.time();
        while time.now < end {
            time = self.shared.moved.wait(time).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn move_to(&self, end: Instant) {
        let mut time = self.time();
        time.now = time.now.max(end);
    }

    fn time(&self) -> MutexGuard<'_, Time> {
        self.shared.time.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[track_caller]
fn later(now: Instant, duration: Duration) -> Instant {
    match now.checked_add(duration) {
        Some(later) => later,
        None => panic!("a clock cannot go on by {duration:?}"),
    }
}

impl Default for Clock {
    /// [`Clock::new`].
    fn default() -> Self {
        Self::new()
    }
}

/// Shows how far it has moved.
impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock")
            .field("elapsed", &self.elapsed())
            .field("is_stopped", &self.shared.is_stopped)
            .finish_non_exhaustive()
    }
}
