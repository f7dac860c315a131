//! Problem details: the one shape in which SpherePay's contract describes an error.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::random;

/// An error body without its correlation id, which is made afresh for each response.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    detail: &'static str,
    code: Option<&'static str>,
    errors: Vec<FieldError>,
}

/// What is wrong with one value of the request.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FieldError {
    detail: &'static str,
    /// Where the value is in the body: a JSON Pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'static str>,
    /// The value's name in the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'static str>,
}

impl FieldError {
    pub(crate) fn at(pointer: &'static str, detail: &'static str) -> Self {
        Self { detail, pointer: Some(pointer), parameter: None }
    }

    pub(crate) fn in_query(parameter: &'static str, detail: &'static str) -> Self {
        Self { detail, pointer: None, parameter: Some(parameter) }
    }
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
    errors: &'a [FieldError],
}

impl Problem {
    // The contract's examples, word for word.
    pub(crate) const BAD_REQUEST: Self =
        Self::new(StatusCode::BAD_REQUEST, "Invalid request parameters", Some("address/invalid"));
    pub(crate) const NOT_FOUND: Self =
        Self::new(StatusCode::NOT_FOUND, "Resource not found", Some("resource/not-found"));

    // SpherePay's documentation, outside the contract.
    pub(crate) const FORBIDDEN: Self = Self::new(StatusCode::FORBIDDEN, "Forbidden resource", None);

    // Documented nowhere: the sandbox's own wording.
    pub(crate) const NOT_JSON: Self =
        Self::new(StatusCode::BAD_REQUEST, "The request body is not a JSON object", None);
    pub(crate) const NOT_MULTIPART: Self =
        Self::new(StatusCode::BAD_REQUEST, "The request body is not multipart/form-data", None);
    pub(crate) const NO_SUCH_ROUTE: Self = Self::new(StatusCode::NOT_FOUND, "No such route", None);
    pub(crate) const WRONG_METHOD: Self =
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "This route does not take that method", None);
    pub(crate) const TOO_LARGE: Self =
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "Request body too large", None);
    pub(crate) const FILE_TOO_LARGE: Self =
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "The file is larger than 15 MB", None);
    pub(crate) const BROKEN_BODY: Self =
        Self::new(StatusCode::BAD_REQUEST, "The request body could not be read", None);
    pub(crate) const WITHOUT_HOST: Self =
        Self::new(StatusCode::BAD_REQUEST, "A request needs exactly one Host header", None);
    pub(crate) const OTHER_HOST: Self = Self::new(
        StatusCode::MISDIRECTED_REQUEST,
        "This host is 127.0.0.1, localhost or [::1], and not the one that was asked for",
        None,
    );
    pub(crate) const LATE_BODY: Self =
        Self::new(StatusCode::REQUEST_TIMEOUT, "The request body did not arrive in time", None);
    pub(crate) const LOCKED: Self =
        Self::new(StatusCode::BAD_REQUEST, "This cannot be changed after verification has begun", None);
    pub(crate) const ONBOARDING_LINK_FLOW: Self = Self::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "This customer was created with an onboarding link, which this operation does not take",
        None,
    );
    pub(crate) const DIRECT_FLOW: Self = Self::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "This customer was created without an onboarding link, so the link cannot be regenerated",
        None,
    );
    pub(crate) const PLATFORM_MANAGED: Self = Self::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "This operation is for the Sphere-Managed model, and this application is Platform-Managed",
        None,
    );
    pub(crate) const SPHERE_MANAGED: Self = Self::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "A liveness report is for the Platform-Managed model, and this application is Sphere-Managed",
        None,
    );
    pub(crate) const NOT_APPROVED: Self =
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "The customer has no approved profile", None);
    pub(crate) const QUOTE_IS_OVER: Self =
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "The quote has expired or was used", None);
    pub(crate) const IN_USE: Self =
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "A transfer with this is on its way", None);
    pub(crate) const TOO_LATE: Self =
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "The transfer no longer waits for its money", None);
    pub(crate) const WRONG_KIND: Self = Self::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "This operation does not take this type of customer",
        None,
    );
    pub(crate) const SERVER_ERROR: Self =
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error", None);

    const fn new(status: StatusCode, detail: &'static str, code: Option<&'static str>) -> Self {
        Self { status, detail, code, errors: Vec::new() }
    }

    /// 422 with what is wrong, value by value.
    pub(crate) fn invalid(errors: Vec<FieldError>) -> Self {
        let code = Some("validation/failed");
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Validation failed", code) }
    }

    /// The response, with a correlation id of its own.
    pub(crate) fn response(&self) -> Response {
        let body = ProblemBody {
            status: self.status.as_u16(),
            detail: self.detail,
            code: self.code,
            // An error has to get out even where the system's randomness is broken.
            correlation_id: random::hex_32().unwrap_or_else(|_| "0".repeat(32)),
            errors: &self.errors,
        };
        json(self.status, &body)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.response()
    }
}

impl From<getrandom::Error> for Problem {
    /// Without randomness there are no ids, tokens or codes. One that could be guessed is worse than none.
    fn from(_: getrandom::Error) -> Self {
        Self::SERVER_ERROR
    }
}

/// A JSON response with the content type that SpherePay sends.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    // What is serialized here always can be; otherwise the client would see an empty body.
    let bytes = serde_json::to_vec(body).unwrap_or_default();
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}
