//! Why a call made no further attempt: in errors, in metrics, in traces.

use std::fmt;

/// Why there was no further attempt.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StopReason {
    /// Sending again would not help, or could do harm.
    NotRetryable,
    /// The retry policy allows no more attempts.
    AttemptLimit,
    /// The wait would not have ended before the call's deadline.
    Deadline,
    /// The client's [retry budget](crate::RetryPolicy::budget) is spent.
    RetryBudget,
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotRetryable => "not retryable",
            Self::AttemptLimit => "attempt limit reached",
            Self::Deadline => "no time for a retry",
            Self::RetryBudget => "retry budget spent",
        })
    }
}
