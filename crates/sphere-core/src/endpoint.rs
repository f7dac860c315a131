//! An endpoint as plain data: what to send, how safe it is to send it twice, and how to read its answer.

use std::fmt::{self, Write as _};

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use serde::{Deserialize, Serialize};

pub use crate::retry::Safety;
use crate::transport::{BoxError, TransportResponse};

/// One operation of the API. The SDK's own are in [`endpoints`](crate::endpoints); you can write others.
///
/// An endpoint does nothing by itself: [`Client::call`](crate::Client::call) and
/// [`blocking::Client::call`](crate::blocking::Client::call) run it.
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

/// A path under construction: `/` and a segment for each [`Path::push`].
///
/// A segment is one or more of `A-Z a-z 0-9 - . _ ~ : @` and neither `.` nor `..`. Anything else is refused
/// rather than percent-encoded, since gateways decode before they route; the call then fails before
/// anything is sent.
#[derive(Debug)]
pub struct Path {
    text: String,
    fault: Option<InvalidSegment>,
}

impl Path {
    pub(crate) fn new(prefix: &str) -> Self {
        // The documented path takes 77 bytes; one allocation serves most.
        let mut text = String::with_capacity(prefix.len() + 96);
        text.push_str(prefix);
        Self { text, fault: None }
    }

    /// Adds one segment.
    pub fn push(&mut self, segment: &str) -> &mut Self {
        if !is_safe_segment(segment) && self.fault.is_none() {
            self.fault = Some(InvalidSegment { segment: segment.to_owned() });
        }
        self.text.push('/');
        self.text.push_str(segment);
        self
    }

    pub(crate) fn finish(self) -> Result<Query, InvalidSegment> {
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(Query { text: self.text, is_empty: true }),
        }
    }
}

/// A path segment that could change the path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("path segment {segment:?}: only A-Z a-z 0-9 - . _ ~ : @ are allowed, and not `.` or `..`")]
pub(crate) struct InvalidSegment {
    segment: String,
}

pub(crate) fn is_safe_segment(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
        && segment
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b':' | b'@'))
}

/// A query under construction. Names and values may be any text; they are percent-encoded.
#[derive(Debug)]
pub struct Query {
    /// Path and query together: they travel as one.
    text: String,
    is_empty: bool,
}

impl Query {
    /// Adds `name=value`.
    pub fn push(&mut self, name: &str, value: &str) -> &mut Self {
        self.text.push(if std::mem::take(&mut self.is_empty) { '?' } else { '&' });
        self.encode(name);
        self.text.push('=');
        self.encode(value);
        self
    }

    /// Everything but the unreserved characters of RFC 3986, section 2.3 is escaped.
    fn encode(&mut self, text: &str) {
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                self.text.push(char::from(byte));
            } else {
                // Writing to a `String` cannot fail.
                let _ = write!(self.text, "%{byte:02X}");
            }
        }
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }
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

/// A successful answer to decode: a 2xx status, headers and the whole body.
#[derive(Debug)]
pub struct Answer<'a> {
    response: &'a TransportResponse,
}

impl<'a> Answer<'a> {
    pub(crate) fn new(response: &'a TransportResponse) -> Self {
        Self { response }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The headers.
    pub fn headers(&self) -> &'a http::HeaderMap {
        self.response.headers()
    }

    /// The body's bytes.
    pub fn body(&self) -> &'a [u8] {
        self.response.body()
    }

    /// Reads the body as one JSON object.
    ///
    /// The content type is not demanded, only named if the body turns out to be something else: a request
    /// that was carried out is not lost to a gateway's mislabelling.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the body is no JSON object or lacks what `T` needs. It tells where, never what
    /// was there.
    pub fn json<T: Deserialize<'a>>(&self) -> Result<T, DecodeError> {
        self.require_object()?;
        serde_json::from_slice(self.body()).map_err(|error| DecodeError::body(self.json_fault(&error)))
    }

    /// A derived struct would also accept an array, and read another answer's fields by position.
    pub(crate) fn require_object(&self) -> Result<(), DecodeError> {
        if self.body().trim_ascii_start().first() == Some(&b'{') {
            return Ok(());
        }
        Err(DecodeError::body(format!("is not a JSON object{}", self.labels())))
    }

    /// The parser's message may quote what it found, which may be a link: only its place is kept.
    pub(crate) fn json_fault(&self, error: &serde_json::Error) -> String {
        let what = match error.classify() {
            serde_json::error::Category::Eof => "ends early",
            serde_json::error::Category::Data => "lacks a member or has one of the wrong type",
            _ => "is not valid JSON",
        };
        format!("{what}, at line {} column {}{}", error.line(), error.column(), self.labels())
    }

    /// What the headers say about the body, where that may explain why it cannot be read. Only what is well
    /// known is quoted: a server can write anything there, the key that it was sent included.
    fn labels(&self) -> String {
        let mut labels = format!(" ({} bytes", self.body().len());
        for (name, known) in [
            (header::CONTENT_TYPE, &["text/html", "text/plain", "application/json", "application/xml"][..]),
            (header::CONTENT_ENCODING, &["gzip", "br", "deflate", "zstd"]),
        ] {
            if let Some(value) = self.headers().get(&name) {
                let value = value.to_str().unwrap_or_default();
                let essence = value.split(';').next().unwrap_or_default().trim();
                let shown = known.iter().find(|known| known.eq_ignore_ascii_case(essence));
                // Writing to a `String` cannot fail.
                let _ = write!(labels, ", {name}: {}", shown.unwrap_or(&"unusual"));
            }
        }
        labels.push(')');
        labels
    }
}

/// A successful status with an answer that is not what the operation promises.
///
/// # Example
///
/// ```
/// use sphere_core::endpoint::DecodeError;
///
/// let error = DecodeError::field("expiresAt", "is not a date");
/// assert_eq!(error.to_string(), "`expiresAt` is not a date");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place} {fault}")]
pub struct DecodeError {
    place: String,
    fault: String,
}

impl DecodeError {
    /// A fault of one member of the answer. The fault goes into error lines: it must not quote the value.
    pub fn field(name: &str, fault: impl fmt::Display) -> Self {
        Self { place: format!("`{name}`"), fault: fault.to_string() }
    }

    /// A fault of the body as a whole. It goes into error lines: it must not quote the body.
    pub fn body(fault: impl fmt::Display) -> Self {
        Self { place: "the body".to_owned(), fault: fault.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_that_could_change_the_path_are_refused() {
        for bad in ["", ".", "..", "a/b", "a\\b", "a%2fb", "a?b", "a#b", "a b", "a;b", "é", "a\n"] {
            let mut path = Path::new("");
            path.push("v2").push(bad);
            assert!(path.finish().is_err(), "{bad:?}");
        }
        let mut path = Path::new("/prefix");
        path.push("v2").push("...").push("a-b_c.d~e:f@g");
        assert_eq!(path.finish().unwrap().finish(), "/prefix/v2/.../a-b_c.d~e:f@g");
    }

    #[test]
    fn the_first_bad_segment_is_named_and_escaped() {
        let mut path = Path::new("");
        path.push("a\n").push("b/");
        let message = path.finish().unwrap_err().to_string();
        assert!(message.starts_with(r#"path segment "a\n": only"#), "{message}");
    }

    #[test]
    fn queries_are_escaped() {
        let mut query = Query { text: "/p".to_owned(), is_empty: true };
        query.push("a", "1 & 2").push("é", "=");
        assert_eq!(query.finish(), "/p?a=1%20%26%202&%C3%A9=%3D");
    }
}
