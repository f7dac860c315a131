//! A limit on the retries of a whole client, so that retries add little load in an outage.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Moment;

/// The retries that a client and its clones have left. [`RetryPolicy::budget`] says how it is spent and
/// refilled.
///
/// [`RetryPolicy::budget`]: crate::RetryPolicy::budget
///
/// # Example
///
/// ```
/// # use sphere_core::blocking::Client;
/// fn report(client: &Client) {
///     match client.retry_budget().remaining() {
///         Some(retries) => println!("{retries} retries left"),
///         None => println!("retries without limit"),
///     }
/// }
/// ```
#[derive(Debug)]
pub struct RetryBudget {
    /// `None`: no limit.
    state: Option<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    /// In units, of which a retry costs [`RETRY`].
    left: u64,
    full: u64,
    /// Until when time has been paid for.
    refilled: Moment,
}

/// Units that a retry costs. They come back one for each response, and one for each second.
const RETRY: u64 = 10;
const PER_RESPONSE: u64 = 1;
const PER_SECOND: u64 = 1;

impl RetryBudget {
    /// A full budget of this many retries; `None` for no limit.
    pub(crate) fn new(retries: Option<u32>) -> Self {
        let state = |retries| {
            let full = u64::from(retries) * RETRY;
            Mutex::new(State { left: full, full, refilled: Moment::default() })
        };
        Self { state: retries.map(state) }
    }

    /// How many retries are left, as of the last call; `None` if there is no limit.
    pub fn remaining(&self) -> Option<u32> {
        let left = self.lock()?.left / RETRY;
        Some(u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// Takes one retry; `false` if there is none left.
    pub(crate) fn withdraw(&self, now: Moment) -> bool {
        let Some(mut state) = self.lock() else { return true };
        state.refill(now);
        let rest = state.left.checked_sub(RETRY);
        state.left = rest.unwrap_or(state.left);
        rest.is_some()
    }

    /// Credits one response that shows that the service works.
    pub(crate) fn deposit(&self, now: Moment) {
        if let Some(mut state) = self.lock() {
            state.refill(now);
            state.add(PER_RESPONSE);
        }
    }

    fn lock(&self) -> Option<MutexGuard<'_, State>> {
        self.state.as_ref().map(|state| state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    /// Pays for the whole seconds since the last time.
    fn refill(&mut self, now: Moment) {
        let seconds = now.since(self.refilled).as_secs();
        self.refilled = self.refilled + Duration::from_secs(seconds);
        self.add(seconds.saturating_mul(PER_SECOND));
    }

    fn add(&mut self, units: u64) {
        self.left = self.left.saturating_add(units).min(self.full);
    }
}
