//! What a caller sees when a call did not succeed.

mod line;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::config::ApiKey;
use crate::endpoint::DecodeError;
use crate::problem::{ApiError, FieldError};
use crate::transport::{BoxError, HeaderNames, TransportError, TransportErrorKind, TransportResponse};

/// Which of four things happened.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request could not be built. Nothing was sent. Mend the input named in the message.
    InvalidRequest,
    /// There was no complete answer. [`Error::transport`] says what failed.
    Transport,
    /// The server answered with a status other than 2xx. [`Error::api`] has all of it.
    Api,
    /// The server answered with success, and the answer is not what the operation promises. The request
    /// was carried out.
    InvalidAnswer,
}

/// A call that did not succeed: what happened last, after how many attempts, and whether the request may
/// have been carried out.
///
/// Its `Display` is one line that is enough to find the cause: operation, status, code, detail, correlation
/// id, attempts; at most 700 characters, without control characters, and without the API key even
/// if the server quotes it. [`source`](std::error::Error::source) leads to the transport's own error.
///
/// # Example
///
/// ```
/// use sphere_core::Error;
///
/// fn advice(error: &Error) -> &'static str {
///     if error.is_not_found() {
///         "no such customer"
///     } else if error.is_validation() {
///         "mend the fields in error.field_errors()"
///     } else if error.is_authentication() {
///         "check the API key"
///     } else if error.is_rate_limited() {
///         "slow down"
///     } else {
///         "try again later; quote error.correlation_id() to support"
///     }
/// }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    operation: &'static str,
    attempts: u32,
    may_have_been_processed: bool,
    cause: Cause,
    line: String,
}

/// The last real failure of a call.
pub(crate) enum Cause {
    Request(BoxError),
    Transport(TransportError),
    /// An answer, and what broke its body if it is not whole.
    Api(Box<ApiError>, Option<TransportError>),
    Answer(Box<(TransportResponse, DecodeError)>),
}

impl Error {
    pub(crate) fn new(
        operation: &'static str,
        attempts: u32,
        may_have_been_processed: bool,
        cause: Cause,
        key: &ApiKey,
    ) -> Self {
        let line = line::write(operation, attempts, may_have_been_processed, &cause, key);
        Self(Box::new(Inner { operation, attempts, may_have_been_processed, cause, line }))
    }

    /// Which of four things happened.
    pub fn kind(&self) -> ErrorKind {
        match self.0.cause {
            Cause::Request(_) => ErrorKind::InvalidRequest,
            Cause::Transport(_) => ErrorKind::Transport,
            Cause::Api(..) => ErrorKind::Api,
            Cause::Answer(..) => ErrorKind::InvalidAnswer,
        }
    }

    /// The operation that failed, such as `generate_face_verification_link`.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// How often the request was handed to the transport: 0 if it could not even be built.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether any attempt may have been carried out by the server. If `false`, none was.
    ///
    /// For an operation that moves money: if `true`, find out what became of it before you ask again.
    pub fn may_have_been_processed(&self) -> bool {
        self.0.may_have_been_processed
    }

    /// The answer, if it had a status other than 2xx.
    pub fn api(&self) -> Option<&ApiError> {
        match &self.0.cause {
            Cause::Api(error, _) => Some(error),
            _ => None,
        }
    }

    /// What the transport reported: why there is no answer, or why its body is not whole.
    pub fn transport(&self) -> Option<&TransportError> {
        match &self.0.cause {
            Cause::Transport(error) | Cause::Api(_, Some(error)) => Some(error),
            _ => None,
        }
    }

    /// The HTTP status of the last attempt, if the head of an answer arrived.
    pub fn status(&self) -> Option<StatusCode> {
        match &self.0.cause {
            Cause::Request(_) => None,
            Cause::Transport(error) => error.status(),
            Cause::Api(error, _) => Some(error.status()),
            Cause::Answer(answer) => Some(answer.0.status()),
        }
    }

    /// The headers of the last attempt, if the head of an answer arrived.
    pub fn headers(&self) -> Option<&HeaderMap> {
        match &self.0.cause {
            Cause::Request(_) => None,
            Cause::Transport(error) => error.headers(),
            Cause::Api(error, _) => Some(error.headers()),
            Cause::Answer(answer) => Some(answer.0.headers()),
        }
    }

    /// The raw body of the last attempt, if all of it arrived. It may hold what must not be logged.
    pub fn body(&self) -> Option<&Bytes> {
        match &self.0.cause {
            Cause::Api(error, None) => Some(error.body()),
            Cause::Answer(answer) => Some(answer.0.body()),
            _ => None,
        }
    }

    /// The server's machine-readable code, such as `validation/failed`. An open set.
    pub fn code(&self) -> Option<&str> {
        self.api()?.problem().code()
    }

    /// What went wrong, in the server's words.
    pub fn detail(&self) -> Option<&str> {
        self.api()?.problem().detail()
    }

    /// The id that SpherePay's support asks for.
    pub fn correlation_id(&self) -> Option<&str> {
        self.api()?.problem().correlation_id()
    }

    /// What is wrong with single fields.
    pub fn field_errors(&self) -> &[FieldError] {
        self.api().map_or(&[], |error| error.problem().errors())
    }

    /// How long the server asks to wait, cut at
    /// [`RetryPolicy::max_retry_after`](crate::RetryPolicy::max_retry_after).
    pub fn retry_after(&self) -> Option<Duration> {
        self.api()?.retry_after()
    }

    /// 401 or 403: the API key is missing, malformed, revoked or not allowed. Trying again does not help.
    pub fn is_authentication(&self) -> bool {
        self.has_api_status(&[401, 403])
    }

    /// 404: no such customer, for this key.
    pub fn is_not_found(&self) -> bool {
        self.has_api_status(&[404])
    }

    /// 400 or 422: the server refused the input. [`Self::field_errors`] may say which part.
    pub fn is_validation(&self) -> bool {
        self.has_api_status(&[400, 422])
    }

    /// 429: too many requests. Nothing was done.
    pub fn is_rate_limited(&self) -> bool {
        self.has_api_status(&[429])
    }

    /// Time ran out on this side: the deadline of the call, or the time to connect.
    pub fn is_timeout(&self) -> bool {
        self.transport().is_some_and(|error| error.kind() == TransportErrorKind::Timeout)
    }

    fn has_api_status(&self, statuses: &[u16]) -> bool {
        self.api().is_some_and(|error| statuses.contains(&error.status().as_u16()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.line)
    }
}

/// Shows the line and the facts around it; of headers only the names, of the body only its length.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("line", &self.0.line)
            .field("status", &self.status())
            .field("attempts", &self.0.attempts)
            .field("may_have_been_processed", &self.0.may_have_been_processed)
            .field("headers", &self.headers().map(HeaderNames))
            .field("body_bytes", &self.body().map(Bytes::len))
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.cause {
            Cause::Request(fault) => Some(&**fault),
            Cause::Transport(error) | Cause::Api(_, Some(error)) => Some(error),
            Cause::Api(_, None) => None,
            Cause::Answer(answer) => Some(&answer.1),
        }
    }
}
