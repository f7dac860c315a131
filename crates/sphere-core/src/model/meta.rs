//! `meta`: a caller's own data beside a customer, a map of JSON scalars.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, Error as DeserializeError, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::endpoint::InvalidRequest;
use crate::json::Object;

/// A map of JSON scalars that SpherePay keeps beside a customer. `Debug` shows the names only.
///
/// Source: the contract, `meta` of a customer (certain: "values null or primitive"). Its limits are not documented.
///
/// # Example
///
/// ```
/// use sphere_core::{Meta, Scalar};
///
/// let meta = Meta::new().with("plan", "gold").with("seats", 7).with("trial", false);
/// assert_eq!(meta.get("seats"), Some(&Scalar::Integer(7)));
/// ```
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Meta(BTreeMap<String, Scalar>);

/// A value of [`Meta`].
#[derive(Clone, PartialEq)]
pub enum Scalar {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number. Only a finite one can be sent.
    Float(f64),
    /// A string.
    Text(String),
}

impl Meta {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value.
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&Scalar> {
        self.0.get(name)
    }

    /// All names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Scalar)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub(crate) fn validate(&self) -> Result<(), InvalidRequest> {
        let is_finite = |value: &Scalar| !matches!(value, Scalar::Float(number) if !number.is_finite());
        if self.0.values().all(is_finite) {
            return Ok(());
        }
        Err(InvalidRequest::new("meta", "has a number that JSON cannot write: infinite, or not a number"))
    }

    /// The object as a map, if all its values are scalars.
    pub(crate) fn read(json: &RawValue) -> Option<Self> {
        let object = Object::read(json)?;
        let members =
            object.members().map(|(name, value)| Some((name.to_string(), Scalar::read(value.get())?)));
        members.collect::<Option<_>>().map(Self)
    }
}

impl Scalar {
    fn read(json: &str) -> Option<Self> {
        Some(match json.as_bytes().first()? {
            b'n' => Self::Null,
            b't' => Self::Bool(true),
            b'f' => Self::Bool(false),
            b'"' => Self::Text(serde_json::from_str(json).ok()?),
            b'{' | b'[' => return None,
            _ => json.parse().map(Self::Integer).or_else(|_| json.parse().map(Self::Float)).ok()?,
        })
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Scalars)
    }
}

struct Scalars;

impl Visitor<'_> for Scalars {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null, true, false, a number or a string")
    }

    fn visit_unit<E: DeserializeError>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }

    fn visit_bool<E: DeserializeError>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_i64<E: DeserializeError>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Integer(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "as a number of a response that is as large")]
    fn visit_u64<E: DeserializeError>(self, value: u64) -> Result<Scalar, E> {
        Ok(i64::try_from(value).map_or(Scalar::Float(value as f64), Scalar::Integer))
    }

    fn visit_f64<E: DeserializeError>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Float(value))
    }

    fn visit_str<E: DeserializeError>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_owned()))
    }
}

impl<N: Into<String>, V: Into<Scalar>> FromIterator<(N, V)> for Meta {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(values: I) -> Self {
        Self(values.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Shows the names: values may be personal data.
impl fmt::Debug for Meta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Shows the type only: a value may be personal data.
impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Bool(_) => "Bool",
            Self::Integer(_) => "Integer",
            Self::Float(_) => "Float",
            Self::Text(_) => "Text",
        })
    }
}

impl From<bool> for Scalar {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Scalar {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<i32> for Scalar {
    fn from(value: i32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<f64> for Scalar {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Scalar {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<Meta> {
        Meta::read(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn scalars_are_read_and_written_back() {
        let json = r#"{"a":null,"b":true,"c":-7,"d":1.5,"e":"x\n"}"#;
        assert_eq!(serde_json::to_string(&read(json).unwrap()).unwrap(), json);
        assert_eq!(
            read(r#"{"n":18446744073709551615}"#).unwrap().get("n"),
            Some(&Scalar::Float(1.844_674_407_370_955_2e19))
        );
    }

    #[test]
    fn nested_values_are_no_meta() {
        for json in [r#"{"a":{}}"#, r#"{"a":[1]}"#, "[]", "7", r#"{"a":"\ud800"}"#] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn numbers_that_are_not_json_are_refused() {
        let error = Meta::new().with("a", f64::NAN).validate().unwrap_err();
        assert_eq!(error.field(), "meta");
        assert_eq!(Meta::new().with("a", 1.5).validate(), Ok(()));
    }
}
