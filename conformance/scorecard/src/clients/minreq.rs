//! minreq. It keeps no connections, and trusts the certificate authorities that it was built with and no others.

use minreq::{Error, Method, Request};
use sphere_conformance::Setup;
use sphere_core::transport::{TransportError, TransportErrorKind as Kind, TransportRequest};

use crate::exchange::{Exchange, Outcome, body_of, kind_of_io, read_up_to};

/// `Request::new(method, url).send()`.
pub fn defaults(_: &Setup) -> Exchange {
    Box::new(|request| {
        let response = to_request(&request)?.send().map_err(error)?;
        let head = (response.status_code, response.headers.clone());
        to_response(&head, response.into_bytes())
    })
}

/// No redirects; heads of up to 64 KiB; the time of the call in whole seconds, rounded up; a body is read up to the
/// limit.
pub fn tuned(_: &Setup) -> Exchange {
    Box::new(|request| {
        let seconds = request.time_left().as_millis().div_ceil(1000);
        let to_send = to_request(&request)?
            .with_follow_redirects(false)
            .with_max_headers_size(64 << 10)
            .with_timeout(u64::try_from(seconds).unwrap_or(u64::MAX));
        let response = to_send.send_lazy().map_err(error)?;
        let head = (response.status_code, response.headers.clone());
        // As `send` has it: `send_lazy` leaves it to its caller to know which responses have no body.
        let no_body = request.http().method() == http::Method::HEAD || [204, 304].contains(&head.0);
        let limit = request.max_response_bytes();
        let body =
            if no_body { Ok("".into()) } else { read_up_to(limit, response, |e| error(Error::IoError(e))) };
        match (body, to_response(&head, "")) {
            (Ok(body), Ok(response)) => Ok(response.map(|_| body)),
            (Err(error), Ok(response)) => Err(error.with_head(response.status(), response.headers())),
            (_, Err(error)) => Err(error),
        }
    })
}

fn to_request(request: &TransportRequest) -> Result<Request, TransportError> {
    let http = request.http();
    let method = match http.method().as_str() {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        "OPTIONS" => Method::Options,
        "PATCH" => Method::Patch,
        other => Method::Custom(other.to_owned()),
    };
    let mut to_send = Request::new(method, http.uri().to_string());
    // `with_body` adds the length itself.
    let lengths = if http.body().is_empty() { "" } else { "content-length" };
    for (name, value) in http.headers().iter().filter(|(name, _)| *name != lengths) {
        let not_text = |error| TransportError::new(Kind::Setup, error).not_sent();
        let value = std::str::from_utf8(value.as_bytes()).map_err(not_text)?;
        to_send = to_send.with_header(name.as_str(), value);
    }
    Ok(if http.body().is_empty() { to_send } else { to_send.with_body(body_of(request)) })
}

fn to_response(head: &(u16, Vec<(String, String)>), body: impl Into<bytes::Bytes>) -> Outcome {
    let response = http::Response::builder().status(head.0);
    let response = head.1.iter().fold(response, |response, (name, value)| response.header(name, value));
    response.body(body.into()).map_err(|error| TransportError::new(Kind::Protocol, error))
}

fn error(error: Error) -> TransportError {
    let kind = match &error {
        Error::AddressNotFound => Kind::Connect,
        Error::RustlsCreateConnection(_) => Kind::Tls,
        Error::IoError(error) => kind_of_io(error),
        Error::MalformedChunkLength
        | Error::MalformedChunkEnd
        | Error::MalformedContentLength
        | Error::HeadersOverflow
        | Error::StatusLineOverflow
        | Error::InvalidUtf8InResponse => Kind::Protocol,
        Error::InvalidProtocol => Kind::Setup,
        _ => Kind::Other,
    };
    let error = TransportError::new(kind, error);
    // No other error says when it happened; a refused connection can only be the first step.
    if matches!(kind, Kind::Setup | Kind::Connect) { error.not_sent() } else { error }
}
