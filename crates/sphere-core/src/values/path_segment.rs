//! The one check of a path segment: nothing in it can change the path.

use std::fmt;

/// Why a path segment is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SegmentFault {
    Empty,
    Dots,
    Character { found: char, position: usize },
}

/// A segment is one or more of the unreserved characters of RFC 3986, section 2.3, `:` and `@`, and neither
/// `.` nor `..`.
pub(crate) fn validate(segment: &str) -> Result<(), SegmentFault> {
    match segment {
        "" => return Err(SegmentFault::Empty),
        "." | ".." => return Err(SegmentFault::Dots),
        _ => {}
    }
    let is_allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'@');
    // All bytes before the first one that is not allowed are ASCII, so they count as characters too.
    let Some(index) = segment.bytes().position(|byte| !is_allowed(byte)) else { return Ok(()) };
    let found = segment.get(index..).and_then(|rest| rest.chars().next()).unwrap_or_default();
    Err(SegmentFault::Character { found, position: index + 1 })
}

impl fmt::Display for SegmentFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty"),
            Self::Dots => f.write_str("is `.` or `..`"),
            Self::Character { found, position } => {
                write!(f, "has {found:?} at position {position}; only A-Z a-z 0-9 - . _ ~ : @ are allowed")
            }
        }
    }
}
