//! Between two attempts.

use super::{Progress, Step};
use crate::clock::Moment;
use crate::trace::Scope;

/// A call that waits for its next attempt.
#[derive(Debug)]
pub struct Waiting<'c> {
    pub(super) progress: Box<Progress<'c>>,
}

impl<'c> Waiting<'c> {
    /// Goes on after the wait: sends again, or returns the failure that led here if time is up.
    pub fn resume(self, now: Moment) -> Step<'c> {
        self.progress.send(now)
    }

    /// Span entered while waiting.
    pub(crate) fn scope(&self) -> Scope {
        self.progress.trace.scope()
    }
}
