//! The members of an object in a response, read one by one, so that one bad member costs nothing but itself.

use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{DecodeError, scan};
use crate::values::TimeText;

/// Room for the members of most objects.
const MOST_MEMBERS: usize = 16;

/// The members of a JSON object, in the server's order and not yet read. Made by
/// [`ApiResponse::object`](crate::endpoint::ApiResponse::object).
///
/// A derived struct is lost whole if one of its members has the wrong type, and its error quotes the value.
/// Here each member is read by itself, and a [`DecodeError`] names it. Of several members of one name, the first
/// counts.
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
/// fn decode(response: &ApiResponse<'_>, asked: &str) -> Result<Customer, DecodeError> {
///     let members = response.object()?;
///     members.require_id("id", asked)?;
///     Ok(Customer { id: members.required("id")?, email: members.optional("email") })
/// }
/// ```
pub struct Object<'a> {
    json: &'a str,
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
}

/// What a member is that should be a list.
#[derive(Debug)]
pub(crate) enum List<T> {
    Missing,
    /// By some servers' habit an empty list.
    Null,
    Entries(Vec<T>),
    /// Not a list, or there twice: nothing is known about what should be in it.
    Unreadable,
}

impl<'a> Object<'a> {
    /// Reads a text as far as it is an object.
    ///
    /// # Errors
    ///
    /// Beside the members before the fault, if the text is not one object to its end.
    pub(crate) fn parse(json: &'a str) -> (Self, Result<(), serde_json::Error>) {
        let mut members = Vec::with_capacity(MOST_MEMBERS);
        let whole = scan::members(json, |name, value| members.push((name, value)));
        (Self { json, members }, whole)
    }

    /// As [`Self::parse`], but keeps only the first member of each of these names, so that no text can ask for more
    /// memory. Says whether one of them was repeated.
    pub(crate) fn parse_known(json: &'a str, names: &[&str]) -> (Self, Result<(), serde_json::Error>, bool) {
        let (mut members, mut is_repeated) = (Vec::<(Cow<'a, str>, _)>::with_capacity(names.len()), false);
        let whole = scan::members(json, |name, value| {
            if !names.contains(&&*name) {
                return;
            }
            if members.iter().any(|(found, _)| *found == name) {
                is_repeated = true;
            } else {
                members.push((name, value));
            }
        });
        (Self { json, members }, whole, is_repeated)
    }

    /// The object that a value is; `None` if it is anything else.
    pub(crate) fn read(value: &'a RawValue) -> Option<Self> {
        // Formatting an error for each of 100,000 elements is slow.
        value.get().starts_with('{').then(|| Self::parse(value.get()).0)
    }

    /// The text of the whole object.
    pub(crate) fn text_of_all(&self) -> &'a str {
        self.json
    }

    /// The member of this name.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the member is missing, or is not a `T`.
    pub fn required<T: Deserialize<'a>>(&self, name: &str) -> Result<T, DecodeError> {
        serde_json::from_str(self.json(name)?).map_err(|_| DecodeError::field(name, "has the wrong type"))
    }

    /// The member of this name, if there is one and it is a `T`.
    pub fn optional<T: Deserialize<'a>>(&self, name: &str) -> Option<T> {
        self.raw(name).and_then(|value| serde_json::from_str(value.get()).ok())
    }

    /// The member of this name, if it is a string.
    pub fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        self.raw(name).and_then(scan::string)
    }

    /// The member of this name, if it is an object.
    pub fn object(&self, name: &str) -> Option<Self> {
        self.raw(name).and_then(Self::read)
    }

    /// The JSON text of the member of this name, whatever it is.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the member is missing.
    pub fn json(&self, name: &str) -> Result<&'a str, DecodeError> {
        self.raw(name).map(RawValue::get).ok_or_else(|| DecodeError::field(name, "is missing"))
    }

    /// Checks that the member of this name is the id that was asked for: a response about something else must not be
    /// believed.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] without either id, if the member is missing, is not a string or is another id.
    pub fn require_id(&self, name: &str, asked: &str) -> Result<(), DecodeError> {
        match self.text(name) {
            Some(_) if self.is_repeated(name) => Err(DecodeError::field(name, "is there twice")),
            Some(id) if id == asked => Ok(()),
            Some(_) => Err(DecodeError::field(name, "is not the id that was asked for")),
            None => Err(DecodeError::field(
                name,
                if self.raw(name).is_some() { "has the wrong type" } else { "is missing" },
            )),
        }
    }

    /// As [`Self::require_id`], for a member that the service may leave out or set to `null`.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] without either id, if the member is there and is not this id.
    pub fn check_id(&self, name: &str, asked: &str) -> Result<(), DecodeError> {
        match self.raw(name).map(RawValue::get) {
            None | Some("null") => Ok(()),
            Some(_) => self.require_id(name, asked),
        }
    }

    /// Checks that an object in this member says what was asked for, in each text that it has.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] without either text, if one is there and is another.
    pub(crate) fn check_asked(&self, name: &str, asked: &[(&str, &str)]) -> Result<(), DecodeError> {
        let Some(members) = self.object(name) else { return Ok(()) };
        asked.iter().try_for_each(|(text, value)| {
            members.check_id(text, value).map_err(|_| Self::not_as_asked(name, text))
        })
    }

    /// As [`Self::check_asked`], for texts that must be there.
    pub(crate) fn require_asked(&self, name: &str, asked: &[(&str, &str)]) -> Result<(), DecodeError> {
        let wrong =
            || self.json(name).err().unwrap_or_else(|| DecodeError::field(name, "has the wrong type"));
        let members = self.object(name).ok_or_else(wrong)?;
        asked.iter().try_for_each(|(text, value)| {
            members.require_id(text, value).map_err(|_| Self::not_as_asked(name, text))
        })
    }

    fn not_as_asked(name: &str, text: &str) -> DecodeError {
        DecodeError::field(&format!("{name}.{text}"), "is not what was asked for")
    }

    /// The member of this name as a time, if it is a string, readable as a time or not.
    pub(crate) fn time(&self, name: &str) -> Option<TimeText> {
        self.text(name).map(TimeText::new)
    }

    /// The member of this name as a list whose entries `read` reads.
    pub(crate) fn list<T>(&self, name: &str, mut read: impl FnMut(&'a RawValue) -> T) -> List<T> {
        let Some(value) = self.raw(name) else { return List::Missing };
        match value.get().as_bytes().first() {
            _ if self.is_repeated(name) => List::Unreadable,
            Some(b'[') => {
                let mut entries = Vec::new();
                scan::elements(value, |element| {
                    entries.push(read(element));
                    ControlFlow::Continue(())
                });
                List::Entries(entries)
            }
            Some(b'n') => List::Null,
            _ => List::Unreadable,
        }
    }

    /// Whether there is more than one member of this name. Parsers do not agree on which counts (RFC 8259, section 4),
    /// so it decides nothing.
    pub(crate) fn is_repeated(&self, name: &str) -> bool {
        self.members.iter().filter(|(found, _)| found == name).nth(1).is_some()
    }

    /// The member of this name, if it is a string and there once: for what decides something.
    pub(crate) fn only_text(&self, name: &str) -> Option<Cow<'a, str>> {
        self.text(name).filter(|_| !self.is_repeated(name))
    }

    /// The member of this name, not read.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.members.iter().find(|(found, _)| found == name).map(|(_, value)| *value)
    }

    /// All members, in order.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&Cow<'a, str>, &'a RawValue)> {
        self.members.iter().map(|(name, value)| (name, *value))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object<'_> {
        let (object, whole) = Object::parse(text);
        whole.unwrap();
        object
    }

    #[test]
    fn each_member_is_read_alone() {
        let members = object(r#"{"id":"c_1","email":7,"id":"c_2","note":null,"\u0061":1}"#);
        assert_eq!(members.required::<String>("id").unwrap(), "c_1");
        assert_eq!(members.optional::<String>("email"), None);
        assert_eq!((members.text("email"), members.text("note")), (None, None));
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
    fn another_id_is_an_error_without_the_ids() {
        let members = object(r#"{"id":"canary_1","number":7,"nothing":null}"#);
        assert_eq!(members.require_id("id", "canary_1"), Ok(()));
        assert_eq!(members.check_id("id", "canary_1"), Ok(()));
        assert_eq!((members.check_id("nothing", "c"), members.check_id("missing", "c")), (Ok(()), Ok(())));
        for (name, error) in
            [("id", "`id` is not the id that was asked for"), ("number", "`number` has the wrong type")]
        {
            assert_eq!(members.require_id(name, "canary_2").unwrap_err().to_string(), error);
            assert_eq!(members.check_id(name, "canary_2").unwrap_err().to_string(), error);
        }
        for (name, error) in
            [("nothing", "`nothing` has the wrong type"), ("missing", "`missing` is missing")]
        {
            assert_eq!(members.require_id(name, "c").unwrap_err().to_string(), error);
        }
    }

    #[test]
    fn null_is_told_from_what_is_no_list() {
        let members = object(r#"{"list":[1,"a"],"null":null,"text":"[]","object":{}}"#);
        let list = |name| members.list(name, |value| value.get().to_owned());
        assert!(matches!(list("list"), List::Entries(entries) if entries == ["1", "\"a\""]));
        assert!(matches!((list("null"), list("missing")), (List::Null, List::Missing)));
        assert!(matches!((list("text"), list("object")), (List::Unreadable, List::Unreadable)));
    }

    #[test]
    fn only_known_members_are_kept() {
        let (object, whole, is_repeated) = Object::parse_known(r#"{"a":1,"x":2,"b":3,"x":4"#, &["a", "b"]);
        assert_eq!((object.names().collect::<Vec<_>>(), is_repeated), (vec!["a", "b"], false));
        assert!(whole.is_err());
        let (object, whole, is_repeated) = Object::parse_known(r#"{"a":1,"a":2}"#, &["a", "b"]);
        assert_eq!((object.json("a"), is_repeated), (Ok("1"), true));
        assert!(whole.is_ok());
    }

    #[test]
    fn deep_nesting_is_harmless() {
        let deep = format!(r#"{{"deep":{}{},"id":"c_1"}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(object(&deep).required::<String>("id").unwrap(), "c_1");
    }
}
