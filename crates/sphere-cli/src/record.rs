//! A customer or representative as text: every member that the server sent, then the verification profiles.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;
use sphere_core::verification::{CriterionName, VerificationProfile};
use sphere_core::{Customer, Representative, TimeText};

use crate::key::Key;
use crate::local_time;
use crate::table::pairs;

/// What customers and representatives have in common.
pub(crate) trait Record: Serialize {
    fn profiles(&self) -> &[VerificationProfile];
    fn names(&self) -> Vec<&str>;
    /// The JSON of the first member of this name.
    fn member(&self, name: &str) -> Option<&str>;
}

macro_rules! record {
    ($name:ident) => {
        impl Record for $name {
            fn profiles(&self) -> &[VerificationProfile] {
                self.verification_profiles()
            }

            fn names(&self) -> Vec<&str> {
                self.member_names().collect()
            }

            fn member(&self, name: &str) -> Option<&str> {
                $name::member(self, name)
            }
        }
    };
}

record!(Customer);
record!(Representative);

/// All of it, for people. Text of the server's is escaped and the key hidden.
pub(crate) fn text(record: &impl Record, key: &Key) -> String {
    let mut lines = Vec::new();
    let mut names = record.names();
    names.retain(|name| *name != "verificationProfiles");
    // The id first: the next command needs it.
    names.sort_by_key(|name| *name != "id");
    for name in names {
        let json = record.member(name).unwrap_or_default();
        match serde_json::from_str(json) {
            Ok(Value::Object(members)) => {
                for (inner, value) in members {
                    lines.push((key.line(&format!("{name}.{inner}")), value_text(&value, key)));
                }
            }
            Ok(value) => lines.push((key.line(name), value_text(&value, key))),
            Err(_) => lines.push((key.line(name), key.line(json))),
        }
    }
    pairs(&lines) + &profiles(record.profiles(), key)
}

fn value_text(value: &Value, key: &Key) -> String {
    match value {
        Value::String(text) => {
            let time = TimeText::new(text.as_str());
            if time.timestamp().is_some() { local_time::with_utc(&time) } else { key.line(text) }
        }
        other => key.line(&other.to_string()),
    }
}

/// Each profile with its status, and what is still required, under review, complete or to be corrected.
pub(crate) fn profiles(profiles: &[VerificationProfile], key: &Key) -> String {
    let mut text = String::new();
    for profile in profiles {
        // Writing to a `String` cannot fail.
        let _ =
            writeln!(text, "{}: {}", key.line(profile.name().as_str()), key.line(profile.status().as_str()));
        let criteria = profile.criteria();
        let mut lines = Vec::new();
        for (what, names) in [
            ("  still required", &criteria.required),
            ("  under review", &criteria.pending),
            ("  complete", &criteria.complete),
        ] {
            if !names.is_empty() {
                lines.push((what.to_owned(), self::names(names, key)));
            }
        }
        for error in &criteria.errors {
            let name = key.line(error.name().as_str());
            let fault = error.detail().map(|detail| format!("{name}: {}", key.line(detail)));
            lines.push(("  to be corrected".to_owned(), fault.unwrap_or(name)));
        }
        text.push_str(&pairs(&lines));
    }
    text
}

/// The profiles in a few words: `kyc_profile_a incomplete`.
pub(crate) fn summary(profiles: &[VerificationProfile], key: &Key) -> String {
    let words =
        profiles.iter().map(|profile| format!("{} {}", profile.name().as_str(), profile.status().as_str()));
    key.line(&words.collect::<Vec<_>>().join(", "))
}

pub(crate) fn names(names: &[CriterionName], key: &Key) -> String {
    key.line(&names.iter().map(CriterionName::as_str).collect::<Vec<_>>().join(", "))
}
