//! What async worlds share: simulated time, a generator, the history, and the rules that were broken.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use fastrand::Rng;
use tokio::time::{Instant, sleep, timeout};

use crate::History;

/// No world takes as long as this, in simulated time.
const HANGS: Duration = Duration::from_secs(1_000_000);

/// The time, the generator, the history and the rules of a world. Clones are the same.
#[derive(Debug, Clone)]
pub struct Clockwork(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    began: Instant,
    history: History,
    rng: Mutex<Rng>,
    broken: Mutex<Vec<String>>,
}

impl Clockwork {
    /// Runs a world on a runtime of its own.
    ///
    /// # Panics
    ///
    /// If a rule is broken, or the world does not end in simulated time.
    pub fn run(seed: u64, history: &History, world: impl AsyncFnOnce(&Self)) {
        // What the SDK draws, it draws from this thread's generator.
        fastrand::seed(seed);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let broken = runtime.unwrap().block_on(async {
            let rng = Mutex::new(Rng::with_seed(seed));
            let inner =
                Inner { began: Instant::now(), history: history.clone(), rng, broken: Mutex::default() };
            let clockwork = Self(Arc::new(inner));
            if timeout(HANGS, world(&clockwork)).await.is_err() {
                clockwork.check(false, || "it hangs".to_owned());
            }
            clockwork.0.broken.lock().unwrap_or_else(PoisonError::into_inner).clone()
        });
        assert!(broken.is_empty(), "{broken:#?}");
    }

    /// Draws something.
    pub fn draw<T>(&self, draw: impl FnOnce(&mut Rng) -> T) -> T {
        draw(&mut self.0.rng.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One of these.
    ///
    /// # Panics
    ///
    /// If there are none.
    pub fn one_of<T: Copy>(&self, choices: &[T]) -> T {
        choices[self.draw(|rng| rng.usize(..choices.len()))]
    }

    /// Whether something happens that happens this often, in percent.
    #[must_use]
    pub fn chance(&self, percent: u8) -> bool {
        percent > 0 && self.draw(|rng| rng.u8(..100) < percent)
    }

    /// The time since the world began.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.0.began.elapsed()
    }

    /// Sleeps for one of these times, in milliseconds.
    pub async fn sleep(&self, millis: &[u64]) {
        sleep(Duration::from_millis(self.one_of(millis))).await;
    }

    /// Adds a line to the history, with the time.
    pub fn note(&self, line: impl FnOnce() -> String) {
        self.0.history.note(|| format!("{:>10.3} {}", self.now().as_secs_f64(), line()));
    }

    /// Checks a rule.
    pub fn check(&self, holds: bool, rule: impl FnOnce() -> String) {
        if !holds {
            let rule = rule();
            self.note(|| format!("BROKEN: {rule}"));
            self.0.broken.lock().unwrap_or_else(PoisonError::into_inner).push(rule);
        }
    }
}

/// Polls a future at most this often. `None` if it was dropped then.
pub async fn dropped_after<F: Future>(polls: Option<u64>, future: F) -> Option<F::Output> {
    let (mut future, mut polled) = (pin!(future), 0);
    poll_fn(|context| {
        polled += 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if polls == Some(polled) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
