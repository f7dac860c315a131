//! A JSON object whose members are read one by one, so that one bad member costs nothing but itself.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::DecodeError;
use crate::values::TimeText;

/// The members of a JSON object, in the server's order and not yet read. Made by
/// [`ApiResponse::object`](super::ApiResponse::object).
///
/// A derived struct is lost whole if one of its members has the wrong type, and its error quotes the value.
/// Here each member is read by itself, and a [`DecodeError`] names it.
///
/// # Example
///
/// ```
/// use sphere_core::endpoint::{ApiResponse, DecodeError};
///
/// struct Customer {
///     id: String,
///     email: Option<String>,
/// }
///
/// fn decode(response: &ApiResponse<'_>) -> Result<Customer, DecodeError> {
///     let members = response.object()?;
///     Ok(Customer { id: members.required("id")?, email: members.optional("email") })
/// }
/// ```
pub struct Object<'a> {
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> Object<'a> {
    /// The member of this name. Of several, the first.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the member is missing, or is not a `T`.
    pub fn required<T: Deserialize<'a>>(&self, name: &str) -> Result<T, DecodeError> {
        serde_json::from_str(self.json(name)?).map_err(|_| DecodeError::field(name, "has the wrong type"))
    }

    /// The member of this name, if there is one and it is a `T`. Of several, the first.
    pub fn optional<T: Deserialize<'a>>(&self, name: &str) -> Option<T> {
        self.json(name).ok().and_then(|json| serde_json::from_str(json).ok())
    }

    /// The JSON text of the member of this name, whatever it is. Of several, the first.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the member is missing.
    pub fn json(&self, name: &str) -> Result<&'a str, DecodeError> {
        let member = self.members.iter().find(|(found, _)| found == name);
        member.map(|(_, value)| value.get()).ok_or_else(|| DecodeError::field(name, "is missing"))
    }

    /// The member of this name as a time. One that cannot be read does not lose the response: its text is kept.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the member is missing.
    pub(crate) fn time(&self, name: &str) -> Result<TimeText, DecodeError> {
        match self.optional(name) {
            Some(text) => Ok(text),
            None => self.json(name).map(TimeText::new),
        }
    }

    /// All members, in order.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.members.iter().map(|(name, value)| (&**name, *value))
    }

    /// The names of all members, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| &**name)
    }
}

/// Shows the names only: values may be personal data.
impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members(Self { members: Vec::new() }))
    }
}

/// A name, borrowed where it has no escapes. (`Cow` alone always copies.)
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

struct Members<'a>(Object<'a>);

impl<'de: 'a, 'a> Visitor<'de> for Members<'a> {
    type Value = Object<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Object<'a>, A::Error> {
        while let Some((Name(name), value)) = map.next_entry()? {
            self.0.members.push((name, value));
        }
        Ok(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object<'_> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn each_member_is_read_alone() {
        let members = object(r#"{"id":"c_1","email":7,"id":"c_2","note":null,"\u0061":1}"#);
        assert_eq!(members.required::<String>("id").unwrap(), "c_1");
        assert_eq!(members.optional::<String>("email"), None);
        assert_eq!(members.optional::<String>("note"), None);
        assert_eq!(members.json("email").unwrap(), "7");
        assert_eq!(members.names().collect::<Vec<_>>(), ["id", "email", "id", "note", "a"]);
    }

    #[test]
    fn errors_name_the_member_and_never_quote() {
        let members = object(r#"{"email":{"canary":7}}"#);
        let error = members.required::<String>("email").unwrap_err();
        assert_eq!(error.to_string(), "`email` has the wrong type");
        assert_eq!(members.required::<String>("id").unwrap_err().to_string(), "`id` is missing");
        assert_eq!(format!("{members:?}"), r#"{"email"}"#);
    }

    #[test]
    fn deep_nesting_is_harmless() {
        let deep = format!(r#"{{"deep":{}{},"id":"c_1"}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(object(&deep).required::<String>("id").unwrap(), "c_1");
    }
}
