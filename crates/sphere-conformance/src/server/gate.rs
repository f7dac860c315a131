//! A gate: how a test and a script wait for each other without a clock.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use super::wire::{MAX_WAIT, Stop, TICK};

/// Something that happens once: first closed, then open. Clones are the same gate.
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

    /// Opens it and wakes everything that waits for it.
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

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).is_open
    }

    /// Waits until it is open.
    ///
    /// # Panics
    ///
    /// If that takes longer than 20 seconds.
    pub fn wait(&self) {
        assert!(self.wait_unless(None), "a gate was not opened within {MAX_WAIT:?}");
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

    /// Waits until it is open (`true`), or until the test or 20 seconds end (`false`).
    pub(super) fn wait_unless(&self, stop: Option<&Stop>) -> bool {
        let since = Instant::now();
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        while !state.is_open {
            if stop.is_some_and(Stop::is_set) || since.elapsed() > MAX_WAIT {
                return false;
            }
            state = self.0.opened.wait_timeout(state, TICK).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}
