//! What all identifiers are: 1 to 128 characters of `A-Z a-z 0-9 _ -`.
//!
//! That is wider than the ids seen so far and narrow enough that no id can become another path. Gateways decode
//! `%2F..%2F` before they route, so escaping would not be enough.

/// The longest id, in characters.
const MAX_LENGTH: usize = 128;

/// Error for a text that is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{id}: {fault}")]
pub struct InvalidId {
    id: &'static str,
    fault: IdFault,
}

impl InvalidId {
    /// Which kind of id it should be, such as `customer id`.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// What is wrong with it.
    pub fn fault(&self) -> IdFault {
        self.fault
    }
}

/// What is wrong with a text that should be an id.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdFault {
    /// It is empty.
    #[error("is empty")]
    Empty,
    /// It is too long.
    #[error("has {length} characters; at most {MAX_LENGTH} are allowed")]
    TooLong {
        /// Its length in characters.
        length: usize,
    },
    /// It has a character that is not allowed.
    #[error("{found:?} at position {position} is not allowed; only A-Z a-z 0-9 _ - are")]
    Character {
        /// The first character that is not allowed.
        found: char,
        /// Its place, counted in characters from 1.
        position: usize,
    },
}

/// Checks that a text is an id of this kind.
pub(super) fn validate(id: &'static str, text: &str) -> Result<(), InvalidId> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let fault = match text.chars().enumerate().find(|(_, c)| !is_allowed(*c)) {
        Some((index, found)) => IdFault::Character { found, position: index + 1 },
        None if text.is_empty() => IdFault::Empty,
        None if text.len() > MAX_LENGTH => IdFault::TooLong { length: text.len() },
        None => return Ok(()),
    };
    Err(InvalidId { id, fault })
}

/// Declares an id type, so that ids of different things cannot be confused: `id_type!(CustomerId, "customer id")` below
/// its documentation.
macro_rules! id_type {
    ($(#[$attribute:meta])* $name:ident, $id:literal) => {
        $(#[$attribute])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks an id.
            ///
            /// # Errors
            ///
            /// [`InvalidId`](crate::InvalidId) if it is empty, longer than 128 characters, or has a character outside
            /// `A-Z a-z 0-9 _ -`.
            pub fn new(id: impl Into<String>) -> Result<Self, $crate::values::InvalidId> {
                let id = id.into();
                $crate::values::id::validate($id, &id)?;
                Ok(Self(id))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::values::InvalidId;

            fn from_str(id: &str) -> Result<Self, Self::Err> {
                Self::new(id)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::values::InvalidId;

            fn try_from(id: &str) -> Result<Self, Self::Error> {
                Self::new(id)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::values::InvalidId;

            fn try_from(id: String) -> Result<Self, Self::Error> {
                Self::new(id)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

pub(super) use id_type;

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Option<IdFault> {
        validate("customer id", text).err().map(|error| error.fault())
    }

    #[test]
    fn one_to_128_allowed_characters_are_an_id() {
        for good in ["a", "customer_1ab2c3d4", "A-Z_09", &"x".repeat(128)] {
            assert_eq!(fault(good), None);
        }
        assert_eq!(fault(""), Some(IdFault::Empty));
        assert_eq!(fault(&"x".repeat(129)), Some(IdFault::TooLong { length: 129 }));
    }

    #[test]
    fn a_bad_character_is_named_with_its_place() {
        for (text, found, position) in [
            ("a#b", '#', 2),
            ("..", '.', 1),
            ("a%2Fb", '%', 2),
            ("ab\n", '\n', 3),
            ("é", 'é', 1),
            ("aé b", 'é', 2),
            ("a\0", '\0', 2),
        ] {
            assert_eq!(fault(text), Some(IdFault::Character { found, position }), "{text:?}");
        }
    }

    #[test]
    fn control_characters_are_escaped_in_the_message() {
        let error = validate("customer id", "a\nb").unwrap_err();
        assert_eq!(error.id(), "customer id");
        assert!(error.to_string().starts_with(r"customer id: '\n' at position 2"), "{error}");
    }
}
