//! What is declared about a transport: contracts that it does not keep, and groups that are not run.

use crate::list::contracts;
use crate::subject::Candidate;

impl Candidate {
    /// Declares that the transport does not keep this contract, and why. The contract is run nevertheless: it
    /// is a failure if the transport keeps it, so that declarations do not outlive their reason.
    ///
    /// # Panics
    ///
    /// If there is no such contract.
    #[track_caller]
    #[must_use]
    pub fn with_deviation(mut self, contract: &'static str, reason: impl Into<String>) -> Self {
        let exists = contracts().iter().any(|one| one.name() == contract);
        assert!(exists, "there is no contract `{contract}`");
        self.deviations.push((contract, reason.into()));
        self
    }

    /// Declares that the contracts of this group are not run, and why.
    ///
    /// # Panics
    ///
    /// If there is no such group.
    #[track_caller]
    #[must_use]
    pub fn without(mut self, group: &'static str, reason: impl Into<String>) -> Self {
        let exists = contracts().iter().any(|one| one.group() == group);
        assert!(exists, "there is no group `{group}`");
        self.without.push((group, reason.into()));
        self
    }
}
