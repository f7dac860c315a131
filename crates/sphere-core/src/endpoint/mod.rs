//! An endpoint as plain data: what to send, how safe it is to send it twice, and how to read its answer.

mod answer;
mod path;

use std::fmt;

use bytes::Bytes;
use http::{HeaderValue, Method};
use serde::Serialize;

pub use answer::{Answer, DecodeError};
pub(crate) use path::is_safe_segment;
pub use path::{Path, Query};

pub use crate::retry::Safety;
use crate::transport::BoxError;

/// One operation of the API. The SDK's own are in [`endpoints`](crate::endpoints); you can write others.
///
/// An endpoint does nothing by itself: [`Client::call`](crate::Client::call) and
/// [`blocking::Client::call`](crate::blocking::Client::call) run it. It is asked for path, query and body
/// anew for each attempt, and must give the same each time.
///
/// # Example
///
/// An operation that the SDK does not have:
///
/// ```
/// use http::Method;
/// use sphere_core::CustomerId;
/// use sphere_core::endpoint::{Answer, DecodeError, Endpoint, Path, Safety};
///
/// struct GetCustomer<'a>(&'a CustomerId);
///
/// #[derive(Debug, serde::Deserialize)]
/// struct Customer {
///     id: String,
/// }
///
/// impl Endpoint for GetCustomer<'_> {
///     type Output = Customer;
///     const OPERATION: &'static str = "get_customer";
///     const METHOD: Method = Method::GET;
///     const SAFETY: Safety = Safety::Idempotent;
///
///     fn path(&self, path: &mut Path) {
///         path.push("v2").push("customer").push(self.0.as_str());
///     }
///
///     fn decode(&self, answer: &Answer<'_>) -> Result<Customer, DecodeError> {
///         answer.json()
///     }
/// }
/// ```
pub trait Endpoint: Send + Sync {
    /// What a successful answer holds.
    type Output: Send;

    /// The operation's name in errors, logs and metrics: lower case, with underscores.
    const OPERATION: &'static str;

    /// The HTTP method.
    const METHOD: Method;

    /// What happens if the request is carried out twice: it decides which failures are retried.
    const SAFETY: Safety;

    /// Writes the path, segment by segment.
    fn path(&self, path: &mut Path);

    /// Writes the query, pair by pair. Default: none.
    fn query(&self, query: &mut Query) {
        let _ = query;
    }

    /// The body. Default: none.
    ///
    /// # Errors
    ///
    /// Whatever keeps the body from being written. Nothing is sent then.
    fn body(&self) -> Result<Option<Body>, BoxError> {
        Ok(None)
    }

    /// Reads the answer to a request that succeeded (a 2xx status). Must be pure: the same answer, the same
    /// result.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the answer is not what the operation promises.
    fn decode(&self, answer: &Answer<'_>) -> Result<Self::Output, DecodeError>;
}

/// A request's body and its content type.
#[derive(Clone)]
pub struct Body {
    pub(crate) content_type: HeaderValue,
    pub(crate) bytes: Bytes,
}

impl Body {
    /// A JSON body.
    ///
    /// # Errors
    ///
    /// If the value cannot be written as JSON, such as a map whose keys are not text.
    pub fn json(value: &impl Serialize) -> Result<Self, BoxError> {
        Ok(Self {
            content_type: HeaderValue::from_static("application/json"),
            bytes: serde_json::to_vec(value)?.into(),
        })
    }
}

/// Shows the content type and the length: a body may hold personal data.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("content_type", &self.content_type)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}
