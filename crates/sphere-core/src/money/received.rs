//! Amounts that came: whatever was written, in its own digits.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::text;

/// An amount, fee or rate as the service wrote it: the exact text, or the digits of a JSON number. Any scale, never
/// refused, never through a float, and never added to anything.
///
/// # Example
///
/// ```
/// use sphere_core::money::ReceivedAmount;
///
/// let amount = ReceivedAmount::new("498.50");
/// assert_eq!(amount.as_str(), "498.50");
/// assert!(amount.same_value(&ReceivedAmount::new("498.5")));
/// assert!(!amount.same_value(&ReceivedAmount::new("498.507312")));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ReceivedAmount(String);

impl ReceivedAmount {
    /// Keeps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The exact text. It may hold anything: `Display` shows it safely.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both are the same number, whatever their zeros at the end: `1.5` and `1.50`. Two texts that are not
    /// numbers are the same if they are equal.
    pub fn same_value(&self, other: &Self) -> bool {
        match (value(&self.0), value(&other.0)) {
            (Some(one), Some(two)) => one == two,
            (None, None) => self == other,
            _ => false,
        }
    }
}

/// A decimal number in its one form: whether it is negative, its digits without zeros around them, and the power of ten
/// of the last digit. Zero has no digits.
fn value(text: &str) -> Option<(bool, String, i64)> {
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (is_negative, number) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return Some((false, String::new(), 0));
    }
    let length = |text: &str| i64::try_from(text.len()).ok();
    let power = i64::from(exponent) - length(fraction)? + length(digits)? - length(significant)?;
    Some((is_negative, significant.to_owned(), power))
}

/// Shows at most 64 characters of the text, with characters escaped that could reorder or hide text.
impl fmt::Display for ReceivedAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = String::new();
        text::push(&mut shown, &self.0, 64, "");
        f.write_str(&shown)
    }
}

/// Shows a number; of other text only its length, since a server may quote the request in it.
impl fmt::Debug for ReceivedAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match value(&self.0) {
            Some(_) => write!(f, "ReceivedAmount({self})"),
            None => write!(f, "ReceivedAmount(not a number, {} bytes)", self.0.len()),
        }
    }
}

impl Serialize for ReceivedAmount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, two: &str) -> bool {
        ReceivedAmount::new(one).same_value(&ReceivedAmount::new(two))
    }

    #[test]
    fn values_are_compared_as_numbers() {
        for (one, two) in
            [("1.5", "1.50"), ("500", "5e2"), ("0", "-0.00"), ("007", "7.0"), ("1E-2", "0.01"), ("x", "x")]
        {
            assert!(same(one, two) && same(two, one), "{one} {two}");
        }
        for (one, two) in [
            ("498.50", "498.507312"),
            ("1", "-1"),
            ("", "0"),
            ("1,5", "1.5"),
            ("1e99999999999", "1e99999999999 "),
            ("3526246938.98713386", "3526246938.98713387"),
        ] {
            assert!(!same(one, two), "{one} {two}");
        }
    }

    #[test]
    fn debug_shows_numbers_only() {
        assert_eq!(format!("{:?}", ReceivedAmount::new("5e2")), "ReceivedAmount(5e2)");
        assert_eq!(format!("{:?}", ReceivedAmount::new("canary")), "ReceivedAmount(not a number, 6 bytes)");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_kept_and_equals_itself(text in ".{0,20}|-?[0-9]{1,9}(\\.[0-9]{1,9})?") {
            let amount = ReceivedAmount::new(text.clone());
            proptest::prop_assert_eq!(amount.as_str(), text.as_str());
            proptest::prop_assert!(amount.same_value(&amount));
        }
    }
}
