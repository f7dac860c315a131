//! The one table that says what may be sent again.

/// What happens if an endpoint's request is carried out twice. It belongs to the endpoint, not to the call.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Safety {
    /// Twice is the same as once (RFC 9110, section 9.2.2): a GET, a PUT.
    Idempotent,
    /// Twice is not the same, but harmless: generating a link.
    Repeatable,
    /// Twice is harm: moving money. Sent again only if the first request surely did nothing.
    Once,
}

/// What is known about a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// The transport proves that it never left.
    NotSent,
    /// The same request would fail again.
    NeverWorks,
    /// The server says that it did nothing, and invites another try.
    NothingDone,
    /// It may have been acted upon.
    Ambiguous,
}

/// The table's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resend {
    /// The endpoint is idempotent or repeatable.
    Harmless,
    /// The endpoint is `Once`, or the caller set an idempotency key: SpherePay fails a request whose key
    /// it has seen before, whatever became of the first.
    Harmful,
}

impl Resend {
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
    /// Try again, within the limits of attempts, budget and deadline.
    Retry,
    /// The same, and at most as often as `RetryPolicy::ambiguous_retries` says.
    RetryAmbiguous,
    /// Return the failure.
    Never,
}

/// Evidence, then the decision where sending again is harmless and where it is harmful.
const TABLE: [(Evidence, Decision, Decision); 4] = [
    (Evidence::NotSent, Decision::Retry, Decision::Retry),
    (Evidence::NeverWorks, Decision::Never, Decision::Never),
    (Evidence::NothingDone, Decision::Retry, Decision::Retry),
    (Evidence::Ambiguous, Decision::RetryAmbiguous, Decision::Never),
];

/// Reads the table.
pub(crate) fn decide(evidence: Evidence, resend: Resend) -> Decision {
    TABLE.iter().find(|(row, ..)| *row == evidence).map_or(Decision::Never, |(_, harmless, harmful)| {
        match resend {
            Resend::Harmless => *harmless,
            Resend::Harmful => *harmful,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every cell, for every safety with and without an idempotency key.
    #[test]
    fn the_table_cell_by_cell() {
        use Decision::{Never, Retry, RetryAmbiguous};
        use Evidence::{Ambiguous, NeverWorks, NotSent, NothingDone};
        use Safety::{Idempotent, Once, Repeatable};

        #[rustfmt::skip]
        let cells = [
            (NotSent,     Idempotent, false, Retry),          (NotSent,     Idempotent, true, Retry),
            (NotSent,     Repeatable, false, Retry),          (NotSent,     Repeatable, true, Retry),
            (NotSent,     Once,       false, Retry),          (NotSent,     Once,       true, Retry),
            (NeverWorks,  Idempotent, false, Never),          (NeverWorks,  Idempotent, true, Never),
            (NeverWorks,  Repeatable, false, Never),          (NeverWorks,  Repeatable, true, Never),
            (NeverWorks,  Once,       false, Never),          (NeverWorks,  Once,       true, Never),
            (NothingDone, Idempotent, false, Retry),          (NothingDone, Idempotent, true, Retry),
            (NothingDone, Repeatable, false, Retry),          (NothingDone, Repeatable, true, Retry),
            (NothingDone, Once,       false, Retry),          (NothingDone, Once,       true, Retry),
            (Ambiguous,   Idempotent, false, RetryAmbiguous), (Ambiguous,   Idempotent, true, Never),
            (Ambiguous,   Repeatable, false, RetryAmbiguous), (Ambiguous,   Repeatable, true, Never),
            (Ambiguous,   Once,       false, Never),          (Ambiguous,   Once,       true, Never),
        ];
        for (evidence, safety, has_key, expected) in cells {
            let decision = decide(evidence, Resend::of(safety, has_key));
            assert_eq!(decision, expected, "{evidence:?} {safety:?} key: {has_key}");
        }
    }
}
