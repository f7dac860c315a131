//! What a caller may set for one call.

use std::str::FromStr;
use std::time::Duration;

use http::HeaderValue;

/// Options of a single call; the default is what the client's [`Config`](crate::Config) says.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_core::{CallOptions, IdempotencyKey};
///
/// let options = CallOptions::default()
///     .timeout(Duration::from_secs(3))
///     .idempotency_key(IdempotencyKey::new("order-4711")?);
/// # Ok::<(), sphere_core::InvalidIdempotencyKey>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) idempotency_key: Option<IdempotencyKey>,
}

impl CallOptions {
    /// Time for this call, all attempts and waits included: more than zero, at most 24 hours.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sends `Idempotency-Key`, the same on every attempt, and stops retries after which nobody knows
    /// whether the request was carried out.
    ///
    /// SpherePay documented this header for its v1 API only, and there a key that was used before makes the
    /// request *fail*, whatever became of the first one: nothing is replayed. So the SDK sends none unless
    /// asked.
    pub fn idempotency_key(mut self, key: IdempotencyKey) -> Self {
        self.idempotency_key = Some(key);
        self
    }
}

/// A value for the `Idempotency-Key` header: 1 to 255 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(HeaderValue);

impl IdempotencyKey {
    /// Checks a key.
    ///
    /// # Errors
    ///
    /// [`InvalidIdempotencyKey`] if it is empty, longer than 255 bytes, or has a character other than
    /// visible ASCII.
    pub fn new(key: impl AsRef<str>) -> Result<Self, InvalidIdempotencyKey> {
        let key = key.as_ref();
        let good = (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        match HeaderValue::from_str(key) {
            Ok(value) if good => Ok(Self(value)),
            _ => Err(InvalidIdempotencyKey { length: key.len() }),
        }
    }

    pub(crate) fn header(&self) -> &HeaderValue {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = InvalidIdempotencyKey;

    fn from_str(key: &str) -> Result<Self, Self::Err> {
        Self::new(key)
    }
}

/// The text is no [`IdempotencyKey`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("idempotency key: must be 1 to 255 visible ASCII characters; this one has {length} bytes")]
pub struct InvalidIdempotencyKey {
    length: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_1_to_255_visible_characters() {
        for good in ["a", "order-4711", &"x".repeat(255)] {
            assert!(IdempotencyKey::new(good).is_ok(), "{good}");
        }
        for bad in ["", "a b", "a\n", "a\t", "é", &"x".repeat(256)] {
            assert!(IdempotencyKey::new(bad).is_err(), "{bad:?}");
        }
    }
}
