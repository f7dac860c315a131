//! The links that the sandbox has issued, and what was chosen on their pages.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

/// How far a person's face check has come, as recorded by its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CheckState {
    /// No button of a check page has been pressed; perhaps no link was ever requested.
    NotStarted,
    /// The person passed.
    Passed,
    /// The person failed.
    Failed,
    /// The person left without finishing.
    Left,
}

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    FaceCheck,
    Terms,
    Onboarding,
}

impl Purpose {
    /// The first segment of the page's path.
    pub(crate) fn segment(self) -> &'static str {
        match self {
            Self::FaceCheck => "check",
            Self::Terms => "terms",
            Self::Onboarding => "onboarding",
        }
    }
}

/// A link that was issued. It is found by its token.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) purpose: Purpose,
    /// The customer or representative.
    pub(crate) person: String,
    pub(crate) expires_at: Timestamp,
    /// What was last chosen on this link's page.
    pub(crate) outcome: CheckState,
}

/// Result of looking up a token.
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
    /// Face checks by person, created through the API or not.
    checks: HashMap<String, CheckState>,
}

impl Links {
    pub(crate) fn insert(&mut self, token: String, purpose: Purpose, person: String, expires_at: Timestamp) {
        if self.oldest_first.len() >= MOST_LINKS {
            if let Some(oldest) = self.oldest_first.pop_front() {
                self.by_token.remove(&oldest);
            }
        }
        self.oldest_first.push_back(token.clone());
        let link = Link { purpose, person, expires_at, outcome: CheckState::NotStarted };
        self.by_token.insert(token, link);
    }

    pub(crate) fn find(&self, purpose: Purpose, token: &str, now: Timestamp) -> Found {
        match self.by_token.get(token) {
            Some(link) if link.purpose != purpose => Found::Unknown,
            Some(link) if now < link.expires_at => Found::Open(link.clone()),
            Some(_) => Found::Expired,
            None => Found::Unknown,
        }
    }

    /// Records on a link what was chosen there.
    pub(crate) fn set_outcome(&mut self, token: &str, outcome: CheckState) {
        if let Some(link) = self.by_token.get_mut(token) {
            link.outcome = outcome;
        }
    }

    pub(crate) fn set_check(&mut self, person: &str, state: CheckState) {
        self.checks.insert(person.to_owned(), state);
    }

    pub(crate) fn check(&self, person: &str) -> CheckState {
        self.checks.get(person).copied().unwrap_or(CheckState::NotStarted)
    }
}
