//! The one shape that the contract promises, read in one pass: what nearly every body has.
//!
//! It is read only if all of the body is as promised. Whatever differs, be it one member of the wrong type,
//! makes this refuse, and the tolerant reading begins from the start; where this does not refuse, both give
//! the same. A test compares them.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::text::Text;
use super::{FieldError, MOST_FIELD_ERRORS, ProblemDetails};

/// Reads the text of an object, which stands in `body`.
pub(super) fn read(text: &str, body: &Bytes) -> Option<ProblemDetails> {
    let problem: Problem<'_> = serde_json::from_str(text).ok()?;
    let keep = |text: Option<&str>| text.map(|text| Text::of(body, Cow::Borrowed(text)));
    let field_error = |error: OneError<'_>| FieldError {
        detail: keep(error.detail).unwrap_or_default(),
        pointer: keep(error.pointer),
        parameter: keep(error.parameter),
        header: keep(error.header),
    };
    Some(ProblemDetails {
        title: keep(problem.title),
        status: problem.status,
        detail: keep(problem.detail),
        code: keep(problem.code),
        correlation_id: keep(problem.correlation_id),
        errors: problem
            .errors
            .map(|ErrorList(list)| list.into_iter().map(field_error).collect())
            .unwrap_or_default(),
    })
}

#[derive(Default)]
struct Problem<'a> {
    title: Option<&'a str>,
    status: Option<u16>,
    detail: Option<&'a str>,
    code: Option<&'a str>,
    correlation_id: Option<&'a str>,
    errors: Option<ErrorList<'a>>,
}

struct ErrorList<'a>(Vec<OneError<'a>>);

#[derive(Default)]
struct OneError<'a> {
    detail: Option<&'a str>,
    pointer: Option<&'a str>,
    parameter: Option<&'a str>,
    header: Option<&'a str>,
}

impl<'de> Deserialize<'de> for Problem<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self::default())
    }
}

impl<'de> Deserialize<'de> for ErrorList<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Self(Vec::new()))
    }
}

impl<'de> Deserialize<'de> for OneError<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self::default())
    }
}

impl<'de> Visitor<'de> for Problem<'de> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("problem details")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(name) = map.next_key()? {
            match name {
                "title" => once(&mut self.title, &mut map)?,
                "status" => once(&mut self.status, &mut map)?,
                "detail" => once(&mut self.detail, &mut map)?,
                "code" => once(&mut self.code, &mut map)?,
                "correlationId" => once(&mut self.correlation_id, &mut map)?,
                "errors" => once(&mut self.errors, &mut map)?,
                // Members of the older shapes.
                "statusCode" | "error" | "message" | "request" => return Err(A::Error::custom("older")),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(self)
    }
}

impl<'de> Visitor<'de> for ErrorList<'de> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of field errors")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Self, A::Error> {
        while let Some(error) = list.next_element()? {
            if self.0.len() == MOST_FIELD_ERRORS {
                return Err(A::Error::custom("more than are kept"));
            }
            self.0.push(error);
        }
        Ok(self)
    }
}

impl<'de> Visitor<'de> for OneError<'de> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field error")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(name) = map.next_key()? {
            match name {
                "detail" => once(&mut self.detail, &mut map)?,
                "pointer" => once(&mut self.pointer, &mut map)?,
                "parameter" => once(&mut self.parameter, &mut map)?,
                "header" => once(&mut self.header, &mut map)?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        // The contract promises it, and one that says nothing is not kept.
        if self.detail.is_none() { Err(A::Error::custom("no detail")) } else { Ok(self) }
    }
}

/// Fills the slot, unless it is filled already.
fn once<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    map: &mut A,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::custom("a member stands twice"));
    }
    *slot = Some(map.next_value()?);
    Ok(())
}
