//! What a caller sees when a call did not succeed.

mod attempt;
mod line;
pub(crate) mod names;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use attempt::Attempt;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::endpoint::{DecodeError, InvalidRequest};
use crate::problem::{ApiError, FieldError};
use crate::text::Hidden;
use crate::transport::{KeptHeaders, TransportError, TransportErrorKind, TransportResponse};
use crate::values::{BaseUrl, StopReason};

/// Which of four things happened.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request could not be built. Nothing was sent. Fix the input named in the message.
    InvalidRequest,
    /// There was no complete response. [`Error::transport`] says what failed.
    Transport,
    /// The server responded with a status other than 2xx. [`Error::api`] has all of it.
    Api,
    /// The server responded with success, and the response is not what the operation promises. The request
    /// was processed.
    InvalidResponse,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidRequest => "invalid request",
            Self::Transport => "no complete response",
            Self::Api => "error response",
            Self::InvalidResponse => "invalid response",
        })
    }
}

/// A call that did not succeed: what happened, after how many attempts, and whether the request may have been
/// processed. Cheap to clone.
///
/// It holds the last response, if any attempt got one, since that says more than a later attempt without a response;
/// otherwise the last failure. [`history`](Self::history) has every attempt.
///
/// Its `Display` is one line that is enough to find the cause: operation, status, code, detail, attempts, host, proxy,
/// correlation id, and why there was no further attempt; at most 700 characters, without control characters. Should the
/// server quote the API key, or a value of the request of four characters or more, it shows `[redacted]`.
/// [`source`](std::error::Error::source) leads to the transport's own error.
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
///         "fix the fields in error.field_errors()"
///     } else if error.is_authentication() {
///         "check the API key"
///     } else if error.is_rate_limited() {
///         "slow down"
///     } else {
///         "try again later; quote error.correlation_id() to support"
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    facts: Facts,
    cause: Cause,
    line: Box<str>,
}

/// What is known about a failed call beside its cause.
pub(crate) struct Facts {
    pub(crate) operation: &'static str,
    pub(crate) history: Box<[Attempt]>,
    pub(crate) may_have_been_processed: bool,
    pub(crate) stop: StopReason,
    /// From the start of the call to its end.
    pub(crate) duration: Duration,
}

impl Facts {
    /// Of a call whose request could not be built.
    pub(crate) fn of_unsent(operation: &'static str) -> Self {
        Self {
            operation,
            history: Box::default(),
            may_have_been_processed: false,
            stop: StopReason::NotRetryable,
            duration: Duration::ZERO,
        }
    }

    pub(crate) fn attempts(&self) -> u32 {
        u32::try_from(self.history.len()).unwrap_or(u32::MAX)
    }
}

/// What an error is about: the last response, or the last failure without one.
#[derive(Debug)]
// It moves into the error's own allocation: another box would only add one.
#[allow(clippy::large_enum_variant)]
pub(crate) enum Cause {
    Request(InvalidRequest),
    Transport(TransportError),
    /// A response, and what broke its body if it is not whole.
    Api(ApiError, Option<TransportError>),
    Response(Box<Undecodable>),
}

/// A successful response that is not what the operation promises.
#[derive(Debug)]
pub(crate) struct Undecodable {
    status: StatusCode,
    headers: KeptHeaders,
    body: Bytes,
    fault: DecodeError,
}

impl Undecodable {
    pub(crate) fn new(response: TransportResponse, fault: DecodeError) -> Self {
        let (head, body) = response.into_http().into_parts();
        Self { status: head.status, headers: KeptHeaders::new(&head.headers), body, fault }
    }
}

impl Cause {
    /// The status, if the head of a response arrived.
    pub(crate) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Request(_) => None,
            Self::Transport(error) => error.status(),
            Self::Api(error, _) => Some(error.status()),
            Self::Response(response) => Some(response.status),
        }
    }

    /// What the transport reported.
    pub(crate) fn transport(&self) -> Option<&TransportError> {
        match self {
            Self::Transport(error) | Self::Api(_, Some(error)) => Some(error),
            _ => None,
        }
    }
}

impl Error {
    /// The line names the server, and does not show what is to be hidden.
    pub(crate) fn new(facts: Facts, cause: Cause, server: &BaseUrl, hidden: Hidden<'_>) -> Self {
        let line = line::write(&facts, &cause, server, hidden);
        Self(Arc::new(Inner { facts, cause, line: line.into() }))
    }

    /// The same at the end of a wait: its line says after how many reads.
    pub(crate) fn after(mut self, reads: &str, count: u32) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0).filter(|_| count > 1) {
            inner.line = format!("{}, after {count} {reads}", inner.line).into();
        }
        self
    }

    /// Which of four things happened.
    pub fn kind(&self) -> ErrorKind {
        match self.0.cause {
            Cause::Request(_) => ErrorKind::InvalidRequest,
            Cause::Transport(_) => ErrorKind::Transport,
            Cause::Api(..) => ErrorKind::Api,
            Cause::Response(..) => ErrorKind::InvalidResponse,
        }
    }

    /// The operation that failed, such as `generate_face_verification_link`.
    pub fn operation(&self) -> &'static str {
        self.0.facts.operation
    }

    /// How often the request was handed to the transport: 0 if it could not even be built.
    pub fn attempts(&self) -> u32 {
        self.0.facts.attempts()
    }

    /// Each attempt in order: its status or what failed, its correlation id, and how long it took. Empty if the request
    /// could not even be built.
    pub fn history(&self) -> &[Attempt] {
        &self.0.facts.history
    }

    /// Whether any attempt may have been processed by the server. It is `false` only if each attempt was
    /// provably never sent, or was refused by SpherePay in its own words.
    ///
    /// For an operation that must not happen twice: if `true`, find out whether it happened before you call
    /// again.
    pub fn may_have_been_processed(&self) -> bool {
        self.0.facts.may_have_been_processed
    }

    /// Why there was no further attempt.
    pub fn stop_reason(&self) -> StopReason {
        self.0.facts.stop
    }

    /// The response, if it had a status other than 2xx.
    pub fn api(&self) -> Option<&ApiError> {
        match &self.0.cause {
            Cause::Api(error, _) => Some(error),
            _ => None,
        }
    }

    /// What the transport reported: why there is no response, or why its body is not whole.
    pub fn transport(&self) -> Option<&TransportError> {
        self.0.cause.transport()
    }

    /// The HTTP status, if the head of a response arrived.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.cause.status()
    }

    /// The headers, if the head of a response arrived: a map that is made for the caller.
    pub fn headers(&self) -> Option<HeaderMap> {
        self.kept_headers().map(KeptHeaders::to_map)
    }

    fn kept_headers(&self) -> Option<&KeptHeaders> {
        match &self.0.cause {
            Cause::Request(_) => None,
            Cause::Transport(error) => error.kept_headers(),
            Cause::Api(error, _) => Some(error.kept_headers()),
            Cause::Response(response) => Some(&response.headers),
        }
    }

    /// The raw body of the response, if all of it arrived. It may hold what must not be logged.
    pub fn body(&self) -> Option<&Bytes> {
        match &self.0.cause {
            Cause::Api(error, None) => Some(error.body()),
            Cause::Response(response) => Some(&response.body),
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

    /// 401 or 403: the API key is missing, malformed, revoked or not allowed. Retrying does not help.
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

    /// 500 or above: the server failed, and may have processed the request.
    pub fn is_server_error(&self) -> bool {
        self.api().is_some_and(|error| error.status().as_u16() >= 500)
    }

    /// There was no complete response: no connection, time ran out, or the connection ended early.
    pub fn is_transport(&self) -> bool {
        self.kind() == ErrorKind::Transport
    }

    /// 429: too many requests.
    pub fn is_rate_limited(&self) -> bool {
        self.has_api_status(&[429])
    }

    /// Time ran out on this side: the deadline of the call, or the time to connect.
    pub fn is_timeout(&self) -> bool {
        self.transport().is_some_and(|error| error.kind() == TransportErrorKind::Timeout)
    }

    /// Whether the same call may be made again later without harm, and may succeed then: the one question of a queue.
    ///
    /// `false` for what must be fixed first, and for what may have been processed and must not happen twice.
    ///
    /// ```
    /// use sphere_core::{Client, CustomerId, Error};
    ///
    /// async fn run(client: &Client, id: &CustomerId, queue: &mut Vec<CustomerId>) -> Result<(), Error> {
    ///     match client.get_customer(id).send().await {
    ///         Err(error) if error.is_retryable_later() => Ok(queue.push(id.clone())),
    ///         other => other.map(drop),
    ///     }
    /// }
    /// ```
    pub fn is_retryable_later(&self) -> bool {
        self.stop_reason() != StopReason::NotRetryable
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

/// Writes the facts, for a dead-letter queue or an audit: never the body, the headers or the request.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("error", &self.0.line)?;
        map.serialize_entry("operation", self.operation())?;
        map.serialize_entry("kind", &self.kind().to_string())?;
        map.serialize_entry("status", &self.status().map(|status| status.as_u16()))?;
        map.serialize_entry("attempts", &self.attempts())?;
        map.serialize_entry("mayHaveBeenProcessed", &self.may_have_been_processed())?;
        map.serialize_entry("isRetryableLater", &self.is_retryable_later())?;
        map.end()
    }
}

/// Shows the line and the facts around it; of headers only the names, of the body only its length.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("line", &self.0.line)
            .field("status", &self.status())
            .field("attempts", &self.attempts())
            .field("history", &self.history())
            .field("may_have_been_processed", &self.0.facts.may_have_been_processed)
            .field("stop_reason", &self.0.facts.stop)
            .field("headers", &self.kept_headers())
            .field("body_bytes", &self.body().map(Bytes::len))
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.cause {
            Cause::Request(fault) => Some(fault),
            Cause::Transport(error) | Cause::Api(_, Some(error)) => Some(error),
            Cause::Api(_, None) => None,
            Cause::Response(response) => Some(&response.fault),
        }
    }
}
