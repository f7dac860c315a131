//! Finding the members of an error body: one pass that keeps the raw value of each member that we know.
//!
//! A value is read only after it was found whole, so that one with the wrong type, a lone surrogate (`"\ud800"`) or a
//! number out of range costs itself and nothing after it.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::json::Object;

/// The members that SpherePay's error shapes have.
const KNOWN: [&str; 13] = [
    "title",
    "status",
    "detail",
    "code",
    "correlationId",
    "errors",
    "error",
    "ts",
    "ok",
    "object",
    "statusCode",
    "message",
    "request",
];

/// The known members of an error body.
pub(super) struct Members<'a> {
    object: Object<'a>,
    /// One of them occurs twice.
    pub(super) has_duplicates: bool,
    /// The text is one JSON object to its end.
    pub(super) is_whole: bool,
}

impl<'a> Members<'a> {
    /// Finds them in the text of an object. If the JSON breaks off, the members before that are kept.
    pub(super) fn read(text: &'a str) -> Self {
        let (object, whole, has_duplicates) = Object::parse_known(text, &KNOWN);
        Self { object, has_duplicates, is_whole: whole.is_ok() }
    }

    /// The member of this name; of several, the first.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.object.raw(name)
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
