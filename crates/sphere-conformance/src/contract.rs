//! A contract: its name, its group, and how much depends on it.

use std::fmt;

use crate::aspect::{self, Aspect};
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

/// `must` or `should`.
impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Must => "must",
            Self::Should => "should",
        })
    }
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

    /// What it is about. A contract about the wire can check the kind or delivery of an error too:
    /// [`Outcome::aspect`](crate::Outcome::aspect) says which of the two is broken.
    pub fn aspect(&self) -> Aspect {
        aspect::of(self.group, self.name)
    }

    /// Whether it is about futures: only for async transports, and only in the same process.
    pub fn is_async_only(&self) -> bool {
        self.is_async_only
    }
}

impl fmt::Debug for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.group, self.name)
    }
}
