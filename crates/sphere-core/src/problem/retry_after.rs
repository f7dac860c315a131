//! `Retry-After` (RFC 9110, section 10.2.3): seconds or an HTTP date, from a server that may send anything.

use std::time::{Duration, SystemTime};

use http::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

/// How long the server asks to wait, at most `cap`. `None` if no value can be understood.
///
/// Of several values the longest counts. A date is compared with the response's own `Date` header, because the
/// caller's clock may be wrong; without that header, a date is ignored.
pub(super) fn retry_after(headers: &HeaderMap, cap: Duration) -> Option<Duration> {
    headers
        .get_all(RETRY_AFTER)
        .iter()
        .filter_map(|value| seconds(value).or_else(|| until(value, headers)))
        .max()
        .map(|asked| asked.min(cap))
}

/// `delay-seconds = 1*DIGIT`, of any length: a number that overflows is longer than any cap anyway.
fn seconds(value: &HeaderValue) -> Option<Duration> {
    let digits = value.as_bytes().trim_ascii();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let seconds = std::str::from_utf8(digits).ok()?.parse().unwrap_or(u64::MAX);
    Some(Duration::from_secs(seconds))
}

fn until(value: &HeaderValue, headers: &HeaderMap) -> Option<Duration> {
    let then = date(value)?;
    let now = date(headers.get(DATE)?)?;
    Some(then.duration_since(now).unwrap_or_default())
}

fn date(value: &HeaderValue) -> Option<SystemTime> {
    httpdate::parse_http_date(value.to_str().ok()?.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAP: Duration = Duration::from_secs(60);
    const NOW: (&str, &str) = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");

    fn parsed(headers: &[(&str, &str)]) -> Option<u64> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap());
        }
        retry_after(&map, CAP).map(|duration| duration.as_secs())
    }

    #[test]
    fn seconds_are_read_and_capped() {
        for (value, expected) in [
            ("0", Some(0)),
            ("7", Some(7)),
            (" 7 ", Some(7)),
            ("007", Some(7)),
            ("61", Some(60)),
            ("18446744073709551615", Some(60)),
            ("99999999999999999999999999", Some(60)),
            ("", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("1, 2", None),
            ("soon", None),
        ] {
            assert_eq!(parsed(&[("retry-after", value)]), expected, "{value:?}");
        }
    }

    #[test]
    fn all_date_forms_use_the_servers_clock() {
        for date in
            ["Sun, 06 Nov 1994 08:49:47 GMT", "Sunday, 06-Nov-94 08:49:47 GMT", "Sun Nov  6 08:49:47 1994"]
        {
            assert_eq!(parsed(&[NOW, ("retry-after", date)]), Some(10), "{date}");
            assert_eq!(parsed(&[("retry-after", date)]), None, "{date} without a Date header");
        }
        assert_eq!(parsed(&[NOW, ("retry-after", "Sun, 06 Nov 1994 08:49:00 GMT")]), Some(0));
        assert_eq!(parsed(&[NOW, ("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT")]), Some(60));
    }

    #[test]
    fn the_longest_of_several_counts() {
        assert_eq!(parsed(&[("retry-after", "3"), ("retry-after", "5"), ("retry-after", "x")]), Some(5));
    }

    #[test]
    fn bytes_that_are_not_text_are_ignored() {
        let mut map = HeaderMap::new();
        map.insert(RETRY_AFTER, HeaderValue::from_bytes(b"\xff\xfe").unwrap());
        assert_eq!(retry_after(&map, CAP), None);
    }
}
