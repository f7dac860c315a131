//! What a caller can set for one call.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::config::RetryPolicy;

/// Options of one call. The default is what the operation and the client's [`Config`](crate::Config) say.
///
/// Callers set them on a [`Call`](crate::Call).
#[derive(Clone, Default)]
pub struct Options {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) idempotency_key: Option<IdempotencyKey>,
    pub(crate) upload_progress: Option<UploadProgress>,
}

/// Called with the bytes handed to the connection so far, and the bytes in all.
pub(crate) type UploadProgress = Arc<dyn Fn(u64, u64) + Send + Sync>;

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .field("idempotency_key", &self.idempotency_key)
            .finish_non_exhaustive()
    }
}

/// A value for the `Idempotency-Key` header: 1 to 255 visible ASCII characters.
///
/// # Example
///
/// ```
/// use sphere_core::IdempotencyKey;
///
/// let key: IdempotencyKey = "order-4711".parse()?;
/// assert!(IdempotencyKey::new("two words").is_err());
/// # Ok::<(), sphere_core::InvalidIdempotencyKey>(())
/// ```
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
        let is_valid = (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        match HeaderValue::from_str(key) {
            Ok(value) if is_valid => Ok(Self(value)),
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

impl TryFrom<&str> for IdempotencyKey {
    type Error = InvalidIdempotencyKey;

    fn try_from(key: &str) -> Result<Self, Self::Error> {
        Self::new(key)
    }
}

/// Error for a text that is not an [`IdempotencyKey`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("idempotency key: must be 1 to 255 visible ASCII characters; this one has {length} bytes")]
pub struct InvalidIdempotencyKey {
    length: usize,
}

impl InvalidIdempotencyKey {
    /// How long the text is, in bytes.
    pub fn length(&self) -> usize {
        self.length
    }
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
            assert_eq!(IdempotencyKey::new(bad).unwrap_err().length(), bad.len(), "{bad:?}");
        }
    }
}
