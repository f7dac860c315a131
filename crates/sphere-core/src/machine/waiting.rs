//! Between two attempts.

use super::{Progress, Step};
use crate::clock::Moment;
use crate::error::Cause;
use crate::trace::Scope;

/// A call that waits for its next attempt.
#[derive(Debug)]
pub struct Waiting<'c> {
    /// What the caller is told if time is up after the wait.
    pub(super) last: Cause,
    pub(super) progress: Box<Progress<'c>>,
}

impl<'c> Waiting<'c> {
    /// Goes on after the wait: sends again, or returns the failure that led here if time is up.
    pub fn resume(self, now: Moment) -> Step<'c> {
        self.progress.send(now, Some(self.last))
    }

    /// Span entered while waiting.
    pub(crate) fn scope(&self) -> Scope {
        self.progress.trace.scope()
    }
}
