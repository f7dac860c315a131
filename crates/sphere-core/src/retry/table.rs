//! The one table that says what may be sent again.

use super::{Evidence, Proof, Worth};
use crate::endpoint::Safety;

/// The table's columns: what sending a request again does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// No harm: the operation is idempotent or repeatable.
    Harmless,
    /// Harm: the operation is `Once`, or the caller set an idempotency key. SpherePay fails a request whose
    /// key it has seen before, whatever the first response was.
    Harmful,
}

impl Repeat {
    pub(crate) fn of(safety: Safety, has_idempotency_key: bool) -> Self {
        match safety {
            Safety::Idempotent | Safety::Repeatable if !has_idempotency_key => Self::Harmless,
            _ => Self::Harmful,
        }
    }
}

/// The table's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Send again, within the limits of attempts, budget and deadline.
    Retry,
    /// The same, but without taking from the budget: the service works, and asks for less.
    RetryFree,
    /// The same as `Retry`, and at most as often as `RetryPolicy::ambiguous_retries` says.
    RetryAmbiguous,
    /// Return the failure.
    Never,
}

/// The table.
pub(crate) fn decide(evidence: Evidence, repeat: Repeat) -> Decision {
    #[allow(clippy::match_same_arms)] // A table has a line for each row.
    match (evidence.proof, evidence.worth, repeat) {
        (_, Worth::Never, _) => Decision::Never,
        (Proof::NeverSent, _, _) => Decision::Retry,
        (Proof::Refused, _, _) => Decision::RetryFree,
        (Proof::Unknown, Worth::Yes, Repeat::Harmless) => Decision::Retry,
        (Proof::Unknown, Worth::Sparingly, Repeat::Harmless) => Decision::RetryAmbiguous,
        (Proof::Unknown, _, Repeat::Harmful) => Decision::Never,
    }
}
