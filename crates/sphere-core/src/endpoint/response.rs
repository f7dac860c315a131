//! The response to a request that succeeded, and reading it.

use std::fmt::Write as _;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json::{DecodeError, Object};
use crate::transport::TransportResponse;

/// The response to a request that succeeded: a 2xx status, headers and the whole body.
#[derive(Debug)]
pub struct ApiResponse<'a> {
    response: &'a TransportResponse,
}

impl<'a> ApiResponse<'a> {
    pub(crate) fn new(response: &'a TransportResponse) -> Self {
        Self { response }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The headers.
    pub fn headers(&self) -> &'a HeaderMap {
        self.response.headers()
    }

    /// The body's bytes.
    pub fn body(&self) -> &'a Bytes {
        self.response.body()
    }

    /// Reads the body as a JSON object, into a struct that derives `Deserialize`.
    ///
    /// The content type is not demanded, only named if the body turns out to be something else: a request
    /// that was processed is not lost because a gateway labelled its response wrongly.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the body is not a JSON object or lacks what `T` needs. It says where, never what
    /// was there.
    pub fn json<T: Deserialize<'a>>(&self) -> Result<T, DecodeError> {
        serde_json::from_str(self.object_text()?).map_err(|error| self.fault(&error))
    }

    /// Reads the body as a JSON object whose members are then read one by one.
    ///
    /// # Errors
    ///
    /// As [`Self::json`].
    pub fn object(&self) -> Result<Object<'a>, DecodeError> {
        let (object, whole) = Object::parse(self.object_text()?);
        whole.map(|()| object).map_err(|error| self.fault(&error))
    }

    /// Reads the body as a JSON array, whole and not read further.
    ///
    /// # Errors
    ///
    /// As [`Self::json`], of an array.
    pub(crate) fn array(&self) -> Result<&'a RawValue, DecodeError> {
        let text = self.text(b'[', "is not a JSON array")?;
        serde_json::from_str(text).map_err(|error| self.fault(&error))
    }

    fn object_text(&self) -> Result<&'a str, DecodeError> {
        // A derived struct would also accept an array, and read the fields of something else by position.
        self.text(b'{', "is not a JSON object")
    }

    fn text(&self, first: u8, otherwise: &str) -> Result<&'a str, DecodeError> {
        // A parser may ignore a byte order mark (RFC 8259, section 8.1).
        let body = self.body().strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.body());
        if body.trim_ascii_start().first() != Some(&first) {
            return Err(DecodeError::body(format!("{otherwise}{}", self.labels())));
        }
        // JSON is UTF-8 (RFC 8259, section 8.1).
        std::str::from_utf8(body).map_err(|error| {
            let (at, labels) = (error.valid_up_to() + 1, self.labels());
            DecodeError::body(format!("is not valid JSON: no UTF-8 at byte {at}{labels}"))
        })
    }

    fn fault(&self, error: &serde_json::Error) -> DecodeError {
        // serde's message may quote what it found, which may be a link: only its place is kept.
        let what = match error.classify() {
            serde_json::error::Category::Eof => "ends early",
            serde_json::error::Category::Data => "lacks a member or has one of the wrong type",
            _ => "is not valid JSON",
        };
        let (line, column) = (error.line(), error.column());
        DecodeError::body(format!("{what}, at line {line} column {column}{}", self.labels()))
    }

    /// What the headers say about the body, where that may explain why it cannot be read. Only well-known
    /// values are quoted: a server can write anything there, the key that it was sent included.
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
