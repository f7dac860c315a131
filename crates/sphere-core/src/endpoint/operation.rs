//! What is the same for every request of an operation.

use std::time::Duration;

use http::Method;

/// An operation: its name, its method, and what happens if a request is processed twice.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use http::Method;
/// use sphere_core::endpoint::{Operation, Safety};
///
/// const UPLOAD: Operation = Operation::new("upload_document", Method::POST, Safety::Once)
///     .timeout(Duration::from_secs(300))
///     .max_response_bytes(64 * 1024);
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Operation {
    /// The name in errors, logs and metrics: lower case, with underscores.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// What happens if a request is processed twice. It decides which failures are retried.
    pub safety: Safety,
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_response_bytes: Option<usize>,
}

impl Operation {
    /// An operation with the limits of the client's configuration.
    pub const fn new(name: &'static str, method: Method, safety: Safety) -> Self {
        Self { name, method, safety, timeout: None, max_response_bytes: None }
    }

    /// Time for a call of this operation, all attempts and waits included, instead of the configuration's: more
    /// than zero, at most 24 hours. A timeout that is set for one call goes before it.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The largest response body of this operation in bytes, instead of the configuration's.
    pub const fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = Some(bytes);
        self
    }
}

/// What happens if a request is processed twice. It belongs to the operation, not to the call.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Safety {
    /// Twice is the same as once (RFC 9110, section 9.2.2): a GET, a PUT.
    Idempotent,
    /// Twice is not the same, but harmless: generating a link.
    Repeatable,
    /// Repeating it does harm, e.g. it creates a second customer. Retried only if the first request provably
    /// had no effect.
    Once,
}
