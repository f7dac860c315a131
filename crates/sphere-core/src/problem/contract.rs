//! The one shape that the contract promises, read in one pass: what nearly every body has.
//!
//! It is read only if all of the body is as promised. Whatever differs, be it one member of the wrong type,
//! makes this refuse, and the tolerant reading begins from the start; where this does not refuse, both give
//! the same. A test compares them.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{FieldError, MOST_FIELD_ERRORS, ProblemDetails};
use crate::json::Text;

/// Reads the text of an object.
pub(super) fn read(text: &str) -> Option<ProblemDetails> {
    serde_json::from_str(text).ok().map(|Whole(problem)| problem)
}

/// Of its own, so that the public types do not become readable from any format.
struct Whole(ProblemDetails);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Problem).map(Whole)
    }
}

struct Problem;

impl<'de> Visitor<'de> for Problem {
    type Value = ProblemDetails;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("problem details")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ProblemDetails, A::Error> {
        let mut problem = ProblemDetails::default();
        let mut has_errors = false;
        while let Some(Text(name)) = map.next_key()? {
            match &*name {
                "title" => once(&mut problem.title, &mut map)?,
                "detail" => once(&mut problem.detail, &mut map)?,
                "code" => once(&mut problem.code, &mut map)?,
                "correlationId" => once(&mut problem.correlation_id, &mut map)?,
                "status" if problem.status.is_none() => problem.status = Some(map.next_value()?),
                "errors" if !has_errors => {
                    has_errors = true;
                    problem.errors = map.next_value::<FieldErrors>()?.0;
                }
                // Members of the older shapes, and what stands twice.
                "status" | "statusCode" | "errors" | "error" | "message" | "request" => {
                    return Err(A::Error::custom("another shape"));
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(problem)
    }
}

struct FieldErrors(Vec<FieldError>);

impl<'de> Deserialize<'de> for FieldErrors {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ErrorList)
    }
}

struct ErrorList;

impl<'de> Visitor<'de> for ErrorList {
    type Value = FieldErrors;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of field errors")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<FieldErrors, A::Error> {
        let mut errors = Vec::new();
        while errors.len() < MOST_FIELD_ERRORS {
            match list.next_element()? {
                Some(One(error)) if error == FieldError::default() => {
                    return Err(A::Error::custom("a field error that may say nothing"));
                }
                Some(One(error)) => errors.push(error),
                None => return Ok(FieldErrors(errors)),
            }
        }
        Err(A::Error::custom("more than are kept"))
    }
}

struct One(FieldError);

impl<'de> Deserialize<'de> for One {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OneError).map(One)
    }
}

struct OneError;

impl<'de> Visitor<'de> for OneError {
    type Value = FieldError;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field error")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FieldError, A::Error> {
        let mut error = FieldError::default();
        let mut detail = None;
        while let Some(Text(name)) = map.next_key()? {
            match &*name {
                "detail" => once(&mut detail, &mut map)?,
                "pointer" => once(&mut error.pointer, &mut map)?,
                "parameter" => once(&mut error.parameter, &mut map)?,
                "header" => once(&mut error.header, &mut map)?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        error.detail = detail.unwrap_or_default();
        Ok(error)
    }
}

/// Fills the slot with a string, unless it is filled already.
fn once<'de, A: MapAccess<'de>>(slot: &mut Option<String>, map: &mut A) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::custom("a member stands twice"));
    }
    *slot = Some(map.next_value::<Text<'de>>().map(|Text(text)| Cow::into_owned(text))?);
    Ok(())
}
