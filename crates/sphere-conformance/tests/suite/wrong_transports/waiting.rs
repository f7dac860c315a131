//! Wrong waits: a clock that does not sleep, and an async transport that blocks its thread.

use sphere_core::clock::{Clock, Moment, blocking};

use super::*;

/// A clock that does not sleep.
struct Sleepless(SystemClock);

impl blocking::Clock for Sleepless {
    fn now(&self) -> Moment {
        self.0.now()
    }

    fn sleep(&self, _: Duration) {}
}

/// An async transport and clock that block the thread of their caller.
struct BlocksThread<T>(T);

#[async_trait::async_trait]
impl sphere_core::transport::Transport for BlocksThread<Minimal> {
    async fn send(&self, request: TransportRequest) -> Outcome {
        self.0.send(request)
    }
}

#[async_trait::async_trait]
impl Clock for BlocksThread<SystemClock> {
    fn now(&self) -> Moment {
        blocking::Clock::now(&self.0)
    }

    async fn sleep(&self, duration: Duration) {
        blocking::Clock::sleep(&self.0, duration);
    }
}

#[test]
fn one_that_does_not_sleep() {
    let candidate = Candidate::blocking(|_| Minimal::default()).with_clock(Sleepless(SystemClock::new()));
    let broken = broken(&without_left_out(candidate));
    assert_eq!(broken, BTreeSet::from(["sleep_waits"]));
}

/// Runs a future on this thread, with nothing but `std`.
fn block_on(mut future: BoxFuture<'_>) {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    while future.as_mut().poll(&mut context).is_pending() {
        std::thread::park();
    }
}

#[test]
fn thread_of_an_async_caller_blocked() {
    let candidate = Candidate::asynchronous(|_| BlocksThread(Minimal::default()), || block_on)
        .with_async_clock(BlocksThread(SystemClock::new()));
    let broken = broken(&without_left_out(candidate));
    assert_eq!(
        broken,
        BTreeSet::from([
            "calls_can_move_between_threads",
            "dropped_call_leaves_the_transport_usable",
            "sending_does_not_block_the_thread",
            "async_sleep_does_not_block_the_thread",
            "dropped_calls_response_never_reaches_another",
        ])
    );
}
