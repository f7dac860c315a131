//! A point in time, read and written as RFC 3339.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::rfc3339;

/// A point in time with nanoseconds: RFC 3339 in and out, and to and from [`SystemTime`].
///
/// Reads every time that RFC 3339 can write, with any UTC offset, and nothing else; digits beyond nanoseconds are cut
/// off. A leap second (`23:59:60`) is the same instant as the second after it, as in Unix time. Writes UTC with `Z` and
/// no more fractional digits than needed. Times are compared as instants.
///
/// To keep the text that a server sent, readable or not, use [`TimeText`](super::TimeText).
///
/// # Example
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use sphere_core::Timestamp;
///
/// let expiry: Timestamp = "2026-03-09T21:46:31.305+01:00".parse()?;
/// assert_eq!(expiry.to_string(), "2026-03-09T20:46:31.305Z");
/// assert_eq!((expiry.unix_seconds(), expiry.subsec_nanos()), (1_773_089_191, 305_000_000));
///
/// let a_minute_before = SystemTime::from(expiry) - Duration::from_secs(60);
/// assert_eq!(expiry.duration_since(a_minute_before), Duration::from_secs(60));
/// # Ok::<(), sphere_core::InvalidTimestamp>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Cow<'_, str>", into = "String")]
pub struct Timestamp {
    /// Within `rfc3339::MIN_SECONDS..=rfc3339::MAX_SECONDS`.
    seconds: i64,
    nanos: u32,
}

impl Timestamp {
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down: negative before that.
    pub fn unix_seconds(self) -> i64 {
        self.seconds
    }

    /// The nanoseconds after [`unix_seconds`](Self::unix_seconds): 0 to 999,999,999.
    pub fn subsec_nanos(self) -> u32 {
        self.nanos
    }

    /// The time from `earlier` until this, or zero if this is the earlier one.
    pub fn duration_since(self, earlier: SystemTime) -> Duration {
        SystemTime::from(self).duration_since(earlier).unwrap_or_default()
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    /// # Errors
    ///
    /// [`InvalidTimestamp`] if the text is not an RFC 3339 date and time with a UTC offset.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (seconds, nanos) = rfc3339::parse(text).map_err(|fault| InvalidTimestamp { fault })?;
        Ok(Self { seconds, nanos })
    }
}

impl TryFrom<Cow<'_, str>> for Timestamp {
    type Error = InvalidTimestamp;

    fn try_from(text: Cow<'_, str>) -> Result<Self, Self::Error> {
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
    /// [`InvalidTimestamp`] if the year is before 0 or after 9999, which RFC 3339 cannot write.
    fn try_from(time: SystemTime) -> Result<Self, Self::Error> {
        let out_of_range = InvalidTimestamp { fault: "its year is before 0 or after 9999" };
        let whole = |duration: Duration| i64::try_from(duration.as_secs()).map_err(|_| out_of_range);
        let (seconds, nanos) = match time.duration_since(UNIX_EPOCH) {
            Ok(since) => (whole(since)?, since.subsec_nanos()),
            Err(before) => match (whole(before.duration())?, before.duration().subsec_nanos()) {
                (seconds, 0) => (-seconds, 0),
                (seconds, nanos) => (-seconds - 1, 1_000_000_000 - nanos),
            },
        };
        if !(rfc3339::MIN_SECONDS..=rfc3339::MAX_SECONDS).contains(&seconds) {
            return Err(out_of_range);
        }
        Ok(Self { seconds, nanos })
    }
}

impl From<Timestamp> for SystemTime {
    /// On a platform whose clock cannot go back that far (Windows: before 1601), the Unix epoch.
    fn from(timestamp: Timestamp) -> Self {
        let whole = Duration::from_secs(timestamp.seconds.unsigned_abs());
        let second =
            if timestamp.seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
        second
            .and_then(|second| second.checked_add(Duration::from_nanos(timestamp.nanos.into())))
            .unwrap_or(UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        rfc3339::write(self.seconds, self.nanos, f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Error for a text that is not an RFC 3339 date and time, or a time that RFC 3339 cannot write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an RFC 3339 date and time such as 2026-03-09T20:46:31.305Z: {fault}")]
pub struct InvalidTimestamp {
    fault: &'static str,
}

impl InvalidTimestamp {
    /// What is wrong, without the text itself.
    pub fn fault(&self) -> &'static str {
        self.fault
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_forms_are_read_and_written_back() {
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
    fn unix_seconds_are_rounded_down() {
        let time: Timestamp = "1969-12-31T23:59:58.25Z".parse().unwrap();
        assert_eq!((time.unix_seconds(), time.subsec_nanos()), (-2, 250_000_000));
    }

    #[test]
    fn system_time_and_back_is_the_same() {
        for text in [
            "0000-01-01T00:00:00+23:59",
            "1969-12-31T23:59:59.5Z",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
            "9999-12-31T23:59:59.999999999-23:59",
        ] {
            let timestamp: Timestamp = text.parse().unwrap();
            assert_eq!(Timestamp::try_from(SystemTime::from(timestamp)), Ok(timestamp), "{text}");
        }
    }

    #[test]
    fn system_time_out_of_range_is_an_error() {
        for (text, forward) in
            [("0000-01-01T00:00:00+23:59", false), ("9999-12-31T23:59:59.999999999-23:59", true)]
        {
            let last = SystemTime::from(text.parse::<Timestamp>().unwrap());
            let step = Duration::from_nanos(1);
            let beyond = if forward { last + step } else { last - step };
            let error = Timestamp::try_from(beyond).unwrap_err();
            assert_eq!(error.fault(), "its year is before 0 or after 9999");
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

    #[test]
    fn the_error_names_the_fault() {
        let error = "2026-03-09T20:46:31".parse::<Timestamp>().unwrap_err();
        assert_eq!(error.fault(), "there is no UTC offset such as Z or +01:00");
        assert!(error.to_string().starts_with("is not an RFC 3339 date and time such as"), "{error}");
    }
}
