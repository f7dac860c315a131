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

#[cfg(test)]
mod tests {
    use super::*;

    /// Every cell, for every safety with and without an idempotency key.
    #[test]
    fn the_table_cell_by_cell() {
        use Decision::{Never as No, Retry, RetryAmbiguous, RetryFree};
        use Proof::{NeverSent, Refused, Unknown};
        use Safety::{Idempotent, Once, Repeatable};
        use Worth::{Never, Sparingly, Yes};

        // Without a key: idempotent, repeatable, once. With one: the same three.
        #[rustfmt::skip]
        let rows = [
            (NeverSent, Yes,       [Retry, Retry, Retry],                   [Retry, Retry, Retry]),
            (NeverSent, Sparingly, [Retry, Retry, Retry],                   [Retry, Retry, Retry]),
            (NeverSent, Never,     [No, No, No],                            [No, No, No]),
            (Refused,   Yes,       [RetryFree, RetryFree, RetryFree],       [RetryFree, RetryFree, RetryFree]),
            (Refused,   Sparingly, [RetryFree, RetryFree, RetryFree],       [RetryFree, RetryFree, RetryFree]),
            (Refused,   Never,     [No, No, No],                            [No, No, No]),
            (Unknown,   Yes,       [Retry, Retry, No],                      [No, No, No]),
            (Unknown,   Sparingly, [RetryAmbiguous, RetryAmbiguous, No],    [No, No, No]),
            (Unknown,   Never,     [No, No, No],                            [No, No, No]),
        ];
        for (proof, worth, without_key, with_key) in rows {
            for (has_key, cells) in [(false, without_key), (true, with_key)] {
                for (safety, expected) in [Idempotent, Repeatable, Once].into_iter().zip(cells) {
                    let evidence = Evidence { proof, worth, needs_fresh_connection: false, at_once: false };
                    let decision = decide(evidence, Repeat::of(safety, has_key));
                    assert_eq!(decision, expected, "{proof:?} {worth:?} {safety:?} key: {has_key}");
                }
            }
        }
    }
}
