//! A point in time as the API writes it.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A point in time: RFC 3339 in and out, and to and from [`SystemTime`].
///
/// Any offset is read, and `Z` is written.
///
/// # Example
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use sphere_core::Timestamp;
///
/// let expiry: Timestamp = "2026-03-09T20:46:31.305Z".parse()?;
/// assert_eq!(expiry.to_string(), "2026-03-09T20:46:31.305Z");
///
/// let a_minute_before = SystemTime::from(expiry) - Duration::from_secs(60);
/// assert_eq!(expiry.duration_since(a_minute_before), Duration::from_secs(60));
/// # Ok::<(), sphere_core::InvalidTimestamp>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "std::borrow::Cow<'_, str>", into = "String")]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// The time from `earlier` until this, or zero if this is the earlier one.
    pub fn duration_since(self, earlier: SystemTime) -> Duration {
        SystemTime::from(self).duration_since(earlier).unwrap_or_default()
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| InvalidTimestamp)
    }
}

impl TryFrom<std::borrow::Cow<'_, str>> for Timestamp {
    type Error = InvalidTimestamp;

    fn try_from(text: std::borrow::Cow<'_, str>) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.to_string()
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = InvalidTimestamp;

    /// # Errors
    ///
    /// [`InvalidTimestamp`] if the year is after 9999 or before -9999: RFC 3339 cannot write it.
    fn try_from(time: SystemTime) -> Result<Self, Self::Error> {
        jiff::Timestamp::try_from(time).map(Self).map_err(|_| InvalidTimestamp)
    }
}

impl From<Timestamp> for SystemTime {
    /// On a platform whose clock cannot go back that far (Windows: before 1601), the Unix epoch.
    fn from(timestamp: Timestamp) -> Self {
        let since_epoch = timestamp.0.as_duration();
        let distance = since_epoch.unsigned_abs();
        let time = if since_epoch.is_negative() {
            UNIX_EPOCH.checked_sub(distance)
        } else {
            UNIX_EPOCH.checked_add(distance)
        };
        time.unwrap_or(UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The text is no RFC 3339 date and time with an offset, or the time is out of its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an RFC 3339 date and time such as 2026-03-09T20:46:31.305Z")]
#[non_exhaustive]
pub struct InvalidTimestamp;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_documented_forms_are_read_and_written_back() {
        for text in ["2026-03-09T20:46:31.305Z", "2025-05-23T23:59:59Z"] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_offset_is_the_same_instant() {
        let utc: Timestamp = "2026-03-09T20:46:31Z".parse().unwrap();
        assert_eq!("2026-03-09T22:16:31+01:30".parse(), Ok(utc));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in
            ["", "soon", "1741553191", "2026-03-09", "2026-03-09T20:46:31", "2026-13-09T20:46:31Z", "null"]
        {
            assert_eq!(text.parse::<Timestamp>(), Err(InvalidTimestamp), "{text:?}");
        }
    }

    #[test]
    fn system_time_and_back_is_the_same_on_both_sides_of_the_epoch() {
        for text in ["1969-12-31T23:59:59.5Z", "1970-01-01T00:00:00Z", "9999-12-30T22:00:00.999999999Z"] {
            let timestamp: Timestamp = text.parse().unwrap();
            assert_eq!(Timestamp::try_from(SystemTime::from(timestamp)), Ok(timestamp), "{text}");
        }
    }

    #[test]
    fn duration_since_stops_at_zero() {
        let timestamp: Timestamp = "2026-03-09T20:46:31Z".parse().unwrap();
        let time = SystemTime::from(timestamp);
        assert_eq!(timestamp.duration_since(time - Duration::from_millis(1)), Duration::from_millis(1));
        assert_eq!(timestamp.duration_since(time), Duration::ZERO);
        assert_eq!(timestamp.duration_since(time + Duration::from_secs(1)), Duration::ZERO);
    }
}
