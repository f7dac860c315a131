//! What all parts of a simulation share: time and chance, what goes wrong, and which connections are open.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sphere_net::lookups::Lookups;
use sphere_seeds::Clockwork;
use tokio::time::Instant;

use super::plan::{Fault, Plan};
use super::traffic::Traffic;

pub(super) const HOST: &str = "api.test";

#[derive(Clone)]
pub(super) struct World(Arc<Inner>);

struct Inner {
    clockwork: Clockwork,
    plan: Plan,
    lookups: Lookups,
    traffic: Traffic,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    is_healthy: bool,
    is_slow: bool,
    open: usize,
    opened: usize,
}

/// Time, chance, history and rules.
impl Deref for World {
    type Target = Clockwork;

    fn deref(&self) -> &Clockwork {
        &self.0.clockwork
    }
}

impl World {
    pub(super) fn new(plan: Plan, clockwork: &Clockwork) -> Self {
        let addresses: Vec<_> = (1..=plan.addresses).map(|last| IpAddr::from([10, 0, 0, last])).collect();
        clockwork.note(|| format!("{plan:?}"));
        Self(Arc::new(Inner {
            clockwork: clockwork.clone(),
            plan,
            lookups: Lookups::with(move |_| Ok(addresses.clone())),
            traffic: Traffic::default(),
            state: Mutex::default(),
        }))
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.0.plan
    }

    pub(super) fn traffic(&self) -> &Traffic {
        &self.0.traffic
    }

    pub(super) fn lookups(&self) -> &Lookups {
        &self.0.lookups
    }

    /// Has the host's addresses remembered for long: a lookup is done by a thread, which no seed decides.
    pub(super) fn look_up(&self) {
        let later = Instant::now() + Duration::from_secs(1_000_000);
        let lookup = self.0.lookups.start(HOST, later.into_std());
        assert!(lookup.wait(Duration::from_secs(20)).is_ok_and(|found| found.is_some()), "no address");
    }

    /// Whether this goes wrong now.
    pub(super) fn fails(&self, fault: Fault) -> bool {
        self.0.plan.faults.contains(&fault) && !self.lock().is_healthy && self.chance(20)
    }

    /// From now on nothing goes wrong.
    pub(super) fn heal(&self) {
        self.lock().is_healthy = true;
        self.note(|| "all is well from here on".to_owned());
    }

    /// Each request takes a second from now on, or no longer.
    pub(super) fn slow_down(&self, is_slow: bool) {
        self.lock().is_slow = is_slow;
    }

    /// How long the server needs for a request.
    pub(super) fn time_to_process(&self) -> Duration {
        let millis = self.one_of(&[0, 0, 5, 100, 700]);
        Duration::from_millis(if self.lock().is_slow { 1000 } else { millis })
    }

    /// A connection is open. Returns its number.
    pub(super) fn opens(&self) -> usize {
        let mut state = self.lock();
        state.open += 1;
        state.opened += 1;
        state.opened
    }

    pub(super) fn closes(&self) {
        self.lock().open -= 1;
    }

    /// How many connections are open on the client's side.
    pub(super) fn open(&self) -> usize {
        self.lock().open
    }

    /// How many connections were ever opened.
    pub(super) fn opened(&self) -> usize {
        self.lock().opened
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
