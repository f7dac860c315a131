//! One pass over an object or an array of JSON, and the text of a string.

use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Calls `each` with the name and the raw value of every member of the object in `text`, in order.
///
/// # Errors
///
/// If the text is not one object to its end. `each` has been called for the members before the fault.
pub(crate) fn members<'a>(
    text: &'a str,
    each: impl FnMut(Cow<'a, str>, &'a RawValue),
) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.deserialize_map(Members(each))?;
    deserializer.end()
}

/// The value as text, if it is a string.
pub(crate) fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    // A raw value is valid JSON: without an escape, a string is the text between its quotes.
    let quoted = value.get().strip_prefix('"')?.strip_suffix('"')?;
    if !quoted.contains('\\') {
        return Some(Cow::Borrowed(quoted));
    }
    serde_json::from_str::<Text<'_>>(value.get()).ok().map(|text| text.0)
}

/// Calls `each` with the elements of the value in order, if it is an array, until it breaks.
pub(crate) fn elements<'a>(value: &'a RawValue, each: impl FnMut(&'a RawValue) -> ControlFlow<()>) {
    if value.get().starts_with('[') {
        let mut deserializer = serde_json::Deserializer::from_str(value.get());
        // Elements that are left over are an error, and mean that `each` broke.
        let _ = deserializer.deserialize_seq(Elements(each));
    }
}

/// A string, borrowed where it has no escapes. (`Cow` alone always copies.)
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct Members<F>(F);

impl<'de, F: FnMut(Cow<'de, str>, &'de RawValue)> Visitor<'de> for Members<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Text<'de>>()? {
            (self.0)(name.0, map.next_value()?);
        }
        Ok(())
    }
}

struct Elements<F>(F);

impl<'de, F: FnMut(&'de RawValue) -> ControlFlow<()>> Visitor<'de> for Elements<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut sequence: A) -> Result<(), A::Error> {
        while let Some(element) = sequence.next_element()? {
            if (self.0)(element).is_break() {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> (Vec<(String, String)>, bool) {
        let mut seen = Vec::new();
        let whole =
            members(text, |name, value| seen.push((name.into_owned(), value.get().to_owned()))).is_ok();
        (seen, whole)
    }

    #[test]
    fn members_come_in_order_with_their_raw_values() {
        let (members, whole) = seen(r#"{"a": 1, "b\n": [ {} ], "a": null}"#);
        let expected = [("a", "1"), ("b\n", "[ {} ]"), ("a", "null")];
        assert_eq!(members, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(whole);
    }

    #[test]
    fn members_before_a_fault_are_seen() {
        assert_eq!(seen(r#"{"a":1,"b":"x"#), (vec![("a".to_owned(), "1".to_owned())], false));
        assert_eq!(seen(r#"{"a":1} x"#), (vec![("a".to_owned(), "1".to_owned())], false));
        for text in ["", "[1]", "[\"a\",1]", "7", "\"a\"", "null"] {
            assert_eq!(seen(text), (vec![], false), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_harmless() {
        let deep = format!(r#"{{"deep":{}{},"after":1}}"#, "[".repeat(100_000), "]".repeat(100_000));
        let (members, whole) = seen(&deep);
        assert_eq!(members.len(), 2);
        assert!(whole);
    }

    fn raw(text: &str) -> &RawValue {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn string_without_escape_is_borrowed() {
        for (value, text) in [(r#""""#, ""), (r#""a b""#, "a b"), (r#""é/""#, "é/")] {
            assert!(matches!(string(raw(value)), Some(Cow::Borrowed(found)) if found == text), "{value}");
        }
        for (value, text) in [(r#""\\""#, "\\"), (r#""\u00e9\"""#, "é\""), (r#""\n""#, "\n")] {
            assert_eq!(string(raw(value)).as_deref(), Some(text), "{value}");
        }
        for value in [r#""\ud800""#, "7", "null", r#"["a"]"#, "{}"] {
            assert_eq!(string(raw(value)), None, "{value}");
        }
    }

    #[test]
    fn elements_come_in_order_until_the_break() {
        let seen = |text, most| {
            let mut seen = Vec::new();
            elements(raw(text), |element| {
                seen.push(element.get());
                if seen.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
            seen
        };
        assert_eq!(seen(r#"[1, "a" ,[{}]]"#, 9), ["1", r#""a""#, "[{}]"]);
        assert_eq!(seen("[1,2,3]", 2), ["1", "2"]);
        for value in ["[]", "{}", "7", r#""[1]""#] {
            assert!(seen(value, 9).is_empty(), "{value}");
        }
    }
}
