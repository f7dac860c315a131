//! What the server says went wrong: any status, any headers, any bytes in; an [`ApiError`] out. Reading one
//! cannot fail and loses nothing.
//!
//! SpherePay has used three shapes for errors. They are all understood, and so is every mixture of them, since each
//! member is judged alone:
//!
//! | shape | members |
//! | --- | --- |
//! | problem details (the contract, after RFC 9457) | `title` `status` `detail` `code` `correlationId` `errors` |
//! | v2 of 2025 | `ts`, and `error`: a map from a field to its messages, or from `general` to one |
//! | v1 envelope | `ok` `object` `statusCode` `message` `request`, and `error`: such a map, or a code |
//!
//! Everything else stays in the raw body. [`ApiError::is_from_spherepay`] tells whether a body is complete and in one
//! of these shapes, so that it can be trusted to be SpherePay's and not a gateway's.

mod api_error;
mod details;
mod members;
mod retry_after;
mod shape;

pub use api_error::ApiError;
pub use details::{FieldError, ProblemDetails};
