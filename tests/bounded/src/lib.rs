//! Waits that end. A broken program fails a test with a sentence instead of hanging it: [`within`] bounds code,
//! [`program`] bounds child processes.

pub mod program;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Long enough for anything that works, on a busy machine too. Tests that pass never wait for it.
pub const LIMIT: Duration = Duration::from_secs(60);

/// Runs `work` on a thread of its own and returns its result, or panics in the caller if it panicked.
///
/// This also bounds code that blocks inside a future's `poll`, or in a `Drop`, which no async timeout can do.
/// A thread that is given up stays behind until the test program ends.
///
/// # Panics
///
/// If `work` panics, or takes longer than `limit`.
#[track_caller]
pub fn within<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    // The test's name, for the line that a panic prints.
    let name = thread::current().name().unwrap_or("bounded").to_owned();
    let run = move || drop(sender.send(catch_unwind(AssertUnwindSafe(work))));
    thread::Builder::new().name(name).spawn(run).expect("the system has a thread to spare");
    let Ok(outcome) = receiver.recv_timeout(limit) else {
        panic!("it has not ended within {} s", limit.as_secs());
    };
    outcome.unwrap_or_else(|panic| resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(work: impl FnOnce()) -> String {
        let panic = catch_unwind(AssertUnwindSafe(work)).unwrap_err();
        panic
            .downcast_ref::<String>()
            .cloned()
            .unwrap_or_else(|| (*panic.downcast::<&str>().unwrap()).to_owned())
    }

    #[test]
    fn result_is_passed_on() {
        assert_eq!(within(LIMIT, || 7), 7);
    }

    #[test]
    fn panic_is_passed_on() {
        assert_eq!(message(|| within(LIMIT, || panic!("as ordered"))), "as ordered");
    }

    #[test]
    fn endless_work_fails_with_a_sentence() {
        let endless = || loop {
            thread::park();
        };
        assert_eq!(message(|| within(Duration::ZERO, endless)), "it has not ended within 0 s");
    }
}
