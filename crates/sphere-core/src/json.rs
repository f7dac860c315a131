//! JSON from a server that may send anything: an object read member by member, each value judged alone.
//!
//! A derived struct is lost whole if one of its fields has the wrong type, and takes an array for an object.
//! Here a bad member costs that member, and a body that ends early costs what follows.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Calls `each` with the name and the raw value of every member of the object in `text`, in order.
///
/// # Errors
///
/// If the text is no object or ends early. Members before that have been seen.
pub(crate) fn members<'a>(
    text: &'a str,
    each: impl FnMut(Cow<'a, str>, &'a RawValue),
) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Members(each).deserialize(&mut deserializer)?;
    deserializer.end()
}

/// The value as text, if it is a string.
pub(crate) fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    serde_json::from_str::<Text<'_>>(value.get()).ok().map(|text| text.0)
}

/// The elements of the value, if it is an array.
pub(crate) fn elements(value: &RawValue) -> impl Iterator<Item = &RawValue> {
    serde_json::from_str::<Vec<&RawValue>>(value.get()).unwrap_or_default().into_iter()
}

/// A string, borrowed where it has no escapes. (`Cow` alone always copies.)
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct Members<F>(F);

impl<'de, F: FnMut(Cow<'de, str>, &'de RawValue)> DeserializeSeed<'de> for Members<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

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
    fn what_stands_before_the_break_is_seen() {
        assert_eq!(seen(r#"{"a":1,"b":"x"#), (vec![("a".to_owned(), "1".to_owned())], false));
        assert_eq!(seen(r#"{"a":1} x"#), (vec![("a".to_owned(), "1".to_owned())], false));
        for text in ["", "[1]", "[\"a\",1]", "7", "\"a\"", "null"] {
            assert_eq!(seen(text), (vec![], false), "{text}");
        }
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = format!(r#"{{"deep":{}{},"after":1}}"#, "[".repeat(100_000), "]".repeat(100_000));
        let (members, whole) = seen(&deep);
        assert_eq!(members.len(), 2);
        assert!(whole);
    }
}
