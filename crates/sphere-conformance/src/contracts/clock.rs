//! The waits between attempts. The SDK takes the time from a clock that is separate from the transport.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use super::calls::SHORT;
use crate::subject::Candidate;

/// A `sleep` that returns at once makes retries a flood. It is measured by the clock itself.
pub(crate) fn sleep_waits(candidate: &Candidate) {
    let clock = candidate.clock();
    for duration in [Duration::from_millis(20), SHORT] {
        let before = clock.now();
        clock.sleep(duration);
        let waited = clock.now().since(before);
        assert!(waited >= duration, "`sleep({duration:?})` must take that long, but took {waited:?}");
    }
}

/// `sleep(0)` is not an error and does not wait for ever.
pub(crate) fn sleep_of_zero_ends(candidate: &Candidate) {
    candidate.clock().sleep(Duration::ZERO);
}

/// A clock that runs backwards never reaches a deadline.
pub(crate) fn clock_never_runs_backwards(candidate: &Candidate) {
    let clock = candidate.clock();
    let times: Vec<_> = (0..100).map(|_| clock.now()).collect();
    assert!(times.is_sorted(), "each time must be at least the one before, but one is earlier");
}

/// A `sleep` that blocks its thread stops all other tasks on it. Such a `sleep` is over when it is polled for
/// the first time; one that yields is not.
pub(crate) fn async_sleep_does_not_block_the_thread(candidate: &Candidate) {
    let clock = candidate.clock();
    clock.block_on(Box::pin(async {
        let mut sleeping = clock.sleep_future(SHORT);
        let first = poll_fn(|context| Poll::Ready(sleeping.as_mut().poll(context))).await;
        assert!(first.is_pending(), "the first poll of `sleep` must be pending, but it blocked to the end");
        sleeping.await;
    }));
}
