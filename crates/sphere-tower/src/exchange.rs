//! One request out, one response back, within the request's limits of time and size.

use std::future::{Future, poll_fn};
use std::time::Duration;

use bytes::Bytes;
use http::{Extensions, Request, Response};
use http_body::Body;
use sphere_core::transport::{
    BodyCollector, BodyReader, BoxError, TransportError, TransportErrorKind as Kind, TransportRequest,
    TransportResponse,
};
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout_at};
use tower_service::Service;

use crate::error::from_service;

/// The longest time limit that is counted: longer than any call takes, and within the range of every clock.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

pub(crate) async fn run<S, B>(
    mut service: S,
    request: TransportRequest,
) -> Result<TransportResponse, TransportError>
where
    S: Service<Request<BodyReader>, Response = Response<B>>,
    S::Error: Into<BoxError>,
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    if Handle::try_current().is_err() {
        let fault = "there is no tokio runtime here; call from within one, such as #[tokio::main]";
        return Err(TransportError::new(Kind::Setup, fault).not_sent());
    }
    if request.time_left().is_zero() {
        return Err(TransportError::timed_out().not_sent());
    }
    request.target()?;
    let deadline = Instant::now() + request.time_left().min(LONGEST);
    let collected = BodyCollector::new(request.max_response_bytes());
    let request = request.into_http().map(|body| body.reader());

    let sending = async {
        poll_fn(|context| service.poll_ready(context)).await.map_err(from_service)?;
        service.call(request).await.map_err(from_service)
    };
    let (mut head, body) = within(deadline, sending).await?.into_parts();
    // The service's notes on the exchange, which are not part of the response.
    head.extensions = Extensions::new();
    // A limit of its own: if time runs out here, the head is still at hand.
    match within(deadline, collected.collect(body, from_service)).await {
        Ok(body) => Ok(Response::from_parts(head, body).into()),
        Err(error) => Err(error.with_head(head.status, &head.headers)),
    }
}

async fn within<T>(
    deadline: Instant,
    future: impl Future<Output = Result<T, TransportError>>,
) -> Result<T, TransportError> {
    timeout_at(deadline, future).await.unwrap_or_else(|_| Err(TransportError::timed_out()))
}
