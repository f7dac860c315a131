//! A time as the server wrote it, readable or not.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Timestamp;
use crate::text;

/// A time in the words of the server: its exact text, and the instant if the text is RFC 3339.
///
/// A time that cannot be read must not lose the response that it came with, so no text is refused. Serialized as the
/// exact text. Compared by text, since two texts without an instant cannot be compared otherwise; compare
/// [`timestamp`](Self::timestamp)s for instants.
///
/// # Example
///
/// ```
/// use sphere_core::TimeText;
///
/// let time = TimeText::new("9999-12-31T23:59:59.000000000001Z");
/// assert_eq!(time.as_str(), "9999-12-31T23:59:59.000000000001Z");
/// assert_eq!(time.timestamp().map(|timestamp| timestamp.unix_seconds()), Some(253_402_300_799));
///
/// let time = TimeText::new("in 15 minutes");
/// assert_eq!(time.as_str(), "in 15 minutes");
/// assert_eq!(time.timestamp(), None);
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct TimeText {
    text: String,
    timestamp: Option<Timestamp>,
}

impl TimeText {
    /// Keeps a text, and reads it if it is RFC 3339.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let timestamp = text.parse().ok();
        Self { text, timestamp }
    }

    /// The exact text. It may hold anything: `Display` shows it safely.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The instant, if the text is an RFC 3339 date and time.
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.timestamp
    }
}

impl From<String> for TimeText {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<TimeText> for String {
    fn from(time: TimeText) -> Self {
        time.text
    }
}

impl From<Timestamp> for TimeText {
    fn from(timestamp: Timestamp) -> Self {
        Self { text: timestamp.to_string(), timestamp: Some(timestamp) }
    }
}

/// Shows at most 64 characters of the text, with characters escaped that could reorder or hide text.
impl fmt::Display for TimeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = String::new();
        text::push(&mut shown, &self.text, 64, "");
        f.write_str(&shown)
    }
}

/// Shows the instant, or only the length of a text without one: a server may quote the request in it.
impl fmt::Debug for TimeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.timestamp {
            Some(timestamp) => timestamp.fmt(f),
            None => write!(f, "TimeText(not RFC 3339, {} bytes)", self.text.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serde_keeps_the_exact_text() {
        for text in ["2026-03-09T21:46:31.3050+01:00", "soon", ""] {
            let json = serde_json::to_string(text).unwrap();
            let time: TimeText = serde_json::from_str(&json).unwrap();
            assert_eq!(time.as_str(), text);
            assert_eq!(serde_json::to_string(&time).unwrap(), json);
        }
    }

    #[test]
    fn a_timestamp_is_its_own_text() {
        let timestamp: Timestamp = "2026-03-09T20:46:31Z".parse().unwrap();
        let time = TimeText::from(timestamp);
        assert_eq!((time.as_str(), time.timestamp()), ("2026-03-09T20:46:31Z", Some(timestamp)));
        assert_eq!(TimeText::new(time.as_str()), time);
    }

    #[test]
    fn display_is_safe_and_debug_shows_no_text() {
        let time = TimeText::new(format!("canary\n{}", "x".repeat(100)));
        assert_eq!(time.to_string(), format!("canary\\n{}…", "x".repeat(56)));
        assert_eq!(format!("{time:?}"), "TimeText(not RFC 3339, 107 bytes)");
        assert_eq!(format!("{:?}", TimeText::new("2026-03-09T21:46:31+01:00")), "2026-03-09T20:46:31Z");
    }
}
