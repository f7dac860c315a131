//! The links that the sandbox has handed out, and how far each customer's check has come.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

/// How far a customer's face check has come, as recorded by the check page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CheckState {
    /// No button of a check page has been pressed; perhaps no link was ever asked for.
    NotStarted,
    /// The customer passed.
    Passed,
    /// The customer failed.
    Failed,
    /// The customer left without finishing.
    Left,
}

/// A link that was handed out. It is found by its token.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) customer: String,
    pub(crate) expires_at: Timestamp,
    /// What was last pressed on this link's page.
    pub(crate) outcome: CheckState,
}

/// What looking up a token comes to.
pub(crate) enum Found {
    Open(Link),
    Expired,
    Unknown,
}

/// A program that is left running must not fill the memory; the oldest links go first.
const MOST_LINKS: usize = 100_000;

#[derive(Default)]
pub(crate) struct Links {
    by_token: HashMap<String, Link>,
    oldest_first: VecDeque<String>,
    states: HashMap<String, CheckState>,
}

impl Links {
    pub(crate) fn insert(&mut self, token: String, customer: String, expires_at: Timestamp) {
        if self.oldest_first.len() >= MOST_LINKS {
            if let Some(oldest) = self.oldest_first.pop_front() {
                self.by_token.remove(&oldest);
            }
        }
        self.oldest_first.push_back(token.clone());
        self.by_token.insert(token, Link { customer, expires_at, outcome: CheckState::NotStarted });
    }

    pub(crate) fn find(&self, token: &str, now: Timestamp) -> Found {
        match self.by_token.get(token) {
            Some(link) if now < link.expires_at => Found::Open(link.clone()),
            Some(_) => Found::Expired,
            None => Found::Unknown,
        }
    }

    /// Records what was pressed, if the link is still open. The last press counts.
    pub(crate) fn decide(&mut self, token: &str, outcome: CheckState, now: Timestamp) -> Found {
        let found = self.find(token, now);
        if let Found::Open(link) = &found {
            self.states.insert(link.customer.clone(), outcome);
            if let Some(link) = self.by_token.get_mut(token) {
                link.outcome = outcome;
            }
        }
        found
    }

    pub(crate) fn state(&self, customer: &str) -> CheckState {
        self.states.get(customer).copied().unwrap_or(CheckState::NotStarted)
    }
}
