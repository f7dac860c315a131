//! What the sandbox knows and remembers, shared between its server and the test that holds it.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use crate::{
    CheckState, ReceivedRequest, Turn,
    clock::{self, Clock},
    links::{Found, Links},
    random,
};

/// A program that is left running must not fill the memory; the oldest requests go first.
const MOST_REQUESTS: usize = 10_000;

/// What was decided when the sandbox was built.
pub(crate) struct Settings {
    pub(crate) base_url: String,
    pub(crate) api_key: String,
    pub(crate) link_lifetime: Duration,
    /// `None`: the rule of [`World::knows`].
    pub(crate) customers: Option<HashSet<String>>,
    /// Where the customer goes on to after the check.
    pub(crate) return_to: Option<String>,
}

pub(crate) struct World {
    settings: Settings,
    clock: Clock,
    memory: Mutex<Memory>,
    /// Woken when a request has been recorded.
    received: Condvar,
}

#[derive(Default)]
struct Memory {
    requests: VecDeque<ReceivedRequest>,
    /// How many there have been, the forgotten ones included.
    received: usize,
    next_turns: VecDeque<Turn>,
    every_turn: Option<Turn>,
    links: Links,
}

impl World {
    pub(crate) fn new(settings: Settings, clock: Clock) -> Self {
        Self { settings, clock, memory: Mutex::default(), received: Condvar::new() }
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.settings.base_url
    }

    pub(crate) fn api_key(&self) -> &str {
        &self.settings.api_key
    }

    pub(crate) fn return_to(&self) -> Option<&str> {
        self.settings.return_to.as_deref()
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn knows(&self, customer: &str) -> bool {
        match &self.settings.customers {
            Some(customers) => customers.contains(customer),
            None => customer.starts_with("customer_") && !customer.starts_with("customer_unknown"),
        }
    }

    /// Records a request and takes its turn of the script. Under one lock, so that turns are taken in the order
    /// in which the requests are listed.
    pub(crate) fn receive(&self, request: ReceivedRequest) -> Option<Turn> {
        let mut memory = self.memory();
        if memory.requests.len() >= MOST_REQUESTS {
            memory.requests.pop_front();
        }
        memory.requests.push_back(request);
        memory.received += 1;
        self.received.notify_all();
        memory.next_turns.pop_front().or_else(|| memory.every_turn.clone())
    }

    pub(crate) fn requests(&self) -> Vec<ReceivedRequest> {
        self.memory().requests.iter().cloned().collect()
    }

    pub(crate) fn wait_for_requests(&self, count: usize, at_most: Duration) -> bool {
        let (_memory, waited) = self
            .received
            .wait_timeout_while(self.memory(), at_most, |memory| memory.received < count)
            .unwrap_or_else(PoisonError::into_inner);
        !waited.timed_out()
    }

    pub(crate) fn reply_next(&self, turn: Turn) {
        self.memory().next_turns.push_back(turn);
    }

    pub(crate) fn reply_every(&self, turn: Turn) {
        self.memory().every_turn = Some(turn);
    }

    pub(crate) fn reply_normally(&self) {
        let mut memory = self.memory();
        memory.next_turns.clear();
        memory.every_turn = None;
    }

    /// A fresh link: its URL and when it expires.
    pub(crate) fn make_link(&self, customer: String) -> Result<(String, Timestamp), getrandom::Error> {
        let token = random::hex_32()?;
        let expires_at = clock::later(self.clock.now(), self.settings.link_lifetime);
        // Clients are told milliseconds, so that is when the link ends; never later than said.
        let expires_at = Timestamp::from_millisecond(expires_at.as_millisecond()).unwrap_or(expires_at);
        let url = format!("{}/check/{token}", self.settings.base_url);
        self.memory().links.insert(token, customer, expires_at);
        Ok((url, expires_at))
    }

    pub(crate) fn find_link(&self, token: &str) -> Found {
        let now = self.clock.now();
        self.memory().links.find(token, now)
    }

    pub(crate) fn decide(&self, token: &str, outcome: CheckState) -> Found {
        let now = self.clock.now();
        self.memory().links.decide(token, outcome, now)
    }

    pub(crate) fn check_state(&self, customer: &str) -> CheckState {
        self.memory().links.state(customer)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
