//! Over a `ureq::Agent` of your own: with middleware, or a proxy that sphere-ureq does not speak to.

use std::io::ErrorKind;
use std::time::Duration;

use http::header::CONTENT_LENGTH;
use http::{Request, Response};
use sphere_core::transport::TransportErrorKind as Kind;
use sphere_core::transport::{BodyCollector, TransportError, TransportRequest, TransportResponse, blocking};
use ureq::config::AutoHeaderValue::None as Nothing;
use ureq::{Agent, SendBody};

/// The agent. Its TLS, proxy and pool are yours; redirects, statuses and limits are as the SDK needs them.
#[derive(Debug, Clone)]
pub struct UreqAgent(pub Agent);

impl blocking::Transport for UreqAgent {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        if request.time_left().is_zero() {
            return Err(TransportError::timed_out().not_sent());
        }
        // ureq panics at limits beyond its clock's range.
        let bounded = |limit: Duration| Some(limit.min(Duration::from_secs(366 * 24 * 60 * 60)));
        let (time_left, connect) = (bounded(request.time_left()), bounded(request.connect_timeout()));
        let collector = BodyCollector::new(request.max_response_bytes());
        let (head, body) = request.into_http().into_parts();
        // A reader without bytes would be sent as an empty chunked body.
        let has_none = body.is_empty() && !head.headers.contains_key(CONTENT_LENGTH);
        let body = if has_none { SendBody::none() } else { SendBody::from_owned_reader(body.reader()) };
        let request = Request::from_parts(head, body);
        let settings = self.0.configure_request(request).http_status_as_error(false).max_redirects(0);
        let settings = settings.accept(Nothing).accept_encoding(Nothing).user_agent(Nothing);
        let settings = settings.timeout_global(time_left).timeout_resolve(connect).timeout_connect(connect);
        let (head, body) = self.0.run(settings.build()).map_err(failed)?.into_parts();
        let body = collector.read_to_end(body.into_reader(), |error| failed(error.into()));
        let body = body.map_err(|error| error.with_head(head.status, &head.headers))?;
        Ok(Response::from_parts(head, body).into())
    }
}

/// Never "not sent": the agent's errors do not say whether the request had left.
fn failed(error: ureq::Error) -> TransportError {
    let kind = match &error {
        ureq::Error::Timeout(_) => Kind::Timeout,
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => Kind::Connect,
        ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => Kind::Connect,
        ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => Kind::Protocol,
        ureq::Error::Io(_) | ureq::Error::BodyStalled => Kind::Interrupted,
        _ => Kind::Other,
    };
    TransportError::new(kind, error)
}
