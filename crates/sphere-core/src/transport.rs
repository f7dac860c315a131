//! The boundary between what to say and how to say it: the [`Transport`] traits, what they are given,
//! and what they give back.
//!
//! # Responsibilities of a transport
//!
//! A transport carries **one** HTTP request and brings back **one** answer. Everything else (auth, retries,
//! waits, deadlines, error mapping) is decided in this crate, once, for every transport. So a transport:
//!
//! 1. **Sends what it is given.** Method, URL, headers and body bytes go out as they are. It may add `Host`
//!    and what its HTTP version needs for framing; it adds no other header and drops none.
//! 2. **Sends it once.** Nothing that may have left is sent again, whatever happened to it. A request that
//!    *provably* never left (a pooled connection found closed before the first byte) may go out on another
//!    connection.
//! 3. **Returns every status as `Ok`.** 404 is an answer and so is 500. So is 302: redirects are returned,
//!    never followed.
//! 4. **Returns the body as it came**, not decompressed, whole or not at all.
//! 5. **Keeps to the limits in the request**: gives up when [`TransportRequest::time_left`] has passed,
//!    whichever phase it is in (name look-up, connect, TLS handshake, write, read), and stops reading at
//!    [`TransportRequest::max_response_bytes`].
//! 6. **Says whether the request was sent**, with [`Delivery`]. [`Delivery::NotSent`] is a claim that it
//!    must be able to prove; in doubt it is [`Delivery::Unknown`].
//! 7. **Loses nothing**: if the head of an answer arrived and its body broke, the error carries
//!    [status and headers](TransportError::with_head).
//! 8. **Does not panic**, logs no header value and no body, and uses no proxy that nobody asked for.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// A boxed error of any type that may cross threads: the cause inside a [`TransportError`].
pub type BoxError = Box<dyn StdError + Send + Sync + 'static>;

/// How long a connection may sit unused before a transport stops reusing it: 4 seconds, below the 5 seconds
/// after which Node servers close theirs by default. Reusing a connection that the server is just closing
/// is the commonest way to lose a request.
pub const DEFAULT_IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// An asynchronous transport. [The module](self) lists what it must do.
///
/// # Example
///
/// A transport that answers every request from memory:
///
/// ```
/// use std::time::Duration;
/// use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse};
///
/// struct Canned;
///
/// #[async_trait::async_trait]
/// impl Transport for Canned {
///     async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
///         let answer = http::Response::builder()
///             .status(404)
///             .body(bytes::Bytes::from_static(b"{\"status\":404,\"detail\":\"Resource not found\"}"))
///             .map_err(TransportError::other)?;
///         Ok(TransportResponse::new(answer))
///     }
///
///     async fn sleep(&self, duration: Duration) {
///         // A real transport waits here, e.g. with `tokio::time::sleep(duration).await`.
///         # let _ = duration;
///     }
/// }
/// ```
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends one request and returns its answer, whatever its status.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] if there is no complete answer: its kind says what failed, its [`Delivery`]
    /// whether the request may have reached the server.
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError>;

    /// Waits for `duration` without blocking the thread. Used between attempts, and as a second net under
    /// [`TransportRequest::time_left`].
    async fn sleep(&self, duration: Duration);

    /// The current time, by the clock that [`Transport::sleep`] waits on.
    ///
    /// Only a transport with a clock of its own (virtual time in tests) needs to write this.
    fn now(&self) -> Instant {
        Instant::now()
    }
}

/// Blocking transports: the same contract as [`Transport`], on the caller's thread.
pub mod blocking {
    use super::{Arc, Duration, Instant, TransportError, TransportRequest, TransportResponse};

    /// A blocking transport. [The `transport` module](super) lists what it must do.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use sphere_core::transport::{blocking, TransportError, TransportRequest, TransportResponse};
    ///
    /// struct Canned;
    ///
    /// impl blocking::Transport for Canned {
    ///     fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
    ///         let answer = http::Response::builder()
    ///             .status(503)
    ///             .body(bytes::Bytes::new())
    ///             .map_err(TransportError::other)?;
    ///         Ok(TransportResponse::new(answer))
    ///     }
    ///
    ///     fn sleep(&self, duration: Duration) {
    ///         std::thread::sleep(duration);
    ///     }
    /// }
    /// ```
    pub trait Transport: Send + Sync {
        /// Sends one request and returns its answer, whatever its status.
        ///
        /// # Errors
        ///
        /// A [`TransportError`] if there is no complete answer: its kind says what failed, its
        /// [`Delivery`](super::Delivery) whether the request may have reached the server.
        fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError>;

        /// Blocks the thread for `duration`. Used between attempts.
        fn sleep(&self, duration: Duration);

        /// The current time, by the clock that [`Transport::sleep`] waits on.
        ///
        /// Only a transport with a clock of its own (virtual time in tests) needs to write this.
        fn now(&self) -> Instant {
            Instant::now()
        }
    }

    macro_rules! forward {
        ($($pointer:ty),*) => {$(
            impl<T: Transport + ?Sized> Transport for $pointer {
                fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
                    (**self).send(request)
                }

                fn sleep(&self, duration: Duration) {
                    (**self).sleep(duration);
                }

                fn now(&self) -> Instant {
                    (**self).now()
                }
            }
        )*};
    }

    forward!(Arc<T>, Box<T>, &T);
}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        #[async_trait]
        impl<T: Transport + ?Sized> Transport for $pointer {
            async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
                (**self).send(request).await
            }

            async fn sleep(&self, duration: Duration) {
                (**self).sleep(duration).await;
            }

            fn now(&self) -> Instant {
                (**self).now()
            }
        }
    )*};
}

forward!(Arc<T>, Box<T>, &T);

/// One request as a transport gets it: the HTTP request, complete, and the limits to keep to.
///
/// More limits may be added; a transport that does not know one may ignore it.
#[non_exhaustive]
pub struct TransportRequest {
    http: http::Request<Bytes>,
    operation: &'static str,
    time_left: Duration,
    connect_timeout: Duration,
    max_response_bytes: usize,
}

impl TransportRequest {
    /// A request with the default limits: 30 seconds, 5 of them to connect, and an answer of at most 1 MiB.
    ///
    /// The SDK makes these by itself; this is for those who test a transport.
    pub fn new(http: http::Request<Bytes>) -> Self {
        Self {
            http,
            operation: "unnamed",
            time_left: crate::config::DEFAULT_TIMEOUT,
            connect_timeout: crate::config::DEFAULT_CONNECT_TIMEOUT,
            max_response_bytes: crate::config::DEFAULT_MAX_RESPONSE_BYTES,
        }
    }

    /// Sets [`Self::operation`].
    pub fn with_operation(mut self, operation: &'static str) -> Self {
        self.operation = operation;
        self
    }

    /// Sets [`Self::time_left`].
    pub fn with_time_left(mut self, time_left: Duration) -> Self {
        self.time_left = time_left;
        self
    }

    /// Sets [`Self::connect_timeout`].
    pub fn with_connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.connect_timeout = connect_timeout;
        self
    }

    /// Sets [`Self::max_response_bytes`].
    pub fn with_max_response_bytes(mut self, max_response_bytes: usize) -> Self {
        self.max_response_bytes = max_response_bytes;
        self
    }

    /// The operation's name for logs and metrics, such as `generate_face_verification_link`.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// How long this attempt may take in all, from the moment of [`Transport::send`] to the last byte of
    /// the answer.
    pub fn time_left(&self) -> Duration {
        self.time_left
    }

    /// How much of that may be spent on getting a connection: name look-up, TCP and TLS handshake together.
    /// Never more than [`Self::time_left`].
    pub fn connect_timeout(&self) -> Duration {
        self.connect_timeout.min(self.time_left)
    }

    /// The largest response body to accept, in bytes. Exactly this many are still accepted.
    pub fn max_response_bytes(&self) -> usize {
        self.max_response_bytes
    }

    /// The HTTP request: an absolute `http` or `https` URL, every header but `Host`, and the body.
    pub fn http(&self) -> &http::Request<Bytes> {
        &self.http
    }

    /// The HTTP request, by value.
    pub fn into_http(self) -> http::Request<Bytes> {
        self.http
    }
}

/// Shows the request line and the limits; of the headers only the names, of the body only its length.
impl fmt::Debug for TransportRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportRequest")
            .field("operation", &self.operation)
            .field("method", self.http.method())
            .field("uri", self.http.uri())
            .field("headers", &HeaderNames(self.http.headers()))
            .field("body_bytes", &self.http.body().len())
            .field("time_left", &self.time_left)
            .field("connect_timeout", &self.connect_timeout)
            .field("max_response_bytes", &self.max_response_bytes)
            .finish()
    }
}

/// One complete answer: status, headers and the whole body, whatever the status.
#[non_exhaustive]
#[derive(Clone)]
pub struct TransportResponse {
    http: http::Response<Bytes>,
}

impl TransportResponse {
    /// The answer as it came.
    pub fn new(http: http::Response<Bytes>) -> Self {
        Self { http }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.http.status()
    }

    /// The headers, repeated ones included.
    pub fn headers(&self) -> &HeaderMap {
        self.http.headers()
    }

    /// The body's bytes, as they came over the wire.
    pub fn body(&self) -> &Bytes {
        self.http.body()
    }

    /// The HTTP response, by value.
    pub fn into_http(self) -> http::Response<Bytes> {
        self.http
    }
}

impl From<http::Response<Bytes>> for TransportResponse {
    fn from(http: http::Response<Bytes>) -> Self {
        Self::new(http)
    }
}

/// Shows status, header names and the body's length: an answer may hold a customer's link.
impl fmt::Debug for TransportResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportResponse")
            .field("status", &self.status())
            .field("headers", &HeaderNames(self.headers()))
            .field("body_bytes", &self.body().len())
            .finish()
    }
}

/// Whether a failed request may have reached the server: the question that decides if it may go out again.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// The transport can prove that no byte of the request was handed to a connection to the server.
    NotSent,
    /// It may have been sent, and may have been acted upon.
    Unknown,
}

/// What kept a transport from bringing back a complete answer.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransportErrorKind {
    /// No connection: the name was not found, the port refused, the handshake was cut off. Retried.
    Connect,
    /// Time ran out. Retried if the request was not sent, or if sending it twice is harmless.
    Timeout,
    /// The server was reached and not trusted, or the two sides share no TLS version. Never retried.
    Tls,
    /// What came back is not HTTP, or its head is larger than the transport takes. Retried only if sending
    /// the request twice is harmless.
    Protocol,
    /// The body is larger than [`TransportRequest::max_response_bytes`]. Never retried.
    TooLarge,
    /// The connection ended before the answer was complete. Retried only if sending the request twice is
    /// harmless.
    Interrupted,
    /// The transport cannot work as it was built or where it runs: no runtime, no usable roots. Never
    /// retried.
    Setup,
    /// Anything else. Retried only as far as its [`Delivery`] allows.
    Other,
}

impl TransportErrorKind {
    /// The kind in a few words, as they stand at the head of an error line.
    fn phrase(self) -> &'static str {
        match self {
            Self::Connect => "could not connect",
            Self::Timeout => "timed out",
            Self::Tls => "TLS failed",
            Self::Protocol => "the answer is not valid HTTP",
            Self::TooLarge => "the answer is too large",
            Self::Interrupted => "the connection ended early",
            Self::Setup => "the transport cannot work here",
            Self::Other => "the transport failed",
        }
    }
}

/// No complete answer: what failed, whether the request may have been sent, and the cause.
///
/// A status other than 2xx is *not* an error here; it is an answer.
///
/// # Example
///
/// ```
/// use sphere_core::transport::{Delivery, TransportError, TransportErrorKind};
///
/// let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
/// let error = TransportError::new(TransportErrorKind::Connect, refused).not_sent();
/// assert_eq!(error.delivery(), Delivery::NotSent);
/// assert_eq!(error.to_string(), "could not connect");
/// assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "connection refused");
/// ```
pub struct TransportError(Box<Inner>);

struct Inner {
    kind: TransportErrorKind,
    delivery: Delivery,
    head: Option<(StatusCode, HeaderMap)>,
    source: BoxError,
}

impl TransportError {
    /// An error of this kind. Its [`Delivery`] is [`Delivery::Unknown`] until [`Self::not_sent`] says
    /// otherwise.
    ///
    /// The cause's text goes into error lines and logs: it must hold no secret.
    pub fn new(kind: TransportErrorKind, source: impl Into<BoxError>) -> Self {
        Self(Box::new(Inner { kind, delivery: Delivery::Unknown, head: None, source: source.into() }))
    }

    /// An error of kind [`TransportErrorKind::Other`].
    pub fn other(source: impl Into<BoxError>) -> Self {
        Self::new(TransportErrorKind::Other, source)
    }

    /// Claims [`Delivery::NotSent`]. Only for a transport that can prove it: a false claim makes the SDK
    /// send a request twice.
    pub fn not_sent(mut self) -> Self {
        self.0.delivery = Delivery::NotSent;
        self
    }

    /// Keeps the head of an answer whose body broke. An answer has begun, so the request was sent: this
    /// also takes back [`Self::not_sent`].
    pub fn with_head(mut self, status: StatusCode, headers: HeaderMap) -> Self {
        self.0.delivery = Delivery::Unknown;
        self.0.head = Some((status, headers));
        self
    }

    /// What failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.0.kind
    }

    /// Whether the request may have been sent.
    pub fn delivery(&self) -> Delivery {
        self.0.delivery
    }

    /// The status of an answer whose body did not arrive whole.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.head.as_ref().map(|(status, _)| *status)
    }

    /// The headers of an answer whose body did not arrive whole.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.head.as_ref().map(|(_, headers)| headers)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind.phrase())
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("kind", &self.0.kind)
            .field("delivery", &self.0.delivery)
            .field("status", &self.status())
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0.source)
    }
}

/// Header names without their values, for `Debug`.
pub(crate) struct HeaderNames<'a>(pub(crate) &'a HeaderMap);

impl fmt::Debug for HeaderNames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys().map(http::HeaderName::as_str)).finish()
    }
}
