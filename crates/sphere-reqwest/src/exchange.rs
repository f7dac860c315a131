//! One request through the client, and what its failure means.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::BodyExt as _;
use sphere_core::transport::{BodyReader, BoxError, TransportError, TransportErrorKind as Kind};

use crate::body::{Begun, SendBody};

pub(crate) async fn run(
    client: &reqwest::Client,
    request: Request<BodyReader>,
    time_left: Duration,
) -> Result<Response<impl Body<Data = Bytes, Error = BoxError> + Send + use<>>, BoxError> {
    let begun = Begun::default();
    let request = request.map(|reader| reqwest::Body::wrap(SendBody::new(reader, begun.clone())));
    let mut request = reqwest::Request::try_from(request).map_err(|error| failed(error, begun.get()))?;
    *request.timeout_mut() = Some(time_left);
    let url = request.url().clone();
    let response = client.execute(request).await.map_err(|error| failed(error, begun.get()))?;
    if *response.url() != url {
        return Err(redirected());
    }
    Ok(Response::from(response).map(|body| body.map_err(|error| failed(error, true))))
}

/// A failure, by what reqwest says of it and by whether hyper had begun to write the request.
///
/// `is_connect` is the error of hyper-util's client of the same name, made where it opens a connection or takes one
/// from its pool (`client/legacy/client.rs`, `connection_for`). That is before the request is handed to the
/// connection: lookup, TCP, the proxy's tunnel and TLS, nothing later.
fn failed(error: reqwest::Error, begun: bool) -> BoxError {
    // reqwest also says "builder" of a redirect to a scheme that it does not know.
    if error.is_redirect() || (error.is_builder() && begun) {
        return redirected();
    }
    // The URL has the customer's id in it.
    let error = error.without_url();
    let is_unsent = !begun && (error.is_connect() || error.is_builder());
    let kind =
        if error.is_timeout() { Some(Kind::Timeout) } else { error.is_builder().then_some(Kind::Setup) };
    match (kind, is_unsent) {
        (Some(kind), true) => TransportError::new(kind, error).not_sent().into(),
        (Some(kind), false) => TransportError::new(kind, error).into(),
        (None, true) => sphere_tower::not_connected(error).into(),
        (None, false) => error.into(),
    }
}

/// The client followed a redirect, or tried to. Nothing of the response is kept: another server may have sent it.
fn redirected() -> BoxError {
    let fault =
        "the reqwest client follows redirects: build it with `.redirect(reqwest::redirect::Policy::none())`";
    TransportError::new(Kind::Setup, fault).into()
}
