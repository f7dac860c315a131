//! The transport against scripted servers on loopback.

mod connections;
mod failures;
mod limits;
mod messages;
mod server;
mod tls;

use std::time::Duration;

use bytes::Bytes;
use sphere_core::transport::{
    Delivery, RequestBody, Transport as _, TransportError, TransportErrorKind, TransportRequest,
    TransportResponse,
};
use sphere_hyper::HyperTransport;

/// A bound for tests in which time is not to run out.
const LONG: Duration = Duration::from_secs(20);
/// A time limit for tests in which it is.
const SHORT: Duration = Duration::from_millis(100);

fn transport() -> HyperTransport {
    HyperTransport::new().unwrap()
}

/// `POST /` without a body.
fn post(url: &str) -> TransportRequest {
    let request = http::Request::post(url).header("content-length", "0").body(RequestBody::empty()).unwrap();
    TransportRequest::new(request).with_time_left(LONG)
}

async fn send(transport: &HyperTransport, url: &str) -> Result<TransportResponse, TransportError> {
    transport.send(post(url)).await
}

fn facts(error: &TransportError) -> (TransportErrorKind, Delivery, Option<u16>) {
    (error.kind(), error.delivery(), error.status().map(|status| status.as_u16()))
}
