//! Problem details: the one shape in which SpherePay's contract describes an error.

use std::borrow::Cow;

use axum::{body::Body, response::Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::random;

/// An error body without its correlation id, which is made afresh for each response.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    detail: Cow<'static, str>,
    code: Option<&'static str>,
    errors: &'static [FieldError],
}

#[derive(Debug, Serialize)]
struct FieldError {
    detail: &'static str,
    pointer: &'static str,
}

/// The members in the order in which the contract's examples have them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProblemBody<'a> {
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    correlation_id: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'static [FieldError],
}

impl Problem {
    // The contract's examples, word for word.
    pub(crate) const BAD_REQUEST: Self =
        Self::new(StatusCode::BAD_REQUEST, "Invalid request parameters", Some("address/invalid"));
    pub(crate) const NOT_FOUND: Self =
        Self::new(StatusCode::NOT_FOUND, "Resource not found", Some("resource/not-found"));

    // SpherePay's documentation, outside the contract.
    pub(crate) const FORBIDDEN: Self = Self::new(StatusCode::FORBIDDEN, "Forbidden resource", None);

    // Documented nowhere; the sandbox's own wording.
    pub(crate) const NO_SUCH_ROUTE: Self = Self::new(StatusCode::NOT_FOUND, "No such route", None);
    pub(crate) const WRONG_METHOD: Self =
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "This route does not take that method", None);
    pub(crate) const TOO_LARGE: Self =
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "Request body too large", None);
    pub(crate) const BROKEN_BODY: Self =
        Self::new(StatusCode::BAD_REQUEST, "The request body could not be read", None);
    pub(crate) const SERVER_ERROR: Self =
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error", None);

    const fn new(status: StatusCode, detail: &'static str, code: Option<&'static str>) -> Self {
        Self { status, detail: Cow::Borrowed(detail), code, errors: &[] }
    }

    /// The response, with a correlation id of its own.
    pub(crate) fn response(&self) -> Response {
        let body = ProblemBody {
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            // An error has to get out even where the system's randomness is broken.
            correlation_id: random::hex_32().unwrap_or_else(|_| "0".repeat(32)),
            errors: self.errors,
        };
        json(self.status, &body)
    }
}

/// A JSON response with the content type that SpherePay sends.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    // Plain structs of strings and numbers always serialize; were one not to, the client would
    // see an empty body.
    let bytes = serde_json::to_vec(body).unwrap_or_default();
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}
