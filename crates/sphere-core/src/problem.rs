//! What the server says went wrong: any status, any headers, any bytes in; an [`ApiError`] out. Reading one
//! cannot fail and loses nothing.
//!
//! Three shapes are understood, and every mixture of them, since each member is judged alone:
//!
//! | shape | members |
//! | --- | --- |
//! | problem details (the contract, after RFC 9457) | `title` `status` `detail` `code` `correlationId` `errors` |
//! | v2 of 2025 | `error`: a map from a field to its messages, or from `general` to one |
//! | v1 envelope | `statusCode` `message` `request`, and `error`: such a map, or a code |
//!
//! All else is kept raw.

mod contract;
mod retry_after;
mod text;

use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::value::RawValue;

use crate::json;
use crate::transport::HeaderNames;
use retry_after::retry_after;
use text::Text;

/// Field errors beyond this many are left in the raw body: each takes more than 100 bytes of memory, and two
/// bytes of a body are enough to ask for one.
const MOST_FIELD_ERRORS: usize = 100;

/// An answer with a status other than 2xx.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use http::{HeaderMap, StatusCode};
/// use sphere_core::problem::ApiError;
///
/// let body = br#"{"status":404,"detail":"Resource not found","code":"resource/not-found","hint":7}"#;
/// let error = ApiError::parse(StatusCode::NOT_FOUND, HeaderMap::new(), &body[..], Duration::ZERO);
/// assert_eq!(error.problem().code(), Some("resource/not-found"));
/// assert_eq!(error.member("hint").as_deref(), Some("7"));
///
/// let error = ApiError::parse(StatusCode::BAD_GATEWAY, HeaderMap::new(), &b"<html>"[..], Duration::ZERO);
/// assert_eq!(error.status(), 502);
/// assert_eq!(error.body(), &b"<html>"[..]);
/// ```
#[derive(Clone)]
pub struct ApiError {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    problem: ProblemDetails,
    retry_after: Option<Duration>,
}

impl ApiError {
    /// Reads an answer. Total: there is no status, header or body that it cannot take.
    ///
    /// `Retry-After` is cut at `max_retry_after`.
    pub fn parse(
        status: StatusCode,
        headers: HeaderMap,
        body: impl Into<Bytes>,
        max_retry_after: Duration,
    ) -> Self {
        let body = body.into();
        let problem = ProblemDetails::parse(&body);
        let retry_after = retry_after(&headers, max_retry_after);
        Self { status, headers, body, problem, retry_after }
    }

    /// The HTTP status. It decides what kind of error this is, whatever the body says.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body's bytes as they came. They may quote what was sent: think before you log them.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// What could be understood of the body.
    pub fn problem(&self) -> &ProblemDetails {
        &self.problem
    }

    /// How long the server asks to wait, cut at the cap given to [`Self::parse`].
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
        if let Some(text) = object(&self.body) {
            // What stands before a break is kept.
            let _ = json::members(&text, |name, value| {
                members.push((name.into_owned(), value.get().to_owned()));
            });
        }
        members
    }

    /// SHIM until the parser brings it.
    pub fn is_from_spherepay(&self) -> bool {
        self.problem.detail().is_some() && self.problem.status() == Some(self.status.as_u16())
    }
}

/// Shows status, header names, what was understood and the body's length; not the body, which may quote
/// what was sent.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("status", &self.status)
            .field("headers", &HeaderNames(&self.headers))
            .field("body_bytes", &self.body.len())
            .field("problem", &self.problem)
            .field("retry_after", &self.retry_after)
            .finish()
    }
}

/// Problem details (RFC 9457, with SpherePay's extensions): each member is there if the body has it and it
/// is of the right type.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ProblemDetails {
    title: Option<Text>,
    status: Option<u16>,
    detail: Option<Text>,
    code: Option<Text>,
    correlation_id: Option<Text>,
    errors: Vec<FieldError>,
}

impl ProblemDetails {
    fn parse(body: &Bytes) -> Self {
        object(body)
            .map(|text| contract::read(&text, body).unwrap_or_else(|| Self::tolerant(&text, body)))
            .unwrap_or_default()
    }

    /// Reads member by member whatever can be read.
    fn tolerant(text: &str, body: &Bytes) -> Self {
        let mut problem = Self::default();
        let first = |slot: &mut Option<Text>, value| first(slot, value, body);
        let (mut message, mut general, mut error_code) = (None, None, None);
        let _ = json::members(text, |name, value| match &*name {
            "title" => first(&mut problem.title, value),
            "detail" => first(&mut problem.detail, value),
            "message" => first(&mut message, value),
            "code" => first(&mut problem.code, value),
            "correlationId" | "request" => first(&mut problem.correlation_id, value),
            "status" | "statusCode" => {
                problem.status = problem.status.or_else(|| value.get().parse().ok());
            }
            "errors" => json::elements(value, |element| {
                if problem.errors.len() >= MOST_FIELD_ERRORS {
                    return ControlFlow::Break(());
                }
                problem.errors.extend(FieldError::parse(element, body));
                ControlFlow::Continue(())
            }),
            "error" => {
                first(&mut error_code, value);
                read_error_map(value, body, &mut general, &mut problem.errors);
            }
            _ => {}
        });
        problem.detail = problem.detail.or(message).or(general);
        problem.code = problem.code.or(error_code);
        problem
    }

    /// A short summary of the kind of problem.
    pub fn title(&self) -> Option<&str> {
        self.title.as_ref().map(Text::as_str)
    }

    /// The status that the body claims. The HTTP status wins.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// What went wrong this time, in the server's words (`detail`; `message` or `error.general` in older
    /// shapes).
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_ref().map(Text::as_str)
    }

    /// The machine-readable code, such as `validation/failed` or `resource/not-found`. An open set.
    pub fn code(&self) -> Option<&str> {
        self.code.as_ref().map(Text::as_str)
    }

    /// The id that SpherePay's support asks for (`correlationId`; `request` in the v1 envelope).
    pub fn correlation_id(&self) -> Option<&str> {
        self.correlation_id.as_ref().map(Text::as_str)
    }

    /// What is wrong with single fields, at most 100 of them.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// Shows the status and which members there are, not their text: a server may quote what was sent.
impl fmt::Debug for ProblemDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProblemDetails")
            .field("title", &self.title.is_some())
            .field("status", &self.status)
            .field("detail", &self.detail.is_some())
            .field("code", &self.code.is_some())
            .field("correlation_id", &self.correlation_id.is_some())
            .field("errors", &self.errors)
            .finish()
    }
}

/// One fault of one field.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FieldError {
    detail: Text,
    pointer: Option<Text>,
    parameter: Option<Text>,
    header: Option<Text>,
}

impl FieldError {
    fn parse(value: &RawValue, body: &Bytes) -> Option<Self> {
        let mut detail = None;
        let mut error = Self::default();
        let first = |slot: &mut Option<Text>, value| first(slot, value, body);
        let _ = json::members(value.get(), |name, value| match &*name {
            "detail" => first(&mut detail, value),
            "pointer" => first(&mut error.pointer, value),
            "parameter" => first(&mut error.parameter, value),
            "header" => first(&mut error.header, value),
            _ => {}
        });
        let says_something = detail.is_some()
            || error.pointer.is_some()
            || error.parameter.is_some()
            || error.header.is_some();
        error.detail = detail.unwrap_or_default();
        says_something.then_some(error)
    }

    /// What is wrong, in the server's words; empty if it named only the place.
    pub fn detail(&self) -> &str {
        self.detail.as_str()
    }

    /// The place in the request's body, as a JSON Pointer (RFC 6901) such as `/email`. For the older shapes,
    /// which name a field only, the pointer to that field.
    pub fn pointer(&self) -> Option<&str> {
        self.pointer.as_ref().map(Text::as_str)
    }

    /// The query or path parameter.
    pub fn parameter(&self) -> Option<&str> {
        self.parameter.as_ref().map(Text::as_str)
    }

    /// The request header.
    pub fn header(&self) -> Option<&str> {
        self.header.as_ref().map(Text::as_str)
    }
}

/// Shows which members there are, not their text: a server may quote what was sent.
impl fmt::Debug for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FieldError")
            .field("pointer", &self.pointer.is_some())
            .field("parameter", &self.parameter.is_some())
            .field("header", &self.header.is_some())
            .finish_non_exhaustive()
    }
}

/// The older shapes' `error`: `{"information": ["Required"]}` or `{"general": "Customer not found"}`.
fn read_error_map(value: &RawValue, body: &Bytes, general: &mut Option<Text>, errors: &mut Vec<FieldError>) {
    let _ = json::members(value.get(), |field, messages| {
        let mut each = |message: &RawValue| {
            let Some(message) = json::string(message) else { return ControlFlow::Continue(()) };
            if field == "general" {
                general.get_or_insert_with(|| Text::of(body, message));
                return ControlFlow::Break(());
            }
            if errors.len() >= MOST_FIELD_ERRORS {
                return ControlFlow::Break(());
            }
            let detail = Text::of(body, message);
            errors.push(FieldError {
                detail,
                pointer: Some(pointer_to(&field).into()),
                ..FieldError::default()
            });
            ControlFlow::Continue(())
        };
        // One message by itself, or a list of them.
        if each(messages).is_continue() {
            json::elements(messages, each);
        }
    });
}

/// RFC 6901, section 3.
fn pointer_to(field: &str) -> String {
    format!("/{}", field.replace('~', "~0").replace('/', "~1"))
}

/// Fills the slot unless an earlier member of that name has, or the value is no string.
fn first(slot: &mut Option<Text>, value: &RawValue, body: &Bytes) {
    if slot.is_none() {
        *slot = json::string(value).map(|text| Text::of(body, text));
    }
}

/// The body as text, if it begins as an object.
fn object(body: &[u8]) -> Option<Cow<'_, str>> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    (body.trim_ascii_start().first() == Some(&b'{')).then(|| readable(body))
}

/// The body as text. A `?` stands for bytes that are not UTF-8: unlike U+FFFD it never takes more room than
/// they did, so that no body makes us allocate more than its own size.
fn readable(body: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(body) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(body.len());
    for chunk in body.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push('?');
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests;
