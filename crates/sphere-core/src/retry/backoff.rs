//! The wait before a retry: exponential backoff with jitter, and `Retry-After`.

use std::time::Duration;

use crate::config::RetryPolicy;

/// The longest wait before the first retry over a cut connection: enough that calls which were cut together do not
/// connect together.
const AT_ONCE: Duration = Duration::from_millis(5);

/// The wait after this many attempts; `at_once` is [`Evidence::at_once`](super::Evidence), `random` is from 0 to 1.
pub(crate) fn wait(
    policy: &RetryPolicy,
    attempts: u32,
    at_once: bool,
    retry_after: Option<Duration>,
    random: f64,
) -> Duration {
    let random = random.clamp(0.0, 1.0);
    let doublings = attempts.saturating_sub(1).min(16);
    let longest = policy.backoff.saturating_mul(1 << doublings).min(policy.max_backoff);
    let backoff = if at_once && attempts == 1 {
        longest.min(AT_ONCE).mul_f64(random)
    } else {
        longest.mul_f64(0.5 + random / 2.0)
    };
    backoff.max(retry_after.unwrap_or_default())
}

/// The least time that another attempt must have: with less, a certain failure would only be followed by a timeout.
/// One second; for calls of less than ten seconds, a tenth of their time.
pub(crate) fn useful_time(timeout: Duration) -> Duration {
    (timeout / 10).min(Duration::from_secs(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backoff(attempts: u32, random: f64) -> u128 {
        wait(&RetryPolicy::default(), attempts, false, None, random).as_millis()
    }

    #[test]
    fn backoff_doubles_up_to_its_ceiling() {
        let longest: Vec<_> = (1..=5).map(|attempts| backoff(attempts, 1.0)).collect();
        assert_eq!(longest, [1000, 2000, 4000, 5000, 5000]);
        assert_eq!(backoff(u32::MAX, 1.0), 5000);
    }

    #[test]
    fn useful_time_is_a_tenth() {
        let useful = |millis| useful_time(Duration::from_millis(millis)).as_millis();
        assert_eq!([useful(500), useful(10_000), useful(90_000)], [50, 1000, 1000]);
    }

    #[test]
    fn jitter_takes_at_most_half_of_it() {
        assert_eq!([backoff(1, 0.0), backoff(1, 0.5), backoff(1, 7.0)], [500, 750, 1000]);
        assert_eq!([backoff(3, -1.0), backoff(3, 0.5)], [2000, 3000]);
    }
}
