//! Reading a successful answer.

use std::fmt::{self, Write as _};

use http::{StatusCode, header};
use serde::Deserialize;

use crate::transport::TransportResponse;

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
