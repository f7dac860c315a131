//! Why a response with a successful status cannot be used.

use std::fmt;

/// Error for a successful status with a response that is not what the operation promises.
///
/// # Example
///
/// ```
/// use sphere_core::endpoint::DecodeError;
///
/// let error = DecodeError::field("expiresAt", "is not a date");
/// assert_eq!(error.to_string(), "`expiresAt` is not a date");
/// assert_eq!(error.fault(), "is not a date");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place} {fault}")]
pub struct DecodeError {
    place: String,
    fault: String,
}

impl DecodeError {
    /// A fault of one member of the response. It goes into error lines: it must not quote the value.
    pub fn field(name: &str, fault: impl fmt::Display) -> Self {
        Self { place: format!("`{name}`"), fault: fault.to_string() }
    }

    /// A fault of the body as a whole. It goes into error lines: it must not quote the body.
    pub fn body(fault: impl fmt::Display) -> Self {
        Self { place: "the body".to_owned(), fault: fault.to_string() }
    }

    /// The member, between backticks, or "the body".
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is wrong with it.
    pub fn fault(&self) -> &str {
        &self.fault
    }
}
