//! What all parts of a world share: the time, what the service made and what is in the store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sphere_links::store::{Entry, Holder};
use sphere_seeds::Clockwork;

use super::plan::Plan;

/// A link that the service made.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    pub customer: usize,
    pub asked_at: Duration,
    pub responded_at: Duration,
    pub expires_at: Duration,
}

#[derive(Clone)]
pub struct Scene(Arc<Inner>);

struct Inner {
    clockwork: Clockwork,
    plan: Plan,
    state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    is_healthy: bool,
    pub(super) requests: usize,
    /// Requests in flight, by process and customer.
    pub(super) in_flight: BTreeMap<(usize, usize), usize>,
    pub(super) made: BTreeMap<String, Made>,
    pub(super) entries: BTreeMap<String, (Entry, Duration)>,
    pub(super) locks: BTreeMap<String, (Holder, Duration)>,
    /// Since when a process has been waiting for a lock, by process and customer, and as which holder.
    pub(super) waiting: BTreeMap<(usize, usize), (Holder, Duration)>,
    /// Processes that are killed and give no lock back.
    pub(super) killed: BTreeSet<usize>,
}

impl Scene {
    pub fn new(clockwork: &Clockwork, plan: Plan) -> Self {
        clockwork.note(|| format!("{plan:?}"));
        Self(Arc::new(Inner { clockwork: clockwork.clone(), plan, state: Mutex::default() }))
    }

    pub fn clockwork(&self) -> &Clockwork {
        &self.0.clockwork
    }

    pub fn plan(&self) -> &Plan {
        &self.0.plan
    }

    /// What the calendar says this long after the world began.
    pub fn date(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_700_000_000) + self.0.clockwork.now()
    }

    /// From now on this process gives no lock back.
    pub fn kill(&self, process: usize) {
        self.lock().killed.insert(process);
    }

    /// From now on nothing fails.
    pub fn heal(&self) {
        let mut state = self.lock();
        state.is_healthy = true;
        state.killed.clear();
        drop(state);
        self.0.clockwork.note(|| "all is well from here on".to_owned());
    }

    pub fn made(&self, url: &str) -> Option<Made> {
        self.lock().made.get(url).copied()
    }

    /// How many requests have come to the service.
    pub fn requests(&self) -> usize {
        self.lock().requests
    }

    /// How many requests are in flight.
    pub fn in_flight(&self) -> usize {
        self.lock().in_flight.values().sum()
    }

    /// How many locks are held.
    pub fn locks(&self) -> usize {
        let now = self.0.clockwork.now();
        self.lock().locks.values().filter(|(_, until)| *until > now).count()
    }

    /// Whether something goes wrong that does so this often, in percent.
    pub fn fails(&self, percent: u8) -> bool {
        !self.lock().is_healthy && self.0.clockwork.chance(percent)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
