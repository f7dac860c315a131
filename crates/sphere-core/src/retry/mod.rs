//! When a call is tried again, and how long it waits first: pure functions of what they are given.

mod budget;
mod table;

use std::time::Duration;

pub use budget::RetryBudget;
pub use table::Safety;
pub(crate) use table::{Decision, Evidence, Resend, decide};

use crate::config::ConfigError;

const MOST_ATTEMPTS: u32 = 10;
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60 * 60);

/// How often and after which wait a call is tried again. *Whether* it may be is not a matter of policy: that
/// follows from what is known about the failure and from the endpoint's [`Safety`].
///
/// | what is known | endpoint is `Idempotent` or `Repeatable` | endpoint is `Once`, or the call has an idempotency key |
/// | --- | --- | --- |
/// | surely not sent: refused, name not found, connect timeout | retry | retry |
/// | never works: certificate refused, bad input, 3xx, 4xx but 429, an answer that cannot be decoded | never | never |
/// | the server says it did nothing: 429; 503 with `Retry-After` | retry | retry |
/// | ambiguous: connection lost, any other 5xx | [`ambiguous_retries`](Self::ambiguous_retries) times | never |
///
/// The wait before attempt *n* + 1 is a random time between zero and `backoff` × 2ⁿ⁻¹, at most
/// [`max_backoff`](Self::max_backoff) ("full jitter"), and never shorter than what the server asked for with
/// `Retry-After` (RFC 9110, section 10.2.3), capped at [`max_retry_after`](Self::max_retry_after). A wait that would not end before the call's
/// deadline is not begun: the failure is returned at once. And retries are taken from a [`RetryBudget`]
/// that all clones of a client share.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_core::{ApiKey, Config, RetryPolicy};
///
/// let patient = RetryPolicy::default().max_attempts(5).max_retry_after(Duration::from_secs(120));
/// let config = Config::builder(ApiKey::new("sk_live_1")?)
///     .retry(patient)
///     .timeout(Duration::from_secs(300))
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: u32,
    ambiguous_retries: u32,
    backoff: Duration,
    max_backoff: Duration,
    max_retry_after: Duration,
}

impl Default for RetryPolicy {
    /// 3 attempts; 1 retry after an ambiguous failure; backoff from 200 milliseconds to 5 seconds;
    /// `Retry-After` up to 60 seconds.
    fn default() -> Self {
        Self {
            max_attempts: 3,
            ambiguous_retries: 1,
            backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(5),
            max_retry_after: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// One attempt and no more.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// Attempts in all, the first included: 1 to 10.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// How many of the retries may follow a failure after which nobody knows whether the request was acted
    /// upon. Only for endpoints where that is harmless.
    pub fn ambiguous_retries(mut self, retries: u32) -> Self {
        self.ambiguous_retries = retries;
        self
    }

    /// The upper bound of the first wait: at most 60 seconds. Doubles with each attempt.
    pub fn backoff(mut self, backoff: Duration) -> Self {
        self.backoff = backoff;
        self
    }

    /// Where the doubling ends: at most 60 seconds.
    pub fn max_backoff(mut self, max_backoff: Duration) -> Self {
        self.max_backoff = max_backoff;
        self
    }

    /// The cap on `Retry-After`: at most one hour. A server that asks for more is taken to ask for this.
    pub fn max_retry_after(mut self, cap: Duration) -> Self {
        self.max_retry_after = cap;
        self
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if !(1..=MOST_ATTEMPTS).contains(&self.max_attempts) {
            return Err(ConfigError::new("max_attempts", "must be from 1 to 10"));
        }
        if self.backoff > LONGEST_BACKOFF {
            return Err(ConfigError::new("backoff", "must be at most 60 seconds"));
        }
        if self.max_backoff > LONGEST_BACKOFF {
            return Err(ConfigError::new("max_backoff", "must be at most 60 seconds"));
        }
        if self.max_retry_after > LONGEST_RETRY_AFTER {
            return Err(ConfigError::new("max_retry_after", "must be at most one hour"));
        }
        Ok(())
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.max_attempts
    }

    pub(crate) fn ambiguous(&self) -> u32 {
        self.ambiguous_retries
    }

    pub(crate) fn retry_after_cap(&self) -> Duration {
        self.max_retry_after
    }

    /// The wait after this many attempts; `random` is anything from 0 to 1.
    pub(crate) fn wait(&self, attempts: u32, retry_after: Option<Duration>, random: f64) -> Duration {
        let doublings = attempts.saturating_sub(1).min(16);
        let ceiling = self.backoff.saturating_mul(1 << doublings).min(self.max_backoff);
        ceiling.mul_f64(random.clamp(0.0, 1.0)).max(retry_after.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_doubles_up_to_its_ceiling() {
        let policy = RetryPolicy::default();
        let ceilings: Vec<_> = (1..=7).map(|attempts| policy.wait(attempts, None, 1.0).as_millis()).collect();
        assert_eq!(ceilings, [200, 400, 800, 1600, 3200, 5000, 5000]);
        assert_eq!(policy.wait(u32::MAX, None, 1.0), Duration::from_secs(5));
    }

    #[test]
    fn jitter_spans_the_whole_of_it() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.wait(1, None, 0.0), Duration::ZERO);
        assert_eq!(policy.wait(1, None, 0.25), Duration::from_millis(50));
        assert_eq!(policy.wait(1, None, 7.0), Duration::from_millis(200));
    }

    #[test]
    fn the_server_can_lengthen_a_wait_and_not_shorten_it() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.wait(1, Some(Duration::from_secs(7)), 1.0), Duration::from_secs(7));
        assert_eq!(policy.wait(1, Some(Duration::ZERO), 1.0), Duration::from_millis(200));
    }

    #[test]
    fn absurd_policies_are_refused_by_name() {
        let day = Duration::from_secs(86_400);
        for (policy, field) in [
            (RetryPolicy::default().max_attempts(0), "max_attempts"),
            (RetryPolicy::default().max_attempts(11), "max_attempts"),
            (RetryPolicy::default().backoff(day), "backoff"),
            (RetryPolicy::default().max_backoff(Duration::MAX), "max_backoff"),
            (RetryPolicy::default().max_retry_after(day), "max_retry_after"),
        ] {
            assert_eq!(policy.check().unwrap_err().field(), field);
        }
        let minute = Duration::from_secs(60);
        let widest = RetryPolicy::default()
            .max_attempts(10)
            .backoff(minute)
            .max_backoff(minute)
            .max_retry_after(Duration::from_secs(3600));
        for good in [RetryPolicy::default(), RetryPolicy::never(), widest] {
            assert_eq!(good.check(), Ok(()));
        }
        assert_eq!(RetryPolicy::never().attempts(), 1);
    }
}
