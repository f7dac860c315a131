//! A piece of a body that is text: kept as a part of the body where it stands there as it is, so that reading an
//! error copies nothing.

use std::borrow::Cow;

use bytes::Bytes;

/// Always UTF-8.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Text(Bytes);

impl Text {
    /// A text that was read from `body`.
    pub(super) fn of(body: &Bytes, text: Cow<'_, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Self(part(body, text.as_bytes())),
            Cow::Owned(text) => Self(text.into()),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

/// The bytes as a part of the body if they lie in it. `Bytes::slice_ref` panics if they do not, and a body that
/// is not UTF-8 is read from a mended copy.
fn part(body: &Bytes, bytes: &[u8]) -> Bytes {
    let start = bytes.as_ptr().addr().checked_sub(body.as_ptr().addr());
    match start.and_then(|start| Some(start..start.checked_add(bytes.len())?)) {
        Some(place) if place.end <= body.len() => body.slice(place),
        _ => Bytes::copy_from_slice(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_body_is_not_copied() {
        let body = Bytes::from("{\"a\":\"text\"}");
        let inside = std::str::from_utf8(&body[6..10]).unwrap();
        let text = Text::of(&body, inside.into());
        assert_eq!((text.as_str(), text.0.as_ptr()), ("text", inside.as_ptr()));
        let elsewhere = Text::of(&body, "text".into());
        assert!(text == elsewhere && elsewhere.0.as_ptr() != inside.as_ptr());
        assert_eq!(Text::of(&body, String::from("é").into()).as_str(), "é");
        assert_eq!(Text::of(&Bytes::new(), "".into()).as_str(), "");
    }
}
