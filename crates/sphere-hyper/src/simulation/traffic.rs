//! What client and server do with each call, and what must hold when a request reaches the server.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sphere_core::endpoint::Safety;
use sphere_core::transport::{DEFAULT_IDLE_TIMEOUT, ONCE_IDLE_TIMEOUT, TransportErrorKind};
use sphere_net::pool::Limits;
use sphere_seeds::Clockwork;

/// A connection that was just given back may need a moment until it is ready.
const SLACK: Duration = Duration::from_millis(50);

/// What is known of one call.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    /// Whole requests that came to the server.
    pub(super) requests: u32,
    pub(super) processed: u32,
    /// Whether the request that was sent last must not go over a connection that was used before.
    needs_fresh: bool,
    /// Whether the last attempt ended with a cut connection.
    was_cut: bool,
}

/// A request that has come to the server, on a connection with this past.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub(super) id: u64,
    pub(super) safety: Safety,
    /// How long the connection was idle, if it was used before.
    pub(super) idle: Option<Duration>,
    /// For how long the server promised to keep it open.
    pub(super) promised: Option<Duration>,
}

#[derive(Default)]
pub(super) struct Traffic(Mutex<State>);

#[derive(Default)]
struct State {
    seen: BTreeMap<u64, Seen>,
    /// The calls whose requests have come, in order.
    arrived: Vec<u64>,
    /// Requests that are being processed, and the most that were at once.
    in_process: usize,
    most_in_process: usize,
    /// How many more calls there were than reports.
    unreported: i64,
}

impl Traffic {
    /// A call begins, and will be reported once.
    pub(super) fn begins(&self) {
        self.lock().unreported += 1;
    }

    /// The end of a call is reported.
    pub(super) fn reported(&self) {
        self.lock().unreported -= 1;
    }

    /// How many more calls there were than reports.
    pub(super) fn unreported(&self) -> i64 {
        self.lock().unreported
    }

    /// The transport is given a request.
    pub(super) fn sends(&self, rules: &Clockwork, id: u64, needs_fresh: bool) {
        let was_cut = self.seen(id).was_cut;
        rules.check(needs_fresh || !was_cut, || {
            format!("call {id} was cut off, and may go over a used connection")
        });
        self.lock().seen.entry(id).or_default().needs_fresh = needs_fresh;
    }

    /// The transport is done with a request.
    pub(super) fn sent(&self, id: u64, kind: Option<TransportErrorKind>) {
        let was_cut = kind == Some(TransportErrorKind::Interrupted);
        self.lock().seen.entry(id).or_default().was_cut = was_cut;
    }

    /// The head of a request has reached the server, while `open` connections are open.
    pub(super) fn arrives(&self, rules: &Clockwork, limits: Limits, open: usize, arrival: Arrival) {
        let Arrival { id, safety, idle, promised } = arrival;
        let seen = self.seen(id);
        let operation = match safety {
            Safety::Once => ONCE_IDLE_TIMEOUT,
            _ => DEFAULT_IDLE_TIMEOUT,
        };
        if let Some(idle) = idle {
            let idle_limits = [
                (Some(operation), "operation"),
                (Some(limits.idle_timeout), "transport"),
                (promised, "server"),
            ];
            for (limit, whose) in idle_limits {
                rules.check(limit.is_none_or(|limit| idle < limit + SLACK), || {
                    format!("call {id} came after {idle:?}, beyond the {whose}'s {limit:?}")
                });
            }
        }
        rules.check(open <= limits.max_open, || {
            format!("{open} connections are open, and {} are allowed", limits.max_open)
        });
        rules.check(!(seen.needs_fresh && idle.is_some()), || {
            format!("call {id} needs a fresh connection, and came over one that was idle for {idle:?}")
        });
        rules.check(!(safety == Safety::Once && seen.processed > 0), || {
            format!("call {id} must happen once, was processed, and came again")
        });
    }

    /// A whole request is there.
    pub(super) fn receives(&self, id: u64) {
        let mut state = self.lock();
        state.arrived.push(id);
        state.seen.entry(id).or_default().requests += 1;
    }

    /// The server begins to process a request, or ends to.
    pub(super) fn in_process(&self, is_begin: bool) {
        let mut state = self.lock();
        if is_begin {
            state.in_process += 1;
            state.most_in_process = state.most_in_process.max(state.in_process);
        } else {
            state.in_process -= 1;
        }
    }

    /// The server has processed a request.
    pub(super) fn processed(&self, id: u64) {
        self.lock().seen.entry(id).or_default().processed += 1;
    }

    pub(super) fn seen(&self, id: u64) -> Seen {
        self.lock().seen.get(&id).copied().unwrap_or_default()
    }

    /// The most requests that were processed at once, and the calls whose requests came, in order: since the last time
    /// that this was asked.
    pub(super) fn take(&self) -> (usize, Vec<u64>) {
        let mut state = self.lock();
        (std::mem::take(&mut state.most_in_process), std::mem::take(&mut state.arrived))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
