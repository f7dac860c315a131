//! What comes back for one request: SpherePay's responses, and the failures that can come instead of one.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde::Serialize;

use crate::transport::{Delivery, TransportError, TransportErrorKind, TransportResponse};
use crate::values::Timestamp;

const JSON: &str = "application/json; charset=utf-8";

/// The page that nginx serves when the application behind it is gone.
const NGINX_BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n\
    <body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n\
    </body>\r\n</html>\r\n";

/// What an older page of SpherePay's showed for a bad key: no correlation id.
const UNAUTHORIZED: &str = r#"{"status":401,"detail":"Invalid or missing API key.","code":"unauthorized"}"#;

// The contract's examples, word for word.
const BAD_REQUEST: &str = r#"{"status":400,"detail":"Invalid request parameters","code":"address/invalid","correlationId":"28c61e885c6e5eaa78c1a2183a9b883c"}"#;
const NOT_FOUND: &str = r#"{"status":404,"detail":"Resource not found","code":"resource/not-found","correlationId":"28c61e885c6e5eaa78c1a2183a9b883c"}"#;
const UNPROCESSABLE: &str = r#"{"status":422,"detail":"Validation failed","code":"validation/failed","correlationId":"28c61e885c6e5eaa78c1a2183a9b883c","errors":[{"detail":"Invalid email format","pointer":"/email"},{"detail":"Name is required","pointer":"/name"}]}"#;

/// What comes back for one request: a response or a failure, and how long that takes.
///
/// [`FakeTransport`](super::FakeTransport) takes every reply and waits in virtual time. The sandbox
/// (`sphere-sandbox`) takes the same responses, sends them over real HTTP and waits in real time.
///
/// The bodies of 400, 404 and 422 are the contract's examples. The other problem details are our own wording
/// in the documented shape.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_core::testing::Reply;
/// use sphere_core::transport::TransportErrorKind;
///
/// let script = [
///     Reply::refused(),                                              // no connection, so not sent
///     Reply::lost(TransportErrorKind::Interrupted),                  // sent, and then the connection broke
///     Reply::unavailable(Some(2)),                                   // 503 with `Retry-After: 2`
///     Reply::status(502).body("text/html", "<html>"),                // anything else
///     Reply::link("https://in.sumsub.com/websdk/p/1").after(Duration::from_secs(1)), // 201, a second later
/// ];
/// # let _ = script;
/// ```
#[derive(Clone)]
#[must_use = "a reply does nothing until a transport or a sandbox is told to give it"]
pub struct Reply {
    outcome: Outcome,
    takes: Duration,
}

#[derive(Clone)]
enum Outcome {
    Whole(TransportResponse),
    /// The head arrives and the body does not.
    Head(TransportResponse),
    Failure(TransportErrorKind, Delivery),
}

impl Reply {
    /// 201 with a link to this URL, good until the end of 2099. The URL is sent as it is, so that a test may
    /// also send a bad one.
    pub fn link(url: &str) -> Self {
        Self::with_link(url, "2099-12-31T23:59:59Z")
    }

    /// 201 with a link that expires at this time.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::testing::Reply;
    ///
    /// let reply = Reply::link_until("https://in.sumsub.com/websdk/p/1", "2026-03-09T20:46:31Z".parse()?);
    /// # Ok::<(), sphere_core::InvalidTimestamp>(())
    /// ```
    pub fn link_until(url: &str, expires_at: Timestamp) -> Self {
        Self::with_link(url, &expires_at.to_string())
    }

    fn with_link(url: &str, expires_at: &str) -> Self {
        Self::json_text(201, serde_json::json!({ "url": url, "expiresAt": expires_at }).to_string())
    }

    /// 400 with the contract's example.
    pub fn bad_request() -> Self {
        Self::json_text(400, BAD_REQUEST)
    }

    /// 401 in the shape of SpherePay's older documentation: no correlation id.
    pub fn unauthorized() -> Self {
        Self::json_text(401, UNAUTHORIZED)
    }

    /// 403, which is how SpherePay refuses a key today.
    pub fn forbidden() -> Self {
        Self::problem(403, "Forbidden resource")
    }

    /// 404 with the contract's example.
    pub fn not_found() -> Self {
        Self::json_text(404, NOT_FOUND)
    }

    /// 409 problem details.
    pub fn conflict() -> Self {
        Self::problem(409, "Conflict")
    }

    /// 422 with the contract's example: two field errors, for `/email` and `/name`.
    pub fn unprocessable() -> Self {
        Self::json_text(422, UNPROCESSABLE)
    }

    /// 429, with `Retry-After` in seconds.
    pub fn too_many_requests(retry_after_seconds: u64) -> Self {
        Self::problem(429, "Too many requests").retry_after(retry_after_seconds)
    }

    /// 500: the server may have processed the request.
    pub fn server_error() -> Self {
        Self::problem(500, "Internal server error")
    }

    /// 502 from a gateway: nginx's HTML page.
    pub fn bad_gateway_html() -> Self {
        Self::status(502).header("server", "nginx").body("text/html", NGINX_BAD_GATEWAY)
    }

    /// 503, with `Retry-After` in seconds if given. The server may have processed the request either way.
    pub fn unavailable(retry_after_seconds: Option<u64>) -> Self {
        let reply = Self::problem(503, "Service unavailable");
        match retry_after_seconds {
            Some(seconds) => reply.retry_after(seconds),
            None => reply,
        }
    }

    /// A status without a body.
    ///
    /// # Panics
    ///
    /// If it is not from 100 to 999.
    #[track_caller]
    pub fn status(status: u16) -> Self {
        let Ok(status) = StatusCode::from_u16(status) else { panic!("{status} is not an HTTP status") };
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = status;
        Self::new(Outcome::Whole(response.into()))
    }

    /// No connection, so not sent. The same as [`Reply::not_sent`] with
    /// [`TransportErrorKind::Connect`].
    pub fn refused() -> Self {
        Self::not_sent(TransportErrorKind::Connect)
    }

    /// A failure of this kind. The transport can prove that nothing was sent.
    pub fn not_sent(kind: TransportErrorKind) -> Self {
        Self::new(Outcome::Failure(kind, Delivery::NotSent))
    }

    /// A failure of this kind, after which it is unknown whether the request was processed.
    pub fn lost(kind: TransportErrorKind) -> Self {
        Self::new(Outcome::Failure(kind, Delivery::Unknown))
    }

    /// No response: the call times out.
    pub fn never() -> Self {
        Self::lost(TransportErrorKind::Timeout).after(Duration::MAX)
    }

    fn new(outcome: Outcome) -> Self {
        Self { outcome, takes: Duration::ZERO }
    }

    fn problem(status: u16, detail: &str) -> Self {
        let body = serde_json::json!({
            "status": status, "detail": detail, "correlationId": "0123456789abcdef0123456789abcdef",
        });
        Self::json_text(status, body.to_string())
    }

    /// This status with this JSON.
    ///
    /// # Panics
    ///
    /// If the status is not from 100 to 999, or the value cannot be written as JSON.
    ///
    /// ```
    /// use sphere_core::testing::Reply;
    ///
    /// let reply = Reply::json(201, &std::collections::BTreeMap::from([("id", "customer_1")]));
    /// assert_eq!(reply.into_response().unwrap().body(), r#"{"id":"customer_1"}"#);
    /// ```
    #[track_caller]
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        let Ok(body) = serde_json::to_vec(value) else { panic!("it cannot be written as JSON") };
        Self::json_text(status, body)
    }

    #[track_caller]
    fn json_text(status: u16, body: impl Into<Bytes>) -> Self {
        Self::status(status).body(JSON, body)
    }

    fn retry_after(self, seconds: u64) -> Self {
        self.header("retry-after", &seconds.to_string())
    }

    /// Adds a header. Headers of the same name stay.
    ///
    /// # Panics
    ///
    /// If HTTP does not allow this name or value, or if this is a failure, which has no headers.
    #[track_caller]
    pub fn header(self, name: &str, value: &str) -> Self {
        let Ok(name) = HeaderName::try_from(name) else { panic!("{name:?} is not a header name") };
        let Ok(value) = HeaderValue::try_from(value) else { panic!("{value:?} is not a header value") };
        self.change(|response| {
            response.headers_mut().append(name, value);
        })
    }

    /// Sets the body, byte for byte, and its `Content-Type`. An empty `content_type` sends no such header.
    ///
    /// # Panics
    ///
    /// If HTTP does not allow this content type, or if this is a failure, which has no body.
    #[track_caller]
    pub fn body(self, content_type: &str, body: impl Into<Bytes>) -> Self {
        let Ok(value) = HeaderValue::try_from(content_type) else {
            panic!("{content_type:?} is not a content type")
        };
        self.change(|response| {
            response.headers_mut().remove(header::CONTENT_TYPE);
            if !content_type.is_empty() {
                response.headers_mut().insert(header::CONTENT_TYPE, value);
            }
            *response.body_mut() = body.into();
        })
    }

    #[track_caller]
    fn change(self, change: impl FnOnce(&mut Response<Bytes>)) -> Self {
        let outcome = match self.outcome {
            Outcome::Whole(response) => Outcome::Whole(changed(response, change)),
            Outcome::Head(response) => Outcome::Head(changed(response, change)),
            Outcome::Failure(kind, _) => panic!("a failure ({kind:?}) has no headers and no body"),
        };
        Self { outcome, ..self }
    }

    /// Lets the head arrive, and the connection end before the body does.
    ///
    /// # Panics
    ///
    /// If this is a failure, which has no body.
    #[track_caller]
    pub fn cut_off(self) -> Self {
        let outcome = match self.outcome {
            Outcome::Whole(response) | Outcome::Head(response) => Outcome::Head(response),
            Outcome::Failure(kind, _) => panic!("a failure ({kind:?}) has no body"),
        };
        Self { outcome, ..self }
    }

    /// Sends it after this delay. If the call has less time left, it times out instead.
    pub fn after(self, takes: Duration) -> Self {
        Self { takes, ..self }
    }

    /// The delay before it is sent; zero unless [`Reply::after`] set one.
    pub fn delay(&self) -> Duration {
        self.takes
    }

    /// The response; `None` for a failure and for a response that is [cut off](Reply::cut_off).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::testing::Reply;
    ///
    /// assert_eq!(Reply::not_found().into_response().unwrap().status(), 404);
    /// assert!(Reply::refused().into_response().is_none());
    /// ```
    pub fn into_response(self) -> Option<Response<Bytes>> {
        match self.outcome {
            Outcome::Whole(response) => Some(response.into_http()),
            Outcome::Head(_) | Outcome::Failure(..) => None,
        }
    }

    /// How long it takes and what comes then, for a request with `time_left`.
    pub(super) fn within(self, time_left: Duration) -> (Duration, Result<TransportResponse, TransportError>) {
        if self.takes > time_left {
            let error = TransportError::timed_out();
            return match self.outcome {
                Outcome::Failure(_, Delivery::NotSent) => (time_left, Err(error.not_sent())),
                _ => (time_left, Err(error)),
            };
        }
        let scripted = |kind| TransportError::new(kind, "scripted");
        let result = match self.outcome {
            Outcome::Whole(response) => Ok(response),
            Outcome::Head(response) => {
                let (head, _) = response.into_http().into_parts();
                Err(scripted(TransportErrorKind::Interrupted).with_head(head.status, &head.headers))
            }
            Outcome::Failure(kind, Delivery::NotSent) => Err(scripted(kind).not_sent()),
            Outcome::Failure(kind, Delivery::Unknown) => Err(scripted(kind)),
        };
        (self.takes, result)
    }
}

fn changed(response: TransportResponse, change: impl FnOnce(&mut Response<Bytes>)) -> TransportResponse {
    let mut response = response.into_http();
    change(&mut response);
    response.into()
}

/// Shows status, header names and the body's length, or the failure.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Reply");
        match &self.outcome {
            Outcome::Whole(response) => shown.field("whole", response),
            Outcome::Head(response) => shown.field("cut_off", response),
            Outcome::Failure(kind, delivery) => shown.field("failure", kind).field("delivery", delivery),
        };
        shown.field("takes", &self.takes).finish()
    }
}
