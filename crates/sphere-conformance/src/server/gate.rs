//! A gate: how a test and a script wait for each other without looking at a clock.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use super::wire::{PATIENCE, Stop, TICK};

/// Something that happens once: closed at first, then open for good. Clones are the same gate.
///
/// A script can wait at one ([`Script::pause`](super::Script::pause)) or open one
/// ([`Script::open`](super::Script::open)); a test can do either too.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    opened: Condvar,
}

#[derive(Debug, Default)]
struct State {
    is_open: bool,
    wakers: Vec<Waker>,
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens it, and lets everybody through who waits.
    pub fn open(&self) {
        let wakers = {
            let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.is_open = true;
            std::mem::take(&mut state.wakers)
        };
        self.0.opened.notify_all();
        for waker in wakers {
            waker.wake();
        }
    }

    /// Waits until it is open.
    ///
    /// # Panics
    ///
    /// If that takes longer than the suite's patience of 20 seconds.
    pub fn wait(&self) {
        assert!(self.wait_unless(None), "a gate stayed closed for {PATIENCE:?}");
    }

    /// The same for a future: ready once the gate is open.
    pub fn poll_wait(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.is_open {
            return Poll::Ready(());
        }
        state.wakers.push(context.waker().clone());
        Poll::Pending
    }

    /// Waits until it is open (`true`), or until the test ends or patience does (`false`).
    pub(super) fn wait_unless(&self, stop: Option<&Stop>) -> bool {
        let since = Instant::now();
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        while !state.is_open {
            if stop.is_some_and(Stop::is_set) || since.elapsed() > PATIENCE {
                return false;
            }
            state = self.0.opened.wait_timeout(state, TICK).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}
