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
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | ':' | '@');
    match segment.chars().enumerate().find(|(_, c)| !allowed(*c)) {
        Some((index, found)) => Err(SegmentFault::Character { found, position: index + 1 }),
        None => Ok(()),
    }
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
