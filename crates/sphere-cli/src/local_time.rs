//! Times for people: local time, and the instant in UTC beside it.

use jiff::tz::TimeZone;
use sphere_core::TimeText;

/// `2026-03-09 21:46:31 +01:00 (2026-03-09T20:46:31.305Z)`, or the server's own text if it is no time.
pub(crate) fn with_utc(time: &TimeText) -> String {
    in_zone(time, TimeZone::system())
        .map_or_else(|| time.to_string(), |(local, utc)| format!("{local} ({utc})"))
}

/// The local time alone.
pub(crate) fn local(time: &TimeText) -> String {
    in_zone(time, TimeZone::system()).map_or_else(|| time.to_string(), |(local, _)| local)
}

fn in_zone(time: &TimeText, zone: TimeZone) -> Option<(String, String)> {
    let timestamp = time.timestamp()?;
    let nanoseconds = i32::try_from(timestamp.subsec_nanos()).ok()?;
    let instant = jiff::Timestamp::new(timestamp.unix_seconds(), nanoseconds).ok()?;
    let local = instant.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S %:z").to_string();
    Some((local, timestamp.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_india(text: &str) -> Option<(String, String)> {
        in_zone(&TimeText::new(text), TimeZone::posix("<+0530>-5:30").unwrap())
    }

    #[test]
    fn local_time_has_its_offset() {
        let (local, utc) = in_india("2026-03-09T20:46:31.305Z").unwrap();
        assert_eq!(
            (local.as_str(), utc.as_str()),
            ("2026-03-10 02:16:31 +05:30", "2026-03-09T20:46:31.305Z")
        );
        let (local, utc) = in_india("2026-03-09T20:46:31-01:00").unwrap();
        assert_eq!((local.as_str(), utc.as_str()), ("2026-03-10 03:16:31 +05:30", "2026-03-09T21:46:31Z"));
    }

    #[test]
    fn invalid_time_is_shown_unchanged() {
        assert_eq!(in_india("in 15 minutes"), None);
        assert_eq!(in_india("9999-12-31T23:59:59Z"), None);
        assert_eq!(with_utc(&TimeText::new("soon\u{1b}[2J")), "soon\\u{1b}[2J");
        assert_eq!(local(&TimeText::new("9999-12-31T23:59:59Z")), "9999-12-31T23:59:59Z");
    }
}
