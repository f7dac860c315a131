//! What is wrong with a configuration.

use std::fmt;

/// Error for a bad configuration value: which one, and what is wrong with it. Never the value itself.
///
/// # Example
///
/// ```
/// use sphere_core::{ApiKey, Config};
///
/// let error = Config::builder(ApiKey::new("k")?)
///     .base_url("https://user:password@host")
///     .build()
///     .unwrap_err();
/// assert_eq!(error.field(), "base_url");
/// assert_eq!(error.to_string(), "base_url has a user name or password before its host");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {fault}")]
pub struct ConfigError {
    field: &'static str,
    fault: String,
}

impl ConfigError {
    pub(crate) fn new(field: &'static str, fault: impl fmt::Display) -> Self {
        Self { field, fault: fault.to_string() }
    }

    /// The option or environment variable that is wrong.
    pub fn field(&self) -> &'static str {
        self.field
    }

    /// What is wrong with it.
    pub fn fault(&self) -> &str {
        &self.fault
    }
}
