//! An answer ordered by a test: what the sandbox says to the next request instead of, or around,
//! its normal behaviour.

use std::{fmt, future::Future, time::Duration};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use tokio::sync::watch;

use crate::{gate::Gate, problem::Problem};

/// What the sandbox is to answer, and when.
///
/// An answer starts from a status of your own ([`Answer::status`]), from a ready-made failure
/// ([`Answer::conflict`] and its neighbours) or from what the sandbox would say anyway
/// ([`Answer::normal`]). On top of that come headers, a body, a delay and a [`Gate`].
///
/// ```
/// use sphere_sandbox::{Answer, Sandbox};
/// use std::time::Duration;
///
/// let sandbox = Sandbox::start()?;
/// sandbox.answer_next(Answer::too_many_requests(1));
/// sandbox.answer_next(
///     Answer::status(503)
///         .header("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")
///         .body("text/plain", "back soon")
///         .delay(Duration::from_millis(5)),
/// );
/// # Ok::<(), sphere_sandbox::StartError>(())
/// ```
///
/// A mistake in the order itself, such as a status that cannot end a request or a header that
/// HTTP forbids, does not panic: the client gets a 500 whose `detail` names the mistake.
#[derive(Clone, Debug)]
#[must_use = "an answer does nothing until the sandbox is told to give it"]
pub struct Answer {
    base: Base,
    headers: HeaderMap,
    body: Option<TypedBody>,
    delay: Duration,
    gate: Option<watch::Receiver<bool>>,
    mistake: Option<String>,
}

#[derive(Clone, Debug)]
enum Base {
    Normal,
    Empty(StatusCode),
    Problem(Problem),
}

#[derive(Clone)]
struct TypedBody {
    content_type: Option<HeaderValue>,
    bytes: Bytes,
}

/// The page that nginx serves when the application behind it is gone.
const NGINX_BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n\
    <body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n\
    </body>\r\n</html>\r\n";

/// What an older page of SpherePay's showed for a bad key; it has no correlation id.
const UNAUTHORIZED: &str = r#"{"status":401,"detail":"Invalid or missing API key.","code":"unauthorized"}"#;

impl Answer {
    fn from_base(base: Base) -> Self {
        Self { base, headers: HeaderMap::new(), body: None, delay: Duration::ZERO, gate: None, mistake: None }
    }

    /// What the sandbox would answer anyway; useful with a delay, a gate or an extra header.
    pub fn normal() -> Self {
        Self::from_base(Base::Normal)
    }

    /// A bare status from 200 to 999, without a body.
    pub fn status(status: u16) -> Self {
        match StatusCode::from_u16(status) {
            Ok(code) if !code.is_informational() => Self::from_base(Base::Empty(code)),
            _ => Self::normal().mistaken(format!("{status} is not a final HTTP status")),
        }
    }

    /// 400 with the contract's example body.
    pub fn bad_request() -> Self {
        Self::from_base(Base::Problem(Problem::BAD_REQUEST))
    }

    /// 401 in the shape of SpherePay's older documentation, without a correlation id.
    pub fn unauthorized() -> Self {
        Self::status(401).body("application/json; charset=utf-8", UNAUTHORIZED)
    }

    /// 403, which is how SpherePay refuses a key today.
    pub fn forbidden() -> Self {
        Self::from_base(Base::Problem(Problem::FORBIDDEN))
    }

    /// 404 with the contract's example body.
    pub fn not_found() -> Self {
        Self::from_base(Base::Problem(Problem::NOT_FOUND))
    }

    /// 409 problem details.
    pub fn conflict() -> Self {
        Self::from_base(Base::Problem(Problem::CONFLICT))
    }

    /// 422 with the contract's example body: two field errors, each with a JSON Pointer.
    pub fn unprocessable() -> Self {
        Self::from_base(Base::Problem(Problem::UNPROCESSABLE))
    }

    /// 429 problem details with `Retry-After` in seconds.
    pub fn too_many_requests(retry_after_seconds: u64) -> Self {
        Self::from_base(Base::Problem(Problem::TOO_MANY_REQUESTS)).retry_after(retry_after_seconds)
    }

    /// 500 problem details.
    pub fn server_error() -> Self {
        Self::from_base(Base::Problem(Problem::SERVER_ERROR))
    }

    /// 502 from a gateway that knows nothing of JSON: nginx's HTML page.
    pub fn bad_gateway_html() -> Self {
        Self::status(502).header("server", "nginx").body("text/html", NGINX_BAD_GATEWAY)
    }

    /// 503 problem details, with `Retry-After` in seconds if given.
    pub fn unavailable(retry_after_seconds: Option<u64>) -> Self {
        let answer = Self::from_base(Base::Problem(Problem::UNAVAILABLE));
        match retry_after_seconds {
            Some(seconds) => answer.retry_after(seconds),
            None => answer,
        }
    }

    /// The [normal](Answer::normal) answer, held back until the gate is opened.
    ///
    /// To hold any other answer, see [`Answer::behind`].
    ///
    /// ```
    /// use sphere_sandbox::{Answer, Sandbox};
    ///
    /// let sandbox = Sandbox::start()?;
    /// let (answer, gate) = Answer::held();
    /// sandbox.answer_next(answer);
    /// // … start a call on another thread, assert that it waits, then:
    /// gate.open();
    /// # Ok::<(), sphere_sandbox::StartError>(())
    /// ```
    pub fn held() -> (Self, Gate) {
        let gate = Gate::new();
        (Self::normal().behind(&gate), gate)
    }

    /// Adds a header. It takes the place of one that the sandbox would send by itself; a name
    /// that is given twice is sent twice.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) => {
                self.headers.append(name, value);
                self
            }
            _ => self.mistaken(format!("{name:?}: {value:?} is not an HTTP header")),
        }
    }

    /// Sets the body, byte for byte. An empty `content_type` sends no such header.
    pub fn body(mut self, content_type: &str, bytes: impl Into<Bytes>) -> Self {
        let content_type = match content_type {
            "" => None,
            text => match HeaderValue::from_str(text) {
                Ok(value) => Some(value),
                Err(_) => return self.mistaken(format!("{text:?} is not a content type")),
            },
        };
        self.body = Some(TypedBody { content_type, bytes: bytes.into() });
        self
    }

    /// Waits this long, in real time, before answering. [`Answer::behind`] is the way to a test
    /// that depends on no clock.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Holds the answer back until `gate` is opened. Several answers may share one gate.
    ///
    /// ```
    /// use sphere_sandbox::{Answer, Gate};
    ///
    /// let gate = Gate::new();
    /// let late_failure = Answer::server_error().behind(&gate);
    /// ```
    pub fn behind(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.watch());
        self
    }

    fn retry_after(mut self, seconds: u64) -> Self {
        self.headers.append(header::RETRY_AFTER, HeaderValue::from(seconds));
        self
    }

    fn mistaken(mut self, mistake: String) -> Self {
        // The first mistake is the one to mend first.
        self.mistake.get_or_insert(mistake);
        self
    }

    /// Waits as ordered, then turns the order into a response. `normal` is only run if it is part
    /// of the order, and only after the wait, so that a held request has no effect before.
    pub(crate) async fn respond<N>(self, normal: impl FnOnce() -> N) -> Response
    where
        N: Future<Output = Response>,
    {
        if let Some(mut gate) = self.gate {
            // An error means that the gate is gone; nobody can open it any more, so it is open.
            let _ = gate.wait_for(|open| *open).await;
        }
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        if let Some(mistake) = self.mistake {
            return Problem::SERVER_ERROR
                .with_detail(format!("The ordered answer cannot be sent: {mistake}"))
                .response();
        }

        let mut response = match self.base {
            Base::Normal => normal().await,
            Base::Problem(problem) => problem.response(),
            Base::Empty(status) => {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = status;
                response
            }
        };
        if let Some(TypedBody { content_type, bytes }) = self.body {
            *response.body_mut() = Body::from(bytes);
            response.headers_mut().remove(header::CONTENT_LENGTH);
            response.headers_mut().remove(header::CONTENT_TYPE);
            if let Some(content_type) = content_type {
                response.headers_mut().insert(header::CONTENT_TYPE, content_type);
            }
        }
        // `extend` replaces what was there under a name, then appends the repetitions.
        response.headers_mut().extend(self.headers);
        response
    }
}

impl fmt::Debug for TypedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypedBody")
            .field("content_type", &self.content_type)
            .field("length", &self.bytes.len())
            .finish()
    }
}
