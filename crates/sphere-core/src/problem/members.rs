//! Finding the members of an error body: one pass that keeps the raw value of each member that we know.
//!
//! A value is read only after it was found whole, so that one with the wrong type, a lone surrogate (`"\ud800"`) or a
//! number out of range costs itself and nothing after it.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::json;

/// The members that SpherePay's error shapes have. Of a name that occurs twice, the first.
#[derive(Default)]
pub(super) struct Members<'a> {
    pub(super) title: Option<&'a RawValue>,
    pub(super) status: Option<&'a RawValue>,
    pub(super) detail: Option<&'a RawValue>,
    pub(super) code: Option<&'a RawValue>,
    pub(super) correlation_id: Option<&'a RawValue>,
    pub(super) errors: Option<&'a RawValue>,
    pub(super) error: Option<&'a RawValue>,
    pub(super) ts: Option<&'a RawValue>,
    pub(super) ok: Option<&'a RawValue>,
    pub(super) object: Option<&'a RawValue>,
    pub(super) status_code: Option<&'a RawValue>,
    pub(super) message: Option<&'a RawValue>,
    pub(super) request: Option<&'a RawValue>,
    /// One of them occurs twice.
    pub(super) has_duplicates: bool,
    /// The text is one JSON object to its end.
    pub(super) is_whole: bool,
}

impl<'a> Members<'a> {
    /// Finds them in the text of an object. If the JSON breaks off, the members before that are kept.
    pub(super) fn read(text: &'a str) -> Self {
        let mut found = Self::default();
        found.is_whole = json::members(text, |name, value| {
            let slot = match &*name {
                "title" => &mut found.title,
                "status" => &mut found.status,
                "detail" => &mut found.detail,
                "code" => &mut found.code,
                "correlationId" => &mut found.correlation_id,
                "errors" => &mut found.errors,
                "error" => &mut found.error,
                "ts" => &mut found.ts,
                "ok" => &mut found.ok,
                "object" => &mut found.object,
                "statusCode" => &mut found.status_code,
                "message" => &mut found.message,
                "request" => &mut found.request,
                _ => return,
            };
            found.has_duplicates |= slot.is_some();
            slot.get_or_insert(value);
        })
        .is_ok();
        found
    }
}

/// The body as text, if it begins as an object. A byte order mark before it is skipped (RFC 8259, section 8.1).
pub(super) fn object_text(body: &[u8]) -> Option<Cow<'_, str>> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    (body.trim_ascii_start().first() == Some(&b'{')).then(|| lossy_text(body))
}

/// The body as text, with a `?` for bytes that are not UTF-8. Unlike U+FFFD it never takes more room than they did, so
/// that no body makes us allocate more than its own size.
fn lossy_text(body: &[u8]) -> Cow<'_, str> {
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
