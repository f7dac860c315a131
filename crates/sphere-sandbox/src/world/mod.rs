//! What the sandbox knows and remembers, shared between its server and the test that holds it.

mod code;
mod criteria;
mod links;
mod money;
mod outcome;
mod people;
mod person;
mod received;
mod requests;

use std::{
    collections::HashSet,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

pub(crate) use self::{
    code::{Channel, Code},
    criteria::{IDENTITY, LIVENESS, Lists, PROOF_OF_ADDRESS},
    links::{Found, Link, Purpose},
    money::{Item, ItemKind, Money, written},
    people::People,
    person::{Kind, Record},
};
pub use self::{
    links::CheckState,
    outcome::{MAGIC_TAGS, MagicTag, Outcome},
    received::ReceivedRequest,
};
use self::{links::Links, requests::Requests};
use crate::{
    clock::{self, Clock},
    random,
    turn::Turn,
};

/// Who collects documents, terms and the face check: SpherePay or the platform.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Model {
    /// SpherePay hosts the terms and the face check. Its default.
    #[default]
    SphereManaged,
    /// The platform uploads a liveness report. There are no links for terms and face check.
    PlatformManaged,
}

/// Called with one line for each API request.
pub(crate) type Log = Arc<dyn Fn(&str) + Send + Sync>;

/// What was decided when the sandbox was built.
pub(crate) struct Settings {
    pub(crate) base_url: String,
    pub(crate) api_key: String,
    pub(crate) model: Model,
    pub(crate) link_lifetime: Duration,
    /// `None`: the rule of [`World::knows`].
    pub(crate) customers: Option<HashSet<String>>,
    /// Where a customer goes after a hosted page.
    pub(crate) return_to: Option<String>,
    pub(crate) log: Option<Log>,
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
    requests: Requests,
    links: Links,
    people: People,
    money: Money,
}

impl World {
    pub(crate) fn new(settings: Settings, clock: Clock) -> Self {
        Self { settings, clock, memory: Mutex::default(), received: Condvar::new() }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Whether somebody whom nobody created through the API counts as existing.
    pub(crate) fn knows(&self, id: &str) -> bool {
        match &self.settings.customers {
            Some(ids) => ids.contains(id),
            None => {
                id.starts_with("associatedPerson_")
                    || (id.starts_with("customer_") && !id.starts_with("customer_unknown"))
            }
        }
    }

    /// Records a request and takes its turn of the script. Under one lock, so that turns are taken in the order
    /// in which the requests are listed.
    pub(crate) fn receive(&self, request: ReceivedRequest) -> Option<Turn> {
        let turn = self.memory().requests.receive(request);
        self.received.notify_all();
        turn
    }

    pub(crate) fn requests(&self) -> Vec<ReceivedRequest> {
        self.memory().requests.kept()
    }

    pub(crate) fn wait_for_requests(&self, count: usize, at_most: Duration) -> bool {
        let (_memory, waited) = self
            .received
            .wait_timeout_while(self.memory(), at_most, |memory| memory.requests.received < count)
            .unwrap_or_else(PoisonError::into_inner);
        !waited.timed_out()
    }

    pub(crate) fn reply_next(&self, turn: Turn) {
        self.memory().requests.next_turns.push_back(turn);
    }

    pub(crate) fn reply_every(&self, turn: Turn) {
        self.memory().requests.every_turn = Some(turn);
    }

    pub(crate) fn reply_normally(&self) {
        let requests = &mut self.memory().requests;
        requests.next_turns.clear();
        requests.every_turn = None;
    }

    /// Reads or changes people, at the sandbox's time.
    pub(crate) fn people<T>(&self, f: impl FnOnce(&mut People, Timestamp) -> T) -> T {
        let now = self.clock.now();
        f(&mut self.memory().people, now)
    }

    /// Reads or changes accounts, quotes and transfers, at the sandbox's time.
    pub(crate) fn money<T>(&self, f: impl FnOnce(&mut Money, Timestamp) -> T) -> T {
        let now = self.clock.now();
        f(&mut self.memory().money, now)
    }

    /// A fresh link: its URL and when it expires.
    pub(crate) fn make_link(
        &self,
        purpose: Purpose,
        person: String,
    ) -> Result<(String, Timestamp), getrandom::Error> {
        let token = random::hex_32()?;
        let expires_at = clock::later(self.clock.now(), self.settings.link_lifetime);
        // Clients are told milliseconds, so that is when the link ends; never later than said.
        let expires_at = Timestamp::from_millisecond(expires_at.as_millisecond()).unwrap_or(expires_at);
        let url = format!("{}/{}/{token}", self.settings.base_url, purpose.segment());
        self.memory().links.insert(token, purpose, person, expires_at);
        Ok((url, expires_at))
    }

    pub(crate) fn find_link(&self, purpose: Purpose, token: &str) -> Found {
        let now = self.clock.now();
        self.memory().links.find(purpose, token, now)
    }

    /// Records what was chosen on a page, if its link is still open. The last choice counts.
    pub(crate) fn decide(&self, purpose: Purpose, token: &str, state: CheckState) -> Found {
        let now = self.clock.now();
        let mut memory = self.memory();
        let found = memory.links.find(purpose, token, now);
        if let Found::Open(link) = &found {
            memory.links.set_outcome(token, state);
            memory.finish(purpose, &link.person, state, now);
        }
        found
    }

    /// Records what a person would have chosen on a page.
    pub(crate) fn finish(&self, purpose: Purpose, person: &str, state: CheckState) {
        let now = self.clock.now();
        self.memory().finish(purpose, person, state, now);
    }

    pub(crate) fn check_state(&self, person: &str) -> CheckState {
        self.memory().links.check(person)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn finish(&mut self, purpose: Purpose, person: &str, state: CheckState, now: Timestamp) {
        if purpose == Purpose::FaceCheck {
            self.links.set_check(person, state);
        }
        if let Some(person) = self.people.get_mut(person) {
            person.finish(purpose, state, now);
        }
    }
}
