//! What could be understood of an error body: problem details, or the same things in the older shapes.

use std::borrow::Cow;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::members::Members;
use crate::json::{Object, scan};

/// Field errors beyond this many stay in the raw body only: each takes more than 100 bytes of memory, and two bytes of
/// a body are enough to ask for one.
pub(super) const MAX_FIELD_ERRORS: usize = 100;

/// Problem details (RFC 9457, with SpherePay's extensions): each member is there if the body has it and it
/// is of the right type.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ProblemDetails {
    title: Option<String>,
    status: Option<u16>,
    detail: Option<String>,
    code: Option<String>,
    /// Shared with the history of an error.
    correlation_id: Option<Arc<str>>,
    errors: Vec<FieldError>,
}

impl ProblemDetails {
    /// Where a body mixes the shapes, the contract's members win over older ones.
    pub(super) fn from_members(members: &Members<'_>) -> Self {
        let mut errors = Vec::new();
        if let Some(list) = members.get("errors") {
            read_field_errors(list, &mut errors);
        }
        let general = members.get("error").and_then(|map| read_error_map(map, &mut errors));
        let text = |name| text(members.get(name));
        let number = |name| members.get(name)?.get().parse().ok();
        Self {
            title: text("title"),
            status: number("status").or_else(|| number("statusCode")),
            detail: text("detail").or_else(|| text("message")).or(general),
            code: text("code").or_else(|| text("error")),
            correlation_id: text("correlationId").or_else(|| text("request")).map(Arc::from),
            errors,
        }
    }

    /// A short summary of the kind of problem.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The status that the body claims. The HTTP status wins.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// What went wrong this time, in the server's words (`detail`; `message` or `error.general` in older
    /// shapes).
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The machine-readable code, such as `validation/failed` or `resource/not-found`. An open set.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The id that SpherePay's support asks for (`correlationId`; `request` in the v1 envelope).
    pub fn correlation_id(&self) -> Option<&str> {
        self.correlation_id.as_deref()
    }

    pub(crate) fn shared_correlation_id(&self) -> Option<Arc<str>> {
        self.correlation_id.clone()
    }

    /// What is wrong with single fields, at most 100 of them.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

/// Shows the status and which members there are, not their text: a server may quote the request.
impl fmt::Debug for ProblemDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProblemDetails")
            .field("title", &self.title.is_some())
            .field("status", &self.status)
            .field("detail", &self.detail.is_some())
            .field("code", &self.code.is_some())
            .field("correlation_id", &self.correlation_id.is_some())
            .field("errors", &self.errors)
            .finish()
    }
}

/// What is wrong with one field.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FieldError {
    detail: String,
    /// Shared by the messages of one field in the older shapes: a hundred of them must not make a hundred copies of a
    /// name that may be as long as the body.
    pointer: Option<Arc<str>>,
    parameter: Option<String>,
    header: Option<String>,
}

impl FieldError {
    /// Nothing if it has none of the four members.
    fn from_object(value: &RawValue) -> Option<Self> {
        let object = Object::read(value)?;
        let text = |name| object.text(name).map(Cow::into_owned);
        let (detail, pointer) = (text("detail"), text("pointer").map(Arc::from));
        let (parameter, header) = (text("parameter"), text("header"));
        if detail.is_none() && pointer.is_none() && parameter.is_none() && header.is_none() {
            return None;
        }
        Some(Self { detail: detail.unwrap_or_default(), pointer, parameter, header })
    }

    /// What is wrong, in the server's words; empty if it named only the place.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The place in the request's body, as a JSON Pointer (RFC 6901) such as `/email`. For the older shapes,
    /// which name a field only, the pointer to that field.
    pub fn pointer(&self) -> Option<&str> {
        self.pointer.as_deref()
    }

    /// The query or path parameter.
    pub fn parameter(&self) -> Option<&str> {
        self.parameter.as_deref()
    }

    /// The request header.
    pub fn header(&self) -> Option<&str> {
        self.header.as_deref()
    }
}

/// Shows which members there are, not their text: a server may quote the request.
impl fmt::Debug for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FieldError")
            .field("pointer", &self.pointer.is_some())
            .field("parameter", &self.parameter.is_some())
            .field("header", &self.header.is_some())
            .finish_non_exhaustive()
    }
}

/// The contract's `errors`: `[{"detail": "Invalid email format", "pointer": "/email"}]`.
fn read_field_errors(list: &RawValue, errors: &mut Vec<FieldError>) {
    scan::elements(list, |element| {
        if errors.len() >= MAX_FIELD_ERRORS {
            return ControlFlow::Break(());
        }
        errors.extend(FieldError::from_object(element));
        ControlFlow::Continue(())
    });
}

/// The older shapes' `error`: `{"information": ["Required"]}` or `{"general": "Customer not found"}`. Returns the first
/// general message.
fn read_error_map(map: &RawValue, errors: &mut Vec<FieldError>) -> Option<String> {
    let mut general = None;
    let _ = scan::members(map.get(), |field, messages| {
        let is_general = field == "general";
        if !is_general && errors.len() >= MAX_FIELD_ERRORS {
            return;
        }
        let pointer: Option<Arc<str>> = (!is_general).then(|| pointer_to(&field).into());
        let mut read = |message: &RawValue| {
            let Some(detail) = text(Some(message)) else { return ControlFlow::Continue(()) };
            if is_general {
                general.get_or_insert(detail);
                return ControlFlow::Break(());
            }
            if errors.len() >= MAX_FIELD_ERRORS {
                return ControlFlow::Break(());
            }
            errors.push(FieldError { detail, pointer: pointer.clone(), ..FieldError::default() });
            ControlFlow::Continue(())
        };
        // One message, or a list of them.
        if read(messages).is_continue() {
            scan::elements(messages, read);
        }
    });
    general
}

/// RFC 6901, section 3.
fn pointer_to(field: &str) -> String {
    format!("/{}", field.replace('~', "~0").replace('/', "~1"))
}

/// The value, if it is a string.
fn text(value: Option<&RawValue>) -> Option<String> {
    value.and_then(scan::string).map(Cow::into_owned)
}
