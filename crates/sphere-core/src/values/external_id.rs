//! The caller's own name of a transfer.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest, in characters.
const MAX_LENGTH: usize = 64;

/// The caller's own name of a transfer, sent as `externalId`: 1 to 64 characters of `a-z 0-9 _ -`.
///
/// SpherePay echoes it and does not refuse a second one of the same name, so it deduplicates nothing: it is what a
/// transfer is found by. **One business operation, one id**: an id that is made from a row of your database
/// (`payout-4711`) survives the loss of everything else. The contract promises no pattern; this one is narrow, so that
/// no system in between changes it.
///
/// Source: the contract, `externalId` of a transfer (certain; that it is no filter of the list, too).
///
/// # Example
///
/// ```
/// use sphere_core::ExternalId;
///
/// let id: ExternalId = "payout-4711".parse()?;
/// assert_eq!(ExternalId::new("Payout 4711").unwrap_err().to_string(),
///     "external id: 'P' at position 1 is not allowed; only a-z 0-9 _ - are");
/// # Ok::<(), sphere_core::InvalidExternalId>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExternalId(String);

impl ExternalId {
    /// Checks an id.
    ///
    /// # Errors
    ///
    /// [`InvalidExternalId`] if it is empty, too long, or has another character.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidExternalId> {
        let id = id.into();
        let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
        let fault = match id.chars().enumerate().find(|(_, c)| !is_allowed(*c)) {
            Some((index, found)) => {
                format!("{found:?} at position {} is not allowed; only a-z 0-9 _ - are", index + 1)
            }
            None if id.is_empty() => "is empty".to_owned(),
            None if id.len() > MAX_LENGTH => {
                format!("has {} characters; at most {MAX_LENGTH} are allowed", id.len())
            }
            None => return Ok(Self(id)),
        };
        Err(InvalidExternalId { fault })
    }

    /// A new one of 128 bits of the system's randomness.
    ///
    /// Not on `wasm32-unknown-unknown`, where the standard library has none.
    #[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
    pub(crate) fn random() -> Self {
        use std::hash::{BuildHasher, RandomState};
        // The standard library seeds its hash with the system's randomness: two hashes under one seed are 128 bits.
        let state = RandomState::new();
        Self(format!("sdk-{:016x}{:016x}", state.hash_one(1_u8), state.hash_one(2_u8)))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExternalId({})", self.0)
    }
}

impl FromStr for ExternalId {
    type Err = InvalidExternalId;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Self::new(id)
    }
}

impl TryFrom<String> for ExternalId {
    type Error = InvalidExternalId;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        Self::new(id)
    }
}

impl From<ExternalId> for String {
    fn from(id: ExternalId) -> Self {
        id.0
    }
}

/// Error for a text that is not an [`ExternalId`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("external id: {fault}")]
pub struct InvalidExternalId {
    fault: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_64_of_the_allowed_characters() {
        for good in ["a", "payout-4711", "a_0", &"x".repeat(64)] {
            assert_eq!(ExternalId::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "A", "a b", "a.b", "é", &"x".repeat(65)] {
            assert!(ExternalId::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn random_ones_are_valid_and_differ() {
        let (one, two) = (ExternalId::random(), ExternalId::random());
        assert_ne!(one, two);
        assert_eq!(ExternalId::new(one.as_str()), Ok(one.clone()));
        assert_eq!(one.as_str().len(), 36);
    }
}
