//! Where a request goes below the base URL: path and query, written piece by piece.

use std::fmt::Write as _;

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
    // Every byte, without stopping at the first bad one, which hardly ever comes: so there is no branch.
    !matches!(segment, "" | "." | "..")
        && segment.bytes().fold(true, |safe, byte| safe & SAFE[usize::from(byte)])
}

/// What may stand in a segment: the unreserved characters of RFC 3986, section 2.3, `:` and `@`.
static SAFE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        table[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'@');
        byte += 1;
    }
    table
};

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
