//! What crosses the boundary when all goes well: one request, one response.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{ONCE_IDLE_TIMEOUT, RequestBody, TransportError, TransportErrorKind};
use crate::config::{DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_TIMEOUT};
use crate::values::target::Target;

/// One request as a transport gets it: the HTTP request, complete, and the limits to keep to.
///
/// More limits may be added; a transport that does not know one may ignore it.
#[derive(Clone)]
// Boxed: it moves from the client to the transport, through several futures.
pub struct TransportRequest(Box<Inner>);

#[derive(Clone)]
struct Inner {
    http: http::Request<RequestBody>,
    /// Where it goes, or why it cannot be sent.
    target: Result<Target, &'static str>,
    operation: &'static str,
    time_left: Duration,
    connect_timeout: Duration,
    max_response_bytes: usize,
    needs_fresh_connection: bool,
    max_idle_time: Duration,
}

impl TransportRequest {
    /// A request with the default limits: 30 seconds, 5 of them to connect, a response of at most 1 MiB, and a
    /// connection that was idle for at most [4 seconds](ONCE_IDLE_TIMEOUT).
    ///
    /// The SDK makes these by itself; this is for those who test a transport.
    pub fn new(http: http::Request<RequestBody>) -> Self {
        let target = Target::of(http.uri()).and_then(|target| check_framing(&http).map(|()| target));
        Self::with_target(target, http)
    }

    /// A request of the SDK's own, whose target and framing are right.
    pub(crate) fn to(target: Target, http: http::Request<RequestBody>) -> Self {
        Self::with_target(Ok(target), http)
    }

    fn with_target(target: Result<Target, &'static str>, http: http::Request<RequestBody>) -> Self {
        Self(Box::new(Inner {
            http,
            target,
            operation: "unnamed",
            time_left: DEFAULT_TIMEOUT,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            max_response_bytes: DEFAULT_MAX_RESPONSE_BYTES,
            needs_fresh_connection: false,
            max_idle_time: ONCE_IDLE_TIMEOUT,
        }))
    }

    /// Sets [`Self::operation`].
    pub fn with_operation(mut self, operation: &'static str) -> Self {
        self.0.operation = operation;
        self
    }

    /// Sets [`Self::time_left`].
    pub fn with_time_left(mut self, time_left: Duration) -> Self {
        self.0.time_left = time_left;
        self
    }

    /// Sets [`Self::connect_timeout`].
    pub fn with_connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.0.connect_timeout = connect_timeout;
        self
    }

    /// Sets [`Self::max_response_bytes`].
    pub fn with_max_response_bytes(mut self, max_response_bytes: usize) -> Self {
        self.0.max_response_bytes = max_response_bytes;
        self
    }

    /// Sets [`Self::needs_fresh_connection`].
    pub fn with_fresh_connection(mut self, needs_fresh_connection: bool) -> Self {
        self.0.needs_fresh_connection = needs_fresh_connection;
        self
    }

    /// Sets [`Self::max_idle_time`].
    pub fn with_max_idle_time(mut self, max_idle_time: Duration) -> Self {
        self.0.max_idle_time = max_idle_time;
        self
    }

    /// The operation's name for logs and metrics, such as `generate_face_verification_link`.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// How long this attempt may take in all, from the moment of [`Transport::send`](super::Transport::send)
    /// to the last byte of the response.
    pub fn time_left(&self) -> Duration {
        self.0.time_left
    }

    /// How much of that may be spent on getting a connection: lookup, TCP and TLS handshake together.
    /// Never more than [`Self::time_left`].
    pub fn connect_timeout(&self) -> Duration {
        self.0.connect_timeout.min(self.0.time_left)
    }

    /// The largest response body to accept, in bytes. Exactly this many are still accepted.
    pub fn max_response_bytes(&self) -> usize {
        self.0.max_response_bytes
    }

    /// Whether the request must go out on a connection that no earlier request used: the previous connection was cut,
    /// or the server said that it was the wrong one (421; RFC 9110, section 15.5.20), too slow (408; section 15.5.9) or
    /// too early (425; RFC 8470, section 5.2). Until the next response, every retry needs one. A transport without a
    /// pool can ignore it.
    pub fn needs_fresh_connection(&self) -> bool {
        self.0.needs_fresh_connection
    }

    /// How long the connection that carries the request may have been idle before: longer for a request that may
    /// be sent twice than for one that must not. A connection that was idle for longer stays where it is, for
    /// other requests. A transport without a pool can ignore it; one that cannot choose by request keeps none longer
    /// than [`ONCE_IDLE_TIMEOUT`].
    ///
    /// The server closes idle connections when it wants to, and a request that meets the close may or may not have
    /// been processed (RFC 9112, section 9.3.1).
    pub fn max_idle_time(&self) -> Duration {
        self.0.max_idle_time
    }

    /// Where the request goes. Asked for first, so that a request that cannot be sent as it is does not leave.
    ///
    /// # Errors
    ///
    /// Of kind [`Setup`](TransportErrorKind::Setup), which is never retried, and not sent:
    ///
    /// - the URL's scheme is neither `http` nor `https`
    /// - it has no host, has a user name, or has a port that is not a number from 0 to 65535
    /// - a `content-length` is given that is not the body's length
    /// - a `transfer-encoding` is given: how the body is framed is up to the transport
    pub fn target(&self) -> Result<&Target, TransportError> {
        let unsendable =
            |fault: &&'static str| TransportError::new(TransportErrorKind::Setup, *fault).not_sent();
        self.0.target.as_ref().map_err(unsendable)
    }

    /// The HTTP request: an absolute `http` or `https` URL, every header but `Host`, and the body.
    pub fn http(&self) -> &http::Request<RequestBody> {
        &self.0.http
    }

    /// The HTTP request, by value.
    pub fn into_http(self) -> http::Request<RequestBody> {
        self.0.http
    }
}

/// Checks what a request's headers say about its body.
fn check_framing(http: &http::Request<RequestBody>) -> Result<(), &'static str> {
    let is_length = |value: &HeaderValue| {
        let digits = value.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        digits.is_some_and(|digits| digits.parse() == Ok(http.body().len()))
    };
    if !http.headers().get_all(header::CONTENT_LENGTH).iter().all(is_length) {
        return Err("`content-length` is not the body's length");
    }
    if http.headers().contains_key(header::TRANSFER_ENCODING) {
        return Err("`transfer-encoding` is given, which only the transport may set");
    }
    Ok(())
}

/// Shows method, host and limits; of the headers only the names, of the body only its length. Path and query
/// may hold personal data.
impl fmt::Debug for TransportRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportRequest")
            .field("operation", &self.0.operation)
            .field("method", self.0.http.method())
            .field("host", &self.0.http.uri().authority().map(http::uri::Authority::as_str))
            .field("headers", &HeaderNames(self.0.http.headers()))
            .field("body", self.0.http.body())
            .field("time_left", &self.0.time_left)
            .field("connect_timeout", &self.0.connect_timeout)
            .field("max_response_bytes", &self.0.max_response_bytes)
            .field("needs_fresh_connection", &self.0.needs_fresh_connection)
            .field("max_idle_time", &self.0.max_idle_time)
            .finish()
    }
}

/// One complete response: status, headers and the whole body, whatever the status.
#[non_exhaustive]
#[derive(Clone)]
pub struct TransportResponse {
    http: http::Response<Bytes>,
}

impl TransportResponse {
    /// The response as it came.
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

/// Shows status, header names and the body's length: a response may hold a customer's link.
impl fmt::Debug for TransportResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportResponse")
            .field("status", &self.status())
            .field("headers", &HeaderNames(self.headers()))
            .field("body_bytes", &self.body().len())
            .finish()
    }
}

/// Header names without their values, for `Debug`.
struct HeaderNames<'a>(&'a HeaderMap);

impl fmt::Debug for HeaderNames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys().map(http::HeaderName::as_str)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::Delivery;

    #[test]
    fn content_length_must_be_the_bodys_length() {
        let fault = |name: &str, value: &str| {
            let http = http::Request::post("http://h/").header(name, value);
            let request = TransportRequest::new(http.body(Bytes::from("abc").into()).unwrap());
            request.target().err().map(|error| {
                assert_eq!((error.kind(), error.delivery()), (TransportErrorKind::Setup, Delivery::NotSent));
                std::error::Error::source(&error).unwrap().to_string()
            })
        };
        for good in ["3", "03"] {
            assert_eq!(fault("content-length", good), None);
        }
        for bad in ["", "+3", "4", "3,3", "3x", "99999999999999999999999"] {
            let expected = "`content-length` is not the body's length";
            assert_eq!(fault("content-length", bad).as_deref(), Some(expected), "{bad}");
        }
        let expected = "`transfer-encoding` is given, which only the transport may set";
        assert_eq!(fault("transfer-encoding", "chunked").as_deref(), Some(expected));
    }
}
