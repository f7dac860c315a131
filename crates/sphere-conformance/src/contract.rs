//! A contract: its name, its group, and how much depends on it.

use std::fmt;

use crate::subject::Candidate;

/// What a transport does, and how to find out whether it does.
#[derive(Clone, Copy)]
pub struct Contract {
    pub(crate) name: &'static str,
    pub(crate) group: &'static str,
    pub(crate) level: Level,
    pub(crate) is_async_only: bool,
    pub(crate) check: fn(&Candidate),
}

/// How much depends on a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A transport that breaks it can lose, repeat or mix up requests or responses, reveal a secret, hang, or
    /// use unlimited memory. The SDK cannot work with it.
    Must,
    /// A transport that breaks it is slower or less exact: it connects more often than necessary, or its errors
    /// say less than they could. The SDK works with it.
    Should,
}

impl Contract {
    /// The name, which says what a transport does.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The group of contracts that it belongs to.
    pub fn group(&self) -> &'static str {
        self.group
    }

    /// How much depends on it.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Whether it is about futures, and so only for async transports.
    pub fn is_async_only(&self) -> bool {
        self.is_async_only
    }
}

impl fmt::Debug for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.group, self.name)
    }
}
