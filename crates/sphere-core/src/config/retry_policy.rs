//! When and how often a call is retried, as far as a caller can choose.

use std::time::Duration;

use super::{ConfigError, validate_timeout};

const MOST_ATTEMPTS: u32 = 10;
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60 * 60);
const LARGEST_BUDGET: u32 = 10_000;
const BODY_BYTES_PER_SECOND: u64 = 128 * 1024;

/// How often and after which wait a call is retried. *Whether* it may be is not a matter of policy: that
/// follows from what is known about the failure and from the operation's
/// [`Safety`](crate::endpoint::Safety).
///
/// | what happened | `Idempotent` or `Repeatable` | `Once`, or with an idempotency key |
/// | --- | --- | --- |
/// | never sent: refused, name not found, connect timeout | retried | retried |
/// | 429 in SpherePay's own words | retried | retried; with an idempotency key never |
/// | any other 429; 408, 421, 425, 503 | retried | never |
/// | connection lost, time up after sending, any other 5xx | [`ambiguous_retries`](Self::ambiguous_retries) times | never |
/// | certificate refused, invalid request, 3xx, any other 4xx, a 2xx that cannot be decoded | never | never |
///
/// The wait before attempt *n* + 1 is `backoff` × 2ⁿ⁻¹, at most [`max_backoff`](Self::max_backoff), less a random part
/// of up to a half. Only the first retry after a connection was cut comes at once (within 5 milliseconds), since that
/// says nothing about the service. No wait is shorter than what the server asked for with `Retry-After` (RFC 9110,
/// section 10.2.3), capped at [`max_retry_after`](Self::max_retry_after). A wait after which less than a second of the
/// call's time would be left (a tenth of its time, if it has less than ten seconds) is not begun: the failure is
/// returned at once. And retries are taken from a [budget](Self::budget) that all clones of a client share.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_core::{ApiKey, Config, RetryPolicy};
///
/// let patient = RetryPolicy::default().max_attempts(8).max_retry_after(Duration::from_secs(120));
/// let config = Config::builder(ApiKey::new("sk_live_1")?)
///     .retry(patient)
///     .timeout(Duration::from_secs(300))
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    pub(crate) max_attempts: u32,
    pub(crate) ambiguous_retries: u32,
    pub(crate) backoff: Duration,
    pub(crate) max_backoff: Duration,
    pub(crate) max_retry_after: Duration,
    /// `None`: half of the call's time, and more for a long body.
    pub(crate) attempt_timeout: Option<Duration>,
    /// `None`: no limit.
    pub(crate) budget: Option<u32>,
}

impl Default for RetryPolicy {
    /// 3 attempts; 1 retry after an ambiguous failure; backoff from 1 to 5 seconds, so that three attempts span 1.5 to
    /// 3 seconds; `Retry-After` up to 60 seconds; half of the call's time for an attempt; a budget of 10 retries.
    fn default() -> Self {
        Self {
            max_attempts: 3,
            ambiguous_retries: 1,
            backoff: Duration::from_secs(1),
            max_backoff: Duration::from_secs(5),
            max_retry_after: Duration::from_secs(60),
            attempt_timeout: None,
            budget: Some(10),
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

    /// How many of the retries may follow a failure after which nobody knows whether the request was
    /// processed. Only for operations where that is harmless.
    pub fn ambiguous_retries(mut self, retries: u32) -> Self {
        self.ambiguous_retries = retries;
        self
    }

    /// The first wait, before a random part of up to a half is subtracted: at most 60 seconds. Doubles with each
    /// attempt.
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

    /// The time for an attempt that another one may follow. Without it, half of the call's time, and one second more
    /// for each 128 KiB of the request's body. So a server that never responds does not use up the whole call.
    ///
    /// It applies to operations that may be repeated only. One that must not happen twice has all the time of its call:
    /// nothing could follow when nobody knows whether it happened.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// How many retries a client and its clones can make in an outage: at most 10,000. Each retry takes one,
    /// except after a 429 in SpherePay's own words; one comes back every 10 seconds, and one for every ten
    /// responses with a 2xx, or with a 4xx other than 408, 421, 425 and 429.
    ///
    /// So retries add little load in an outage: when the budget is spent, each call makes one attempt.
    /// [`Error::stop_reason`](crate::Error::stop_reason) says when it was the budget that ended a call.
    ///
    /// The budget is the client's: it is made from the policy in its configuration. In a policy for one call
    /// only [`Self::unlimited_budget`] has an effect.
    pub fn budget(mut self, retries: u32) -> Self {
        self.budget = Some(retries);
        self
    }

    /// Retries are not taken from a budget.
    pub fn unlimited_budget(mut self) -> Self {
        self.budget = None;
        self
    }

    /// The time for an attempt that another one may follow.
    pub(crate) fn attempt_limit(&self, timeout: Duration, body_bytes: u64) -> Duration {
        let for_body = Duration::from_secs(body_bytes / BODY_BYTES_PER_SECOND);
        self.attempt_timeout.unwrap_or_else(|| (timeout / 2).saturating_add(for_body))
    }

    pub(crate) fn validate(&self) -> Result<(), ConfigError> {
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
        if let Some(timeout) = self.attempt_timeout {
            validate_timeout("attempt_timeout", timeout)?;
        }
        if self.budget.is_some_and(|retries| retries > LARGEST_BUDGET) {
            return Err(ConfigError::new("budget", "must be at most 10,000 retries"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absurd_policies_are_refused_by_name() {
        let day = Duration::from_secs(86_400);
        for (policy, field) in [
            (RetryPolicy::default().max_attempts(0), "max_attempts"),
            (RetryPolicy::default().max_attempts(11), "max_attempts"),
            (RetryPolicy::default().backoff(day), "backoff"),
            (RetryPolicy::default().max_backoff(Duration::MAX), "max_backoff"),
            (RetryPolicy::default().max_retry_after(day), "max_retry_after"),
            (RetryPolicy::default().attempt_timeout(Duration::ZERO), "attempt_timeout"),
            (RetryPolicy::default().budget(10_001), "budget"),
        ] {
            assert_eq!(policy.validate().unwrap_err().field(), field);
        }
        let minute = Duration::from_secs(60);
        let widest = RetryPolicy::default()
            .max_attempts(10)
            .backoff(minute)
            .max_backoff(minute)
            .max_retry_after(Duration::from_secs(3600))
            .budget(10_000);
        for good in [RetryPolicy::default(), RetryPolicy::never(), widest.clone(), widest.unlimited_budget()]
        {
            assert_eq!(good.validate(), Ok(()));
        }
        assert_eq!(RetryPolicy::never().max_attempts, 1);
    }

    #[test]
    fn attempt_has_half_the_time_plus_upload_time() {
        let limit = |body_bytes| RetryPolicy::default().attempt_limit(Duration::from_secs(30), body_bytes);
        assert_eq!([limit(0), limit(1000), limit(15 << 20)], [15, 15, 135].map(Duration::from_secs));
        let own = RetryPolicy::default().attempt_timeout(Duration::from_secs(3));
        assert_eq!(own.attempt_limit(Duration::from_secs(30), 15 << 20), Duration::from_secs(3));
    }
}
