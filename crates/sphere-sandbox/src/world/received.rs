//! A request as the sandbox received it, for tests to look at.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method, header};

/// A request to the API, as it arrived. Visits to pages are not recorded.
///
/// ```
/// use sphere_sandbox::Sandbox;
///
/// let sandbox = Sandbox::start()?;
/// // … let the code under test run, then:
/// for request in sandbox.requests() {
///     assert_eq!(request.method, "POST");
///     assert!(request.headers.contains_key("authorization"));
/// }
/// # Ok::<(), sphere_sandbox::StartError>(())
/// ```
///
/// `Debug` shows neither the value of `Authorization` nor query and body, which can hold personal data.
#[derive(Clone)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// The method.
    pub method: Method,
    /// The path exactly as it was sent: not decoded, not normalized, without the query.
    pub path: String,
    /// The query after the `?`, exactly as it was sent.
    pub query: Option<String>,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl ReceivedRequest {
    pub(crate) fn new(parts: &http::request::Parts, body: Bytes) -> Self {
        let mut headers = parts.headers.clone();
        // Marked values print as "Sensitive"; the value itself can still be compared.
        for name in [header::AUTHORIZATION, header::PROXY_AUTHORIZATION] {
            if let http::header::Entry::Occupied(mut entry) = headers.entry(name) {
                for value in entry.iter_mut() {
                    value.set_sensitive(true);
                }
            }
        }
        Self {
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            headers,
            body,
        }
    }
}

impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("has_query", &self.query.is_some())
            .field("headers", &self.headers)
            .field("body_length", &self.body.len())
            .finish()
    }
}
