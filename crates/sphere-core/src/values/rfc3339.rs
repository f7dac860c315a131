//! RFC 3339 date and time to and from Unix seconds, over the whole range that it can write: years 0 to 9999 with any
//! UTC offset. General date libraries stop a few hours short of that range and at nine fractional digits, or read forms
//! that are not RFC 3339.

use std::fmt;

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;
const LARGEST_OFFSET: i64 = DAY - MINUTE;

/// `0000-01-01T00:00:00+23:59`
pub(super) const MIN_SECONDS: i64 = -62_167_219_200 - LARGEST_OFFSET;
/// `9999-12-31T23:59:59-23:59`
pub(super) const MAX_SECONDS: i64 = 253_402_300_799 + LARGEST_OFFSET;

/// Reads `date-time` (RFC 3339, section 5.6): seconds since 1970-01-01T00:00:00Z, and nanoseconds after that.
///
/// Lower-case `t` and `z` and a space for the `T` are accepted, as that section's note allows. Digits beyond
/// nanoseconds are cut off.
pub(super) fn parse(text: &str) -> Result<(i64, u32), &'static str> {
    let mut rest = Text(text.as_bytes());
    let date = rest.fields([4, 2, 2], b'-').ok_or("it does not begin with a date yyyy-mm-dd")?;
    rest.one_of(b"Tt ").ok_or("there is no T between date and time")?;
    let time = rest.fields([2, 2, 2], b':').ok_or("there is no time hh:mm:ss")?;
    let nanos = match rest.one_of(b".") {
        Some(_) => rest.fraction().ok_or("there are no digits after the dot")?,
        None => 0,
    };
    let offset = rest.offset().ok_or("there is no UTC offset such as Z or +01:00")?;
    if !rest.0.is_empty() {
        return Err("something follows the UTC offset");
    }

    let [year, month, day] = date;
    let [hour, minute, second] = time;
    if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
        return Err("there is no such day");
    }
    if hour > 23 || minute > 59 || second > 60 {
        return Err("there is no such time of day");
    }
    let seconds =
        days_before(year, month, day) * DAY + hour * 60 * MINUTE + minute * MINUTE + second - offset;
    // Section 5.7: a leap second is the last of a month, in UTC.
    if second == 60 && (seconds.rem_euclid(DAY) != 0 || date_after(seconds.div_euclid(DAY)).2 != 1) {
        return Err("there is no leap second at this time");
    }
    Ok((seconds, nanos))
}

/// Writes the time in UTC, with as many fractional digits as it needs. The first and the last day of the range have
/// another year in UTC, which cannot be written, and get an offset instead.
pub(super) fn write(seconds: i64, nanos: u32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (offset, suffix) = match date_after(seconds.div_euclid(DAY)).0 {
        ..0 => (LARGEST_OFFSET, "+23:59"),
        0..=9999 => (0, "Z"),
        10_000.. => (-LARGEST_OFFSET, "-23:59"),
    };
    let local = seconds + offset;
    let (year, month, day) = date_after(local.div_euclid(DAY));
    let time = local.rem_euclid(DAY);
    let (hour, minute, second) = (time / (60 * MINUTE), time / MINUTE % 60, time % MINUTE);
    write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
    if nanos > 0 {
        let digits = format!("{nanos:09}");
        write!(f, ".{}", digits.trim_end_matches('0'))?;
    }
    f.write_str(suffix)
}

/// What is left to read.
struct Text<'a>(&'a [u8]);

impl Text<'_> {
    fn one_of(&mut self, allowed: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        allowed.contains(first).then(|| self.0 = rest)?;
        Some(*first)
    }

    fn number(&mut self, length: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        digits.iter().try_fold(0, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'))
        })
    }

    /// Numbers, each with the given count of digits, separated by `separator`.
    fn fields<const N: usize>(&mut self, lengths: [usize; N], separator: u8) -> Option<[i64; N]> {
        let mut fields = [0; N];
        for (at, length) in lengths.into_iter().enumerate() {
            if at > 0 {
                self.one_of(&[separator])?;
            }
            fields[at] = self.number(length)?;
        }
        Some(fields)
    }

    /// One or more digits as nanoseconds.
    fn fraction(&mut self) -> Option<u32> {
        let (mut nanos, mut unit) = (0, 100_000_000);
        let length = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.0.split_at(length);
        self.0 = rest;
        for digit in digits {
            nanos += u32::from(digit - b'0') * unit;
            unit /= 10;
        }
        (length > 0).then_some(nanos)
    }

    /// `Z` or `±hh:mm`, in seconds.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.one_of(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let [hours, minutes] = self.fields([2, 2], b':')?;
        (hours <= 23 && minutes <= 59).then_some(sign * (hours * 60 + minutes) * MINUTE)
    }
}

fn is_leap_year(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days in a month from 1 to 12.
fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the first day of a year.
fn days_before_year(year: i64) -> i64 {
    let past = year - 1;
    365 * (year - 1970) + (past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400)) - 477
}

/// Days from 1970-01-01 to a date.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    days_before_year(year) + (1..month).map(|month| days_in_month(year, month)).sum::<i64>() + day - 1
}

/// The date that is this many days after 1970-01-01.
fn date_after(days: i64) -> (i64, i64, i64) {
    // Right, or one year off: the mean year has 365.2425 days.
    let mut year = 1970 + (days * 400).div_euclid(146_097);
    while days < days_before_year(year) {
        year -= 1;
    }
    while days >= days_before_year(year + 1) {
        year += 1;
    }
    let (mut month, mut day) = (1, days - days_before_year(year));
    while day >= days_in_month(year, month) {
        day -= days_in_month(year, month);
        month += 1;
    }
    (year, month, day + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Written(i64, u32);

    impl fmt::Display for Written {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write(self.0, self.1, f)
        }
    }

    fn rewritten(text: &str) -> Result<String, &'static str> {
        parse(text).map(|(seconds, nanos)| Written(seconds, nanos).to_string())
    }

    #[test]
    fn every_form_of_rfc_3339_is_read() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            // The examples of section 5.8.
            ("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.52Z"),
            ("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57Z"),
            ("1990-12-31T23:59:60Z", "1991-01-01T00:00:00Z"),
            ("1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00Z"),
            ("1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.87Z"),
            // The note of section 5.6.
            ("2026-03-09t20:46:31z", "2026-03-09T20:46:31Z"),
            ("2026-03-09 20:46:31Z", "2026-03-09T20:46:31Z"),
            // Section 4.3: the local offset is not known.
            ("2026-03-09T20:46:31-00:00", "2026-03-09T20:46:31Z"),
            ("2026-03-09T20:46:31.000Z", "2026-03-09T20:46:31Z"),
            ("2026-03-09T20:46:31.123456789012Z", "2026-03-09T20:46:31.123456789Z"),
            ("2026-06-30T23:59:60.5Z", "2026-07-01T00:00:00.5Z"),
            ("2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z"),
            ("2000-02-29T12:00:00Z", "2000-02-29T12:00:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
            ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"),
            ("9999-12-31T23:59:60Z", "9999-12-31T00:01:00-23:59"),
            ("9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59-23:59"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
            ("0000-01-01T00:00:00+23:59", "0000-01-01T00:00:00+23:59"),
        ] {
            assert_eq!(rewritten(text).as_deref(), Ok(expected), "{text}");
        }
        let long = format!("2026-03-09T20:46:31.{}Z", "9".repeat(10_000));
        assert_eq!(rewritten(&long).as_deref(), Ok("2026-03-09T20:46:31.999999999Z"));
    }

    #[test]
    fn anything_else_is_refused_with_the_reason() {
        let (date, t, time) = (
            "it does not begin with a date yyyy-mm-dd",
            "there is no T between date and time",
            "there is no time hh:mm:ss",
        );
        let offset = "there is no UTC offset such as Z or +01:00";
        let (day, clock) = ("there is no such day", "there is no such time of day");
        for (text, fault) in [
            ("", date),
            ("soon", date),
            ("1741553191", date),
            ("-2026-03-09T20:46:31Z", date),
            ("-002026-03-09T20:46:31Z", date),
            ("+002026-03-09T20:46:31Z", date),
            ("12026-03-09T20:46:31Z", date),
            (" 2026-03-09T20:46:31Z", date),
            ("2026-W11-1T20:46:31Z", date),
            ("2026-068T20:46:31Z", date),
            ("20260309T204631Z", date),
            ("2026-3-9T20:46:31Z", date),
            ("２026-03-09T20:46:31Z", date),
            ("2026-03-09", t),
            ("2026-03-09  20:46:31Z", time),
            ("2026-03-09_20:46:31Z", t),
            ("2026-03-09T20:46Z", time),
            ("2026-03-09T204631Z", time),
            ("2026-03-09T20:46:31", offset),
            ("2026-03-09T20:46:31,5Z", offset),
            ("2026-03-09T20:46:31.Z", "there are no digits after the dot"),
            ("2026-03-09T20:46:31+01", offset),
            ("2026-03-09T20:46:31+0100", offset),
            ("2026-03-09T20:46:31+24:00", offset),
            ("2026-03-09T20:46:31+01:60", offset),
            ("2026-03-09T20:46:31 Z", offset),
            ("2026-03-09T20:46:31+01:00:00", "something follows the UTC offset"),
            ("2026-03-09T20:46:31Z[Europe/Paris]", "something follows the UTC offset"),
            ("2026-03-09T20:46:31Z ", "something follows the UTC offset"),
            ("2026-13-09T20:46:31Z", day),
            ("2026-00-09T20:46:31Z", day),
            ("2026-02-29T20:46:31Z", day),
            ("1900-02-29T20:46:31Z", day),
            ("2026-04-31T20:46:31Z", day),
            ("2026-04-00T20:46:31Z", day),
            ("2026-03-09T24:00:00Z", clock),
            ("2026-03-09T20:60:31Z", clock),
            ("2026-03-09T20:46:61Z", clock),
            ("2026-03-09T20:46:60Z", "there is no leap second at this time"),
            ("2026-03-09T23:59:60Z", "there is no leap second at this time"),
            ("2026-06-30T23:59:60-01:00", "there is no leap second at this time"),
        ] {
            assert_eq!(parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn the_range_ends_where_rfc_3339_does() {
        assert_eq!(parse("0000-01-01T00:00:00+23:59"), Ok((MIN_SECONDS, 0)));
        assert_eq!(parse("9999-12-31T23:59:59-23:59"), Ok((MAX_SECONDS, 0)));
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut expected = (-1, 12, 31);
        for days in days_before_year(0) - 1..=days_before_year(2401) {
            assert_eq!(date_after(days), expected);
            let (year, month, day) = expected;
            assert_eq!(days_before(year, month, day), days);
            expected = match (month, day == days_in_month(year, month)) {
                (12, true) => (year + 1, 1, 1),
                (_, true) => (year, month + 1, 1),
                (_, false) => (year, month, day + 1),
            };
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config {
            cases: 1000,
            failure_persistence: None,
            ..proptest::test_runner::Config::default()
        })]

        #[test]
        fn what_is_written_is_read_back(
            seconds in MIN_SECONDS..=MAX_SECONDS,
            nanos in 0_u32..1_000_000_000,
        ) {
            proptest::prop_assert_eq!(parse(&Written(seconds, nanos).to_string()), Ok((seconds, nanos)));
        }

        #[test]
        fn jiff_agrees_within_its_range(
            seconds in jiff::Timestamp::MIN.as_second().max(MIN_SECONDS)..jiff::Timestamp::MAX.as_second(),
            nanos in 0_u32..1_000_000_000,
            offset in -1439_i32..=1439,
        ) {
            let instant = jiff::Timestamp::new(seconds, i32::try_from(nanos).unwrap()).unwrap();
            let offset = jiff::tz::Offset::from_seconds(offset * 60).unwrap();
            let text = instant.display_with_offset(offset).to_string();
            proptest::prop_assume!(!text.starts_with('-'));
            proptest::prop_assert_eq!(parse(&text), Ok((seconds, nanos)), "{}", text);
            if (0..=9999).contains(&date_after(seconds.div_euclid(DAY)).0) {
                proptest::prop_assert_eq!(Written(seconds, nanos).to_string(), instant.to_string());
            }
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in "[0-9TtZz:. +-]{0,40}|.{0,40}") {
            if let Ok((seconds, _)) = parse(&text) {
                proptest::prop_assert!((MIN_SECONDS..=MAX_SECONDS).contains(&seconds));
            }
        }
    }
}
