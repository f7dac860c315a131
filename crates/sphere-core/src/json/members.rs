//! The members of a JSON object that outlives the response: kept as text, and read when asked for.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::DeserializeOwned;
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::{Object, scan};
use crate::money::ReceivedAmount;
use crate::values::TimeText;

/// Members by name, in order. Their types are not documented, so each is read when it is asked for, and one of an
/// unexpected type costs only itself.
#[derive(Clone, Default)]
pub(crate) struct Members {
    /// The object as it came; empty if it was made here.
    json: Box<str>,
    members: Vec<Member>,
}

#[derive(Clone)]
struct Member {
    name: Part,
    /// Its JSON.
    value: Part,
    /// Its text, if it is a string.
    text: Option<Part>,
}

/// A slice of the object's text where that has it, otherwise owned.
#[derive(Clone)]
enum Part {
    Slice(Range<usize>),
    Owned(Box<str>),
}

impl Part {
    fn of(json: &str, text: Cow<'_, str>) -> Self {
        let slice = match &text {
            Cow::Borrowed(text) => text.as_ptr().addr().checked_sub(json.as_ptr().addr()),
            Cow::Owned(_) => None,
        };
        match slice.map(|start| start..start + text.len()).filter(|slice| slice.end <= json.len()) {
            Some(slice) => Self::Slice(slice),
            None => Self::Owned(text.into()),
        }
    }

    fn get<'a>(&'a self, json: &'a str) -> &'a str {
        match self {
            Self::Slice(slice) => json.get(slice.clone()).unwrap_or_default(),
            Self::Owned(text) => text,
        }
    }
}

impl Members {
    /// Sets a text, instead of what was there.
    pub(crate) fn set(&mut self, name: &str, text: String) {
        let json = serde_json::to_string(&text);
        self.set_member(name, json, Some(Part::Owned(text.into())));
    }

    /// Sets any other value, instead of what was there.
    pub(crate) fn set_json(&mut self, name: &str, value: &impl Serialize) {
        self.set_member(name, serde_json::to_string(value), None);
    }

    fn set_member(&mut self, name: &str, json: Result<String, serde_json::Error>, text: Option<Part>) {
        let Ok(json) = json else { return };
        let value = Part::Owned(json.into());
        match self.members.iter_mut().find(|member| member.name.get(&self.json) == name) {
            Some(found) => (found.value, found.text) = (value, text),
            None => self.members.push(Member { name: Part::Owned(name.into()), value, text }),
        }
    }

    /// The first member of this name, if it is a string.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.find(name)?.text.as_ref().map(|text| text.get(&self.json))
    }

    /// The first member of this name as JSON, if it is not a string.
    pub(crate) fn raw(&self, name: &str) -> Option<&RawValue> {
        let member = self.find(name).filter(|member| member.text.is_none())?;
        serde_json::from_str(member.value.get(&self.json)).ok()
    }

    /// The first member of this name, if it is an object.
    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        Object::read(self.raw(name)?).as_ref().map(Self::from)
    }

    /// The first member of this name, if it is a `T`.
    pub(crate) fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.raw(name)?.get()).ok()
    }

    /// The first member of this name as a time, if it is a string.
    pub(crate) fn time(&self, name: &str) -> Option<TimeText> {
        self.text(name).map(TimeText::new)
    }

    /// The first member of this name as an amount, if it is a string or a number: a number by its own digits.
    pub(crate) fn amount(&self, name: &str) -> Option<ReceivedAmount> {
        let is_number = |json: &&str| json.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        self.text(name).or_else(|| self.json(name).filter(is_number)).map(ReceivedAmount::new)
    }

    /// The JSON text of the first member of this name, whatever it is.
    pub(crate) fn json(&self, name: &str) -> Option<&str> {
        self.find(name).map(|member| member.value.get(&self.json))
    }

    fn find(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name.get(&self.json) == name)
    }

    /// The names of all members, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|member| member.name.get(&self.json))
    }
}

impl From<&Object<'_>> for Members {
    fn from(object: &Object<'_>) -> Self {
        let json = object.text_of_all();
        let members = object.members().map(|(name, value)| Member {
            name: Part::of(json, Cow::Borrowed(name)),
            value: Part::of(json, Cow::Borrowed(value.get())),
            text: scan::string(value).map(|text| Part::of(json, text)),
        });
        Self { members: members.collect(), json: json.into() }
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.members.len()))?;
        for member in &self.members {
            let value: &RawValue =
                serde_json::from_str(member.value.get(&self.json)).map_err(S::Error::custom)?;
            map.serialize_entry(member.name.get(&self.json), value)?;
        }
        map.end()
    }
}

/// Shows the names only: values may be personal data.
impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

/// Declares what all types around [`Members`] have: access to members by name, and serde's `Serialize` with all of
/// them.
macro_rules! with_members {
    ($name:ident) => {
        impl $name {
            /// The JSON text of the first member of this name, whatever its type, known to this SDK or not.
            pub fn member(&self, name: &str) -> Option<&str> {
                self.members.json(name)
            }

            /// The names of all members, in order.
            pub fn member_names(&self) -> impl Iterator<Item = &str> {
                self.members.names()
            }
        }

        /// Writes all members, those unknown to this SDK included.
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.members.serialize(serializer)
            }
        }
    };
}

/// Declares that a record is read back from the JSON that it was written to, by its own `read`.
macro_rules! read_back {
    ($name:ident) => {
        /// Reads it from JSON, as it was written; what is missing or wrong is judged as in a response.
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let json = Box::<serde_json::value::RawValue>::deserialize(deserializer)?;
                let object = $crate::json::Object::read(&json)
                    .ok_or_else(|| serde::de::Error::custom("it is not an object"))?;
                Self::read(&object).map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Declares `Debug` with the names of the members, for a type that has nothing else to show.
macro_rules! debug_names {
    ($name:ident) => {
        /// Shows the names of the members: their values may be personal data.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.members).finish()
            }
        }
    };
}

/// Declares a reader for each text member: `email = "email"`.
macro_rules! text_readers {
    ($name:ident { $($(#[$note:meta])* $get:ident = $member:literal;)+ }) => {
        impl $name {
            $(
                #[doc = concat!("The member `", $member, "`, if it is there and a string.")]
                $(#[$note])*
                pub fn $get(&self) -> Option<&str> {
                    self.members.text($member)
                }
            )+
        }
    };
}

/// Declares a setter and a reader for each text member: `with_line1, line1 = "line1"`.
macro_rules! text_members {
    ($name:ident { $($(#[$note:meta])* $set:ident, $get:ident = $member:literal;)+ }) => {
        impl $name {
            $(
                #[doc = concat!("Sets `", $member, "`.")]
                $(#[$note])*
                pub fn $set(mut self, text: impl Into<String>) -> Self {
                    self.members.set($member, text.into());
                    self
                }
            )+
        }

        $crate::json::members::text_readers!($name { $($get = $member;)+ });
    };
}

pub(crate) use {debug_names, read_back, text_members, text_readers, with_members};

#[cfg(test)]
mod tests {
    use super::*;

    fn members(json: &str) -> Members {
        Members::from(&Object::parse(json).0)
    }

    #[test]
    fn each_member_is_kept_whatever_its_type() {
        let members = members(r#"{"a":"x\ny","b":7,"a":"z","c":{"d":"e"},"s":"\ud800"}"#);
        assert_eq!((members.text("a"), members.text("b"), members.text("s")), (Some("x\ny"), None, None));
        assert_eq!(members.json("a"), Some(r#""x\ny""#));
        assert_eq!(members.json("b"), Some("7"));
        assert_eq!(members.json("s"), Some(r#""\ud800""#));
        assert_eq!(members.object("c").unwrap().text("d"), Some("e"));
        assert!(members.object("a").is_none() && members.object("b").is_none());
        assert_eq!(
            serde_json::to_string(&members).unwrap(),
            r#"{"a":"x\ny","b":7,"a":"z","c":{"d":"e"},"s":"\ud800"}"#
        );
        assert_eq!(format!("{members:?}"), r#"{"a", "b", "a", "c", "s"}"#);
    }

    #[test]
    fn setting_replaces() {
        let mut members = members(r#"{"a":1}"#);
        members.set("a", "x".to_owned());
        members.set("b", "y".to_owned());
        assert_eq!(serde_json::to_string(&members).unwrap(), r#"{"a":"x","b":"y"}"#);
    }
}
