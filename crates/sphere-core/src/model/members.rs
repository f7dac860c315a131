//! The members of a JSON object whose types nobody promises: kept by name, and read when asked for.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::endpoint::Object;
use crate::values::TimeText;

/// Members by name, in order. A string is kept as text, anything else as JSON, so that a member of an unexpected type
/// costs only itself.
#[derive(Clone, Default)]
pub(crate) struct Members(Vec<(String, Member)>);

#[derive(Clone)]
enum Member {
    Text(String),
    Json(Box<RawValue>),
}

impl Members {
    /// Sets a text, instead of what was there.
    pub(crate) fn set(&mut self, name: &str, text: String) {
        self.set_member(name, Member::Text(text));
    }

    /// Sets any other value, instead of what was there.
    pub(crate) fn set_json(&mut self, name: &str, value: &impl Serialize) {
        if let Ok(json) = serde_json::value::to_raw_value(value) {
            self.set_member(name, Member::Json(json));
        }
    }

    fn set_member(&mut self, name: &str, member: Member) {
        match self.0.iter_mut().find(|(found, _)| found == name) {
            Some((_, found)) => *found = member,
            None => self.0.push((name.to_owned(), member)),
        }
    }

    /// The first member of this name, if it is a string.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.find(name)? {
            Member::Text(text) => Some(text),
            Member::Json(_) => None,
        }
    }

    /// The first member of this name as JSON, if it is not a string.
    pub(crate) fn raw(&self, name: &str) -> Option<&RawValue> {
        match self.find(name)? {
            Member::Text(_) => None,
            Member::Json(json) => Some(json),
        }
    }

    /// The first member of this name, if it is an object.
    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        serde_json::from_str::<Object<'_>>(self.raw(name)?.get()).ok().as_ref().map(Self::from)
    }

    /// The first member of this name, if it is a `T`.
    pub(crate) fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.raw(name)?.get()).ok()
    }

    /// The first member of this name as a time, if it is a string.
    pub(crate) fn time(&self, name: &str) -> Option<TimeText> {
        self.text(name).map(TimeText::new)
    }

    /// The JSON text of the first member of this name, whatever it is.
    pub(crate) fn json(&self, name: &str) -> Option<String> {
        match self.find(name)? {
            Member::Text(text) => serde_json::to_string(text).ok(),
            Member::Json(json) => Some(json.get().to_owned()),
        }
    }

    fn find(&self, name: &str) -> Option<&Member> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, member)| member)
    }

    /// The names of all members, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

impl From<&Object<'_>> for Members {
    fn from(object: &Object<'_>) -> Self {
        let read = |value: &RawValue| match serde_json::from_str(value.get()) {
            Ok(text) => Member::Text(text),
            Err(_) => Member::Json(value.to_owned()),
        };
        Self(object.members().map(|(name, value)| (name.to_owned(), read(value))).collect())
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, member) in &self.0 {
            match member {
                Member::Text(text) => map.serialize_entry(name, text)?,
                Member::Json(json) => map.serialize_entry(name, json)?,
            }
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

/// Declares what all types around [`Members`] have: access to members by name, and serde's `Serialize` with all of them.
macro_rules! with_members {
    ($name:ident) => {
        impl $name {
            /// The JSON text of the first member of this name, whatever its type, known to this SDK or not.
            pub fn member(&self, name: &str) -> Option<String> {
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

        $crate::model::members::text_readers!($name { $($get = $member;)+ });
    };
}

pub(crate) use {debug_names, text_members, text_readers, with_members};

#[cfg(test)]
mod tests {
    use super::*;

    fn members(json: &str) -> Members {
        Members::from(&serde_json::from_str::<Object<'_>>(json).unwrap())
    }

    #[test]
    fn each_member_is_kept_whatever_its_type() {
        let members = members(r#"{"a":"x\ny","b":7,"a":"z","c":{"d":"e"},"s":"\ud800"}"#);
        assert_eq!((members.text("a"), members.text("b"), members.text("s")), (Some("x\ny"), None, None));
        assert_eq!(members.json("a").as_deref(), Some(r#""x\ny""#));
        assert_eq!(members.json("b").as_deref(), Some("7"));
        assert_eq!(members.json("s").as_deref(), Some(r#""\ud800""#));
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
