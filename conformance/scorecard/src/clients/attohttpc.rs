//! attohttpc. It keeps no connections: each request opens one and says `connection: close`.

use attohttpc::body::Bytes as Body;
use attohttpc::{Error, ErrorKind, ProxySettings, RequestBuilder, ResponseReader};
use bytes::Bytes;
use native_tls::Certificate;
use sphere_conformance::Setup;
use sphere_core::transport::{TransportError, TransportErrorKind as Kind, TransportRequest};

use crate::exchange::{Exchange, Outcome, body_of, kind_of_io, read_up_to};

/// `RequestBuilder::try_new(method, url)`; a body is read by `bytes()`.
pub fn defaults(setup: &Setup) -> Exchange {
    let trusted = trusted(setup);
    Box::new(move |request| {
        let to_send = to_request(&request, trusted.clone()).map_err(error)?;
        exchange(to_send, &request, |body| body.bytes().map(Bytes::from).map_err(error))
    })
}

/// No redirects, no compression, no proxy; the limits of the call; a body is read up to the limit.
pub fn tuned(setup: &Setup) -> Exchange {
    let trusted = trusted(setup);
    Box::new(move |request| {
        let to_send = to_request(&request, trusted.clone())
            .map_err(error)?
            .follow_redirects(false)
            .allow_compression(false)
            .proxy_settings(ProxySettings::builder().build())
            .connect_timeout(request.connect_timeout())
            .read_timeout(request.time_left())
            .timeout(request.time_left());
        exchange(to_send, &request, |body| {
            read_up_to(request.max_response_bytes(), body, |source| error(source.into()))
        })
    })
}

fn trusted(setup: &Setup) -> Option<Certificate> {
    setup.trusted_pem().map(|pem| Certificate::from_pem(pem.as_bytes()).expect("a certificate"))
}

fn to_request(request: &TransportRequest, trusted: Option<Certificate>) -> Result<RequestBuilder, Error> {
    let http = request.http();
    let mut to_send = RequestBuilder::try_new(http.method().clone(), http.uri().to_string())?;
    *to_send.headers_mut() = http.headers().clone();
    Ok(trusted.into_iter().fold(to_send, RequestBuilder::add_root_certificate))
}

fn exchange(
    to_send: RequestBuilder,
    request: &TransportRequest,
    read: impl FnOnce(ResponseReader) -> Result<Bytes, TransportError>,
) -> Outcome {
    let body = body_of(request);
    let response = if body.is_empty() { to_send.send() } else { to_send.body(Body(body)).send() };
    let (status, headers, reader) = response.map_err(error)?.split();
    let body = read(reader).map_err(|error| error.with_head(status, &headers))?;
    let mut response = http::Response::new(body);
    (*response.status_mut(), *response.headers_mut()) = (status, headers);
    Ok(response)
}

fn error(error: Error) -> TransportError {
    let kind = match error.kind() {
        ErrorKind::InvalidBaseUrl | ErrorKind::InvalidUrlHost | ErrorKind::InvalidUrlPort => Kind::Setup,
        ErrorKind::Tls(_) => Kind::Tls,
        ErrorKind::InvalidResponse(_) => Kind::Protocol,
        ErrorKind::Io(error) => kind_of_io(error),
        _ => Kind::Other,
    };
    let error = TransportError::new(kind, error);
    // No other error says when it happened; a refused connection can only be the first step.
    if matches!(kind, Kind::Setup | Kind::Connect) { error.not_sent() } else { error }
}
