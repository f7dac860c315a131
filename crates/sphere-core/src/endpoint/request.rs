//! One request of an operation as plain data: path, query, headers and body.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::{Multipart, PrivateTexts};
use crate::transport::RequestBody;
use crate::values::path_segment;

/// Everything but the unreserved characters of RFC 3986, section 2.3 is escaped in a query.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Headers that the SDK writes itself.
const OURS: [HeaderName; 8] = [
    header::AUTHORIZATION,
    header::ACCEPT,
    header::USER_AGENT,
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::HOST,
    HeaderName::from_static("idempotency-key"),
];

/// One request of an operation: where it goes below the base URL, and what it carries.
///
/// `Debug` shows header names and the body's length only: path, query and body may hold personal data.
///
/// # Example
///
/// ```
/// use sphere_core::endpoint::{ApiRequest, Multipart};
///
/// // GET /v2/customer?page=2&email=ada%40example.com
/// let page = ApiRequest::to(["v2", "customer"])?.query("page", 2).query("email", "ada@example.com");
///
/// // POST /v2/customer with a JSON body
/// let create = ApiRequest::to(["v2", "customer"])?.json(&serde_json::json!({ "type": "individual" }))?;
///
/// // POST /v2/document with a file
/// let form = Multipart::new().text("type", "passport").file("file", "passport.png", "image/png", "…");
/// let upload = ApiRequest::to(["v2", "document"])?.multipart(form)?;
/// # Ok::<(), sphere_core::endpoint::InvalidRequest>(())
/// ```
#[derive(Clone)]
pub struct ApiRequest {
    parts: RequestParts,
}

/// What [`ApiRequest`] is made of.
#[derive(Clone)]
pub(crate) struct RequestParts {
    /// `/` and a segment, for each segment.
    pub(crate) path: String,
    /// `?name=value&…`, or empty.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) accept: HeaderValue,
    pub(crate) content_type: Option<HeaderValue>,
    pub(crate) body: RequestBody,
    pub(crate) private: PrivateTexts,
}

impl ApiRequest {
    /// A request to the path of these segments, without query and body; `accept` is `application/json`.
    ///
    /// A segment is one or more of `A-Z a-z 0-9 - . _ ~ : @`, and neither `.` nor `..`. Anything else is
    /// refused rather than percent-encoded, since gateways decode before they route.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] with the place of the first bad segment.
    pub fn to<'a>(segments: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidRequest> {
        let mut path = String::with_capacity(96);
        for (index, segment) in segments.into_iter().enumerate() {
            if let Err(fault) = path_segment::validate(segment) {
                return Err(InvalidRequest::new(format!("path segment {}", index + 1), fault));
            }
            path.push('/');
            path.push_str(segment);
        }
        Ok(Self {
            parts: RequestParts {
                path,
                query: String::new(),
                headers: HeaderMap::new(),
                accept: HeaderValue::from_static("application/json"),
                content_type: None,
                body: RequestBody::empty(),
                private: PrivateTexts::default(),
            },
        })
    }

    /// Adds `name=value` to the query. Both may be any text; they are percent-encoded.
    // By value, so that a caller writes `query("page", 2)`.
    #[allow(clippy::needless_pass_by_value)]
    pub fn query(mut self, name: &str, value: impl ToString) -> Self {
        let query = &mut self.parts.query;
        query.push(if query.is_empty() { '?' } else { '&' });
        query.extend(utf8_percent_encode(name, ESCAPED));
        query.push('=');
        let value = value.to_string();
        query.extend(utf8_percent_encode(&value, ESCAPED));
        self.parts.private.add_member(name, &value);
        self
    }

    /// Adds a header. One of the same name stays.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] if it is a header that the SDK writes itself, such as `authorization`.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Result<Self, InvalidRequest> {
        if OURS.contains(&name) {
            return Err(InvalidRequest::new(format!("header {name}"), "is written by the SDK itself"));
        }
        self.parts.headers.append(name, value);
        Ok(self)
    }

    /// Asks for this media type instead of `application/json`.
    pub fn accept(mut self, media_type: HeaderValue) -> Self {
        self.parts.accept = media_type;
        self
    }

    /// Gives it a JSON body.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] if the value cannot be written as JSON, such as a map whose keys are not text.
    pub fn json(self, value: &impl Serialize) -> Result<Self, InvalidRequest> {
        let bytes = serde_json::to_vec(value)
            // serde's message may quote the value.
            .map_err(|_| InvalidRequest::new("body", "cannot be written as JSON"))?;
        Ok(self.json_bytes(bytes))
    }

    /// Gives it a JSON body that was written before.
    pub(crate) fn json_bytes(mut self, bytes: Vec<u8>) -> Self {
        let bytes = Bytes::from(bytes);
        self.parts.private.set_json(bytes.clone());
        self.bytes(HeaderValue::from_static("application/json"), bytes)
    }

    /// Gives it a body of these bytes.
    pub fn bytes(mut self, content_type: HeaderValue, bytes: impl Into<Bytes>) -> Self {
        self.parts.content_type = Some(content_type);
        self.parts.body = bytes.into().into();
        self
    }

    /// Gives it a form as its body (`multipart/form-data`; RFC 7578).
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] if a part's content type is not one that HTTP allows.
    pub fn multipart(mut self, form: Multipart) -> Result<Self, InvalidRequest> {
        let (content_type, body, private) = form.encode()?;
        self.parts.private.append(private);
        self.parts.content_type = Some(content_type);
        self.parts.body = body;
        Ok(self)
    }

    /// Hides this text in error lines, should the server quote it; whatever its case, from four characters on.
    ///
    /// Values of the query, strings and numbers of a JSON body, and texts and file names of a form are hidden anyway,
    /// but for members that hold ids or words of the contract (`type`, `documentType`, `targetId` and the like).
    pub fn private(mut self, text: &str) -> Self {
        self.parts.private.add(text);
        self
    }

    /// The texts that error lines hide, longer ones first.
    pub(crate) fn private_texts(&self) -> Vec<String> {
        self.parts.private.longest_first()
    }

    pub(crate) fn into_parts(self) -> RequestParts {
        self.parts
    }
}

impl fmt::Debug for ApiRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.parts.headers.keys().map(HeaderName::as_str).collect();
        f.debug_struct("ApiRequest")
            .field("headers", &names)
            .field("content_type", &self.parts.content_type.is_some())
            .field("body", &self.parts.body)
            .finish_non_exhaustive()
    }
}

/// Error for a request that cannot be sent: which part of it, and what is wrong with it. Never the value.
///
/// # Example
///
/// ```
/// use sphere_core::endpoint::{ApiRequest, InvalidRequest};
///
/// let error = ApiRequest::to(["v2", "customer", "a/b"]).unwrap_err();
/// assert_eq!(error.field(), "path segment 3");
/// assert_eq!(error.to_string(), "path segment 3 has '/' at position 2; only A-Z a-z 0-9 - . _ ~ : @ are allowed");
///
/// let error = InvalidRequest::new("email", "is longer than 254 characters");
/// assert_eq!(error.to_string(), "email is longer than 254 characters");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {fault}")]
pub struct InvalidRequest {
    field: Cow<'static, str>,
    fault: String,
}

impl InvalidRequest {
    /// Names the field and says what is wrong with it. Both go into error lines: they must not quote the value.
    pub fn new(field: impl Into<Cow<'static, str>>, fault: impl fmt::Display) -> Self {
        Self { field: field.into(), fault: fault.to_string() }
    }

    /// The part of the request that is wrong.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What is wrong with it.
    pub fn fault(&self) -> &str {
        &self.fault
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_that_could_change_the_path_are_refused() {
        for bad in ["", ".", "..", "a/b", "a\\b", "a%2fb", "a?b", "a#b", "a b", "a;b", "é", "a\n"] {
            let error = ApiRequest::to(["v2", bad]).unwrap_err();
            assert_eq!(error.field(), "path segment 2", "{bad:?}");
        }
        let request = ApiRequest::to(["v2", "...", "a-b_c.d~e:f@g"]).unwrap();
        assert_eq!(request.parts.path, "/v2/.../a-b_c.d~e:f@g");
    }

    #[test]
    fn queries_are_escaped() {
        let request = ApiRequest::to(["p"]).unwrap().query("a", "1 & 2").query("é", "=").query("n", 7);
        assert_eq!(request.parts.query, "?a=1%20%26%202&%C3%A9=%3D&n=7");
    }

    #[test]
    fn headers_of_the_sdk_are_refused() {
        let request = || ApiRequest::to(["p"]).unwrap();
        for ours in [
            "authorization",
            "accept",
            "user-agent",
            "content-type",
            "content-length",
            "transfer-encoding",
            "host",
            "idempotency-key",
        ] {
            let error = request()
                .header(HeaderName::from_static(ours), HeaderValue::from_static("canary"))
                .unwrap_err();
            assert_eq!(error.to_string(), format!("header {ours} is written by the SDK itself"));
        }
        let other = HeaderName::from_static("x-other");
        let value = HeaderValue::from_static("1");
        assert!(request().header(other, value).is_ok());
    }

    #[test]
    fn invalid_json_values_are_refused_without_quoting() {
        let map = std::collections::BTreeMap::from([((1, 2), "canary")]);
        let error = ApiRequest::to(["p"]).unwrap().json(&map).unwrap_err();
        assert_eq!(error.to_string(), "body cannot be written as JSON");
    }

    #[test]
    fn debug_shows_neither_path_nor_query_nor_body() {
        let request = ApiRequest::to(["canary"]).unwrap().query("canary", "canary").json(&"canary").unwrap();
        let shown = format!("{request:?}");
        assert!(!shown.contains("canary") && shown.contains("8 bytes"), "{shown}");
    }
}
