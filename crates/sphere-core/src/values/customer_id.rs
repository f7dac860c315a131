//! A customer's id, which cannot leave its place in a URL's path.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The id of a customer, such as `customer_f31121c389624d3697cbf3ea8830b7a4`.
///
/// An id is 1 to 128 characters of `A-Z a-z 0-9 _ -`. That is wider than the ids seen so far and narrow
/// enough that no id can become another path: gateways decode `%2F..%2F` before they route, so escaping
/// would not be enough. The contract promises no pattern, hence no prefix is demanded.
///
/// # Example
///
/// ```
/// use sphere_core::CustomerId;
///
/// let id: CustomerId = "customer_1ab2c3d4".parse()?;
/// assert_eq!(id.as_str(), "customer_1ab2c3d4");
///
/// let error = "customer/../admin".parse::<CustomerId>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "customer id: '/' at position 9 is not allowed; only A-Z a-z 0-9 _ - are",
/// );
/// # Ok::<(), sphere_core::InvalidCustomerId>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CustomerId(String);

/// The longest customer id, in characters.
const MAX_LENGTH: usize = 128;

impl CustomerId {
    /// Checks an id.
    ///
    /// # Errors
    ///
    /// [`InvalidCustomerId`] if it is empty, longer than 128 characters, or has a character outside
    /// `A-Z a-z 0-9 _ -`.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidCustomerId> {
        let id = id.into();
        if let Some((index, found)) =
            id.chars().enumerate().find(|(_, c)| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))
        {
            return Err(InvalidCustomerId::Character { found, position: index + 1 });
        }
        match id.len() {
            0 => Err(InvalidCustomerId::Empty),
            1..=MAX_LENGTH => Ok(Self(id)),
            length => Err(InvalidCustomerId::TooLong { length }),
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CustomerId({})", self.0)
    }
}

impl AsRef<str> for CustomerId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for CustomerId {
    type Err = InvalidCustomerId;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Self::new(id)
    }
}

impl TryFrom<String> for CustomerId {
    type Error = InvalidCustomerId;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        Self::new(id)
    }
}

impl From<CustomerId> for String {
    fn from(id: CustomerId) -> Self {
        id.0
    }
}

/// Why a text is no [`CustomerId`].
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCustomerId {
    /// There is nothing in it.
    #[error("customer id: is empty")]
    Empty,
    /// It is too long.
    #[error("customer id: has {length} characters; at most {MAX_LENGTH} are allowed")]
    TooLong {
        /// Its length in characters.
        length: usize,
    },
    /// It has a character that is not allowed.
    #[error("customer id: {found:?} at position {position} is not allowed; only A-Z a-z 0-9 _ - are")]
    Character {
        /// The first offending character.
        found: char,
        /// Its place, counted in characters from 1.
        position: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_to_128_allowed_characters() {
        for good in ["a", "customer_1ab2c3d4", "A-Z_09", &"x".repeat(128)] {
            assert_eq!(CustomerId::new(good).map(String::from), Ok(good.to_owned()));
        }
        assert_eq!(CustomerId::new(""), Err(InvalidCustomerId::Empty));
        assert_eq!(CustomerId::new("x".repeat(129)), Err(InvalidCustomerId::TooLong { length: 129 }));
    }

    #[test]
    fn an_odd_character_is_named_with_its_place() {
        for (text, found, position) in [
            ("a#b", '#', 2),
            ("..", '.', 1),
            ("a%2Fb", '%', 2),
            ("ab\n", '\n', 3),
            ("é", 'é', 1),
            ("aé b", 'é', 2),
            ("a\0", '\0', 2),
        ] {
            assert_eq!(
                CustomerId::new(text),
                Err(InvalidCustomerId::Character { found, position }),
                "{text:?}"
            );
        }
    }

    #[test]
    fn control_characters_are_escaped_in_the_message() {
        let message = CustomerId::new("a\nb").unwrap_err().to_string();
        assert!(message.starts_with(r"customer id: '\n' at position 2"), "{message}");
    }

    #[test]
    fn serde_checks_what_it_reads() {
        assert_eq!(serde_json::from_str::<CustomerId>("\"c_1\"").unwrap().as_str(), "c_1");
        assert!(serde_json::from_str::<CustomerId>("\"c/1\"").is_err());
        assert_eq!(serde_json::to_string(&CustomerId::new("c_1").unwrap()).unwrap(), "\"c_1\"");
    }
}
