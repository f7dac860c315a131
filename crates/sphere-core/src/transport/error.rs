//! What crosses the boundary when there is no complete response: what failed, and whether the request was sent.

use std::error::Error as StdError;
use std::fmt;

use http::{HeaderMap, StatusCode};

use super::{BoxError, KeptHeaders};

/// Whether a failed request may have reached the server.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// The transport can prove that no byte of the request was handed to a connection to the server.
    NotSent,
    /// It may have been sent, and may have been processed.
    Unknown,
}

/// Why a transport has no complete response.
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
    /// The body is larger than [`TransportRequest::max_response_bytes`](super::TransportRequest::max_response_bytes).
    /// Never retried.
    TooLarge,
    /// The connection ended before the response was complete. Retried only if sending the request twice is
    /// harmless.
    Interrupted,
    /// The transport cannot work as it was built or where it runs (no runtime, no usable roots, a proxy that refuses,
    /// no file descriptor left, a clock before 1970), or the request cannot be sent as it is (no host, a bad server
    /// name). Never retried.
    Setup,
    /// Anything else. Retried only as far as its [`Delivery`] allows.
    Other,
}

impl TransportErrorKind {
    /// The kind in a few words, as an error line begins with them.
    fn phrase(self) -> &'static str {
        match self {
            Self::Connect => "could not connect",
            Self::Timeout => "timed out",
            Self::Tls => "TLS failed",
            Self::Protocol => "the response is not valid HTTP",
            Self::TooLarge => "the response is too large",
            Self::Interrupted => "the connection ended early",
            Self::Setup => "the request cannot be sent",
            Self::Other => "the transport failed",
        }
    }
}

impl fmt::Display for TransportErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.phrase())
    }
}

/// No complete response: what failed, whether the request may have been sent, and the cause.
///
/// A status other than 2xx is *not* an error here; it is a response.
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
    head: Option<(StatusCode, KeptHeaders)>,
    proxy: Option<Box<str>>,
    source: BoxError,
}

impl TransportError {
    /// An error of this kind. Its [`Delivery`] is [`Delivery::Unknown`] until [`Self::not_sent`] says
    /// otherwise.
    ///
    /// The cause's text goes into error lines and logs: it must hold no secret.
    pub fn new(kind: TransportErrorKind, source: impl Into<BoxError>) -> Self {
        Self(Box::new(Inner {
            kind,
            delivery: Delivery::Unknown,
            head: None,
            proxy: None,
            source: source.into(),
        }))
    }

    /// The response was not complete within [`TransportRequest::time_left`](super::TransportRequest::time_left): an
    /// error of kind [`TransportErrorKind::Timeout`].
    pub fn timed_out() -> Self {
        Self::new(TransportErrorKind::Timeout, "the response was not complete in time")
    }

    /// The response's body has more bytes than this: an error of kind [`TransportErrorKind::TooLarge`].
    pub fn too_large(limit: usize) -> Self {
        Self::new(TransportErrorKind::TooLarge, format!("the body has more than {limit} bytes"))
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

    /// Keeps the head of a response whose body broke. A response has begun, so the request was sent: this
    /// also takes back [`Self::not_sent`].
    pub fn with_head(mut self, status: StatusCode, headers: &HeaderMap) -> Self {
        self.0.delivery = Delivery::Unknown;
        self.0.head = Some((status, KeptHeaders::new(headers)));
        self
    }

    /// Says through which proxy the request was to go: host and port. It goes into error lines and logs, so without
    /// credentials.
    ///
    /// ```
    /// use sphere_core::transport::{TransportError, TransportErrorKind};
    ///
    /// let error = TransportError::new(TransportErrorKind::Connect, "refused").through_proxy("proxy.internal:3128");
    /// assert_eq!(error.proxy(), Some("proxy.internal:3128"));
    /// ```
    pub fn through_proxy(mut self, proxy: impl Into<String>) -> Self {
        self.0.proxy = Some(proxy.into().into());
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

    /// The proxy through which the request was to go: host and port. `None` if there was none, or if the transport does
    /// not say.
    pub fn proxy(&self) -> Option<&str> {
        self.0.proxy.as_deref()
    }

    /// The status of a response whose body did not arrive whole.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.head.as_ref().map(|(status, _)| *status)
    }

    /// The headers of a response whose body did not arrive whole: a map that is made for the caller.
    pub fn headers(&self) -> Option<HeaderMap> {
        self.kept_headers().map(KeptHeaders::to_map)
    }

    pub(crate) fn kept_headers(&self) -> Option<&KeptHeaders> {
        self.0.head.as_ref().map(|(_, headers)| headers)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.kind.fmt(f)
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("kind", &self.0.kind)
            .field("delivery", &self.0.delivery)
            .field("status", &self.status())
            .field("proxy", &self.0.proxy)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0.source)
    }
}
