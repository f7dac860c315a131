//! A response with a status other than 2xx, with all that could be understood of it.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::details::ProblemDetails;
use super::members::{Members, object_text};
use super::retry_after::retry_after;
use super::shape::is_documented;
use crate::json::scan;
use crate::transport::KeptHeaders;

/// A response with a status other than 2xx.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use http::{HeaderMap, StatusCode};
/// use sphere_core::problem::ApiError;
///
/// let body = br#"{"status":404,"detail":"Resource not found","code":"resource/not-found","hint":7}"#;
/// let error = ApiError::parse(StatusCode::NOT_FOUND, &HeaderMap::new(), &body[..], Duration::ZERO);
/// assert_eq!(error.problem().code(), Some("resource/not-found"));
/// assert_eq!(error.member("hint").as_deref(), Some("7"));
/// assert!(error.is_from_spherepay());
///
/// let error = ApiError::parse(StatusCode::BAD_GATEWAY, &HeaderMap::new(), &b"<html>"[..], Duration::ZERO);
/// assert_eq!(error.status(), 502);
/// assert_eq!(error.body(), &b"<html>"[..]);
/// assert!(!error.is_from_spherepay());
/// ```
#[derive(Clone)]
pub struct ApiError {
    status: StatusCode,
    headers: KeptHeaders,
    body: Bytes,
    problem: ProblemDetails,
    is_from_spherepay: bool,
    retry_after: Option<Duration>,
}

impl ApiError {
    /// Reads a response. Never fails: every status, header and body is accepted.
    ///
    /// `Retry-After` is cut at `max_retry_after`.
    pub fn parse(
        status: StatusCode,
        headers: &HeaderMap,
        body: impl Into<Bytes>,
        max_retry_after: Duration,
    ) -> Self {
        let body = body.into();
        let text = object_text(&body);
        let members = Members::read(text.as_deref().unwrap_or_default());
        let problem = ProblemDetails::from_members(&members);
        // Neither invalid UTF-8 nor a byte order mark is JSON (RFC 8259, section 8.1).
        let is_unchanged = matches!(&text, Some(Cow::Borrowed(text)) if text.len() == body.len());
        let is_from_spherepay = is_unchanged && members.is_whole && is_documented(&members, status);
        let retry_after = retry_after(headers, max_retry_after);
        let headers = KeptHeaders::new(headers);
        Self { status, headers, body, problem, is_from_spherepay, retry_after }
    }

    /// The HTTP status. It decides what kind of error this is, whatever the body says.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers: a map that is made for the caller.
    pub fn headers(&self) -> HeaderMap {
        self.headers.to_map()
    }

    pub(crate) fn kept_headers(&self) -> &KeptHeaders {
        &self.headers
    }

    /// The body's bytes as they came. They may quote the request: be careful where you log them.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// What could be understood of the body.
    pub fn problem(&self) -> &ProblemDetails {
        &self.problem
    }

    /// Whether the body is SpherePay's own word and not that of a gateway in between: one complete, valid JSON object
    /// in one of the documented error shapes, and every status in it is the HTTP status.
    ///
    /// | shape | what it must have |
    /// | --- | --- |
    /// | problem details | `status`, an integer; `detail`, a string |
    /// | v2 of 2025 | `ts`, a string; `error`, an object with at least one member, each a string or a list of one or more strings |
    /// | v1 envelope | `ok`, `false`; `object`, `"error"`; `statusCode`, an integer; `error`, a string or an object |
    ///
    /// False for HTML, an empty body, JSON that is cut off or has something after it, and any other JSON. False as
    /// well if a member that these shapes name occurs twice: parsers do not agree on what that means
    /// (RFC 8259, section 4). This judges the shape only, not whether SpherePay would use this status.
    pub fn is_from_spherepay(&self) -> bool {
        self.is_from_spherepay
    }

    /// How long the server asks to wait, cut at the limit given to [`Self::parse`].
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The first top-level member of the body with this name, known or not, as JSON text.
    pub fn member(&self, name: &str) -> Option<String> {
        self.members().into_iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    /// Every top-level member of the body, known or not, in order, with its value as JSON text. Empty if
    /// the body is not a JSON object.
    pub fn members(&self) -> Vec<(String, String)> {
        let mut members = Vec::new();
        if let Some(text) = object_text(&self.body) {
            // If the JSON breaks off, the members before that are kept.
            let _ = scan::members(&text, |name, value| {
                members.push((name.into_owned(), value.get().to_owned()));
            });
        }
        members
    }
}

/// Shows status, header names, which members were understood and the body's length; not the body, which may quote
/// the request.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .field("problem", &self.problem)
            .field("is_from_spherepay", &self.is_from_spherepay)
            .field("retry_after", &self.retry_after)
            .finish()
    }
}

#[cfg(test)]
mod tests;
