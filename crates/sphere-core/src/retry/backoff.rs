//! The wait before a retry: exponential backoff with full jitter, and `Retry-After`.

use std::time::Duration;

use crate::config::RetryPolicy;

/// The wait after this many attempts; `random` is from 0 to 1.
pub(crate) fn wait(
    policy: &RetryPolicy,
    attempts: u32,
    retry_after: Option<Duration>,
    random: f64,
) -> Duration {
    let doublings = attempts.saturating_sub(1).min(16);
    let ceiling = policy.backoff.saturating_mul(1 << doublings).min(policy.max_backoff);
    ceiling.mul_f64(random.clamp(0.0, 1.0)).max(retry_after.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_doubles_up_to_its_ceiling() {
        let policy = RetryPolicy::default();
        let ceilings: Vec<_> =
            (1..=7).map(|attempts| wait(&policy, attempts, None, 1.0).as_millis()).collect();
        assert_eq!(ceilings, [200, 400, 800, 1600, 3200, 5000, 5000]);
        assert_eq!(wait(&policy, u32::MAX, None, 1.0), Duration::from_secs(5));
    }

    #[test]
    fn jitter_spans_the_whole_backoff() {
        let policy = RetryPolicy::default();
        assert_eq!(wait(&policy, 1, None, 0.0), Duration::ZERO);
        assert_eq!(wait(&policy, 1, None, 0.25), Duration::from_millis(50));
        assert_eq!(wait(&policy, 1, None, 7.0), Duration::from_millis(200));
    }

    #[test]
    fn the_server_can_lengthen_a_wait_only() {
        let policy = RetryPolicy::default();
        assert_eq!(wait(&policy, 1, Some(Duration::from_secs(7)), 1.0), Duration::from_secs(7));
        assert_eq!(wait(&policy, 1, Some(Duration::ZERO), 1.0), Duration::from_millis(200));
    }
}
