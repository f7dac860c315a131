//! One request out, one response back.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use http::{Response, Uri, header};
use sphere_core::transport::{
    BodyCollector, Target, TransportError, TransportErrorKind, TransportRequest, TransportResponse,
};
use sphere_net::failure::{Failure, is_out_of_descriptors};
use sphere_net::pool::server_idle_timeout;
use tokio::runtime::Handle;
use tokio::time::{Instant, Sleep};

use crate::body::SendBody;
use crate::connector::{Connection, Connector, Route};
use crate::error;
use crate::network::Network;
use crate::pool::Pool;

pub(crate) type Outcome = Result<TransportResponse, TransportError>;

pub(crate) struct Exchange<N> {
    pub(crate) pool: Pool,
    pub(crate) connector: Connector<N>,
}

impl<N: Network> Exchange<N> {
    pub(crate) async fn run(&self, request: TransportRequest) -> Outcome {
        let (time_left, connect_timeout) = (request.time_left(), request.connect_timeout());
        if time_left.is_zero() {
            return Err(TransportError::timed_out().not_sent());
        }
        let max_response_bytes = request.max_response_bytes();
        let max_idle_time =
            if request.needs_fresh_connection() { Duration::ZERO } else { request.max_idle_time() };
        let route = route(request.target()?)?;
        let mut outgoing = request.into_http().map(|body| SendBody::new(&body));
        let sending = outgoing.body().sending();
        // Origin form: a client connection writes the URL as it is given (RFC 9112, section 3.2.1).
        *outgoing.uri_mut() = outgoing.uri().path_and_query().cloned().map_or_else(Uri::default, Uri::from);
        let mut now = Instant::now();
        let deadline = now.checked_add(time_left).unwrap_or_else(|| far_away(now));
        // Dropped after the connection, however this ends.
        let _permit = self.pool.acquire(&route, deadline).await.map_err(not_sent)?;

        let (mut connection, response) = loop {
            let pooled = self.pool.take(&route, max_idle_time, now, deadline).await;
            let is_fresh = pooled.is_none();
            let mut connection = if let Some(pooled) = pooled {
                pooled
            } else {
                let limit = deadline.saturating_duration_since(Instant::now()).min(connect_timeout);
                // Boxed: it is rare and its future large, and every call would carry it.
                Box::pin(self.connect(&route, limit)).await?
            };
            outgoing.headers_mut().insert(header::HOST, connection.host.clone());
            connection.timer.as_mut().reset(deadline);
            connection.seen.begin_request();
            let sending = pin!(connection.sender.try_send_request(outgoing));
            match until(connection.timer.as_mut(), sending).await {
                None => return Err(TransportError::timed_out()),
                Some(Ok(response)) => break (connection, response),
                Some(Err(mut failed)) => match failed.take_message() {
                    // hyper gives back only what it has not begun to write. A pooled connection was found
                    // closed, so the request may go out on another. On a fresh one that is an error.
                    Some(unsent) if !is_fresh => {
                        outgoing = unsent;
                        now = Instant::now();
                    }
                    unsent => {
                        let error = error::from_exchange(failed.into_error(), connection.seen.failure());
                        let has_left = unsent.is_none() && connection.seen.request_has_left();
                        return Err(if has_left { error } else { error.not_sent() });
                    }
                },
            }
        };
        let is_cut = connection.seen.rest_is_refused() && sending.may_be_unwritten();
        if is_cut {
            sending.stop();
        }
        let (head, body) = response.into_parts();
        let outcome = {
            let broken = |error| error::from_exchange(error, connection.seen.failure());
            let reading = pin!(BodyCollector::new(max_response_bytes).collect(body, broken));
            until(connection.timer.as_mut(), reading).await
        };
        let fault = match outcome {
            Some(Ok(body)) if is_cut => {
                connection.task.abort();
                return Ok(Response::from_parts(head, body).into());
            }
            Some(Ok(body)) => {
                // The response to an upload may be complete before the upload is.
                let is_idle = if sending.may_be_unwritten() {
                    let written = pin!(connection.sender.ready());
                    until(connection.timer.as_mut(), written).await.map(|outcome| outcome.is_ok())
                } else {
                    Some(true)
                };
                if is_idle == Some(true) {
                    self.pool.put(&route, connection, server_idle_timeout(head.version, &head.headers));
                }
                if is_idle.is_some() {
                    return Ok(Response::from_parts(head, body).into());
                }
                TransportError::timed_out()
            }
            Some(Err(error)) => error,
            None => TransportError::timed_out(),
        };
        Err(fault.with_head(head.status, &head.headers))
    }
}

impl<N: Network> Exchange<N> {
    /// Connects within `limit`. If no file descriptor is left, idle connections are given back, and it connects once
    /// more.
    async fn connect(&self, route: &Route, limit: Duration) -> Result<Box<Connection>, TransportError> {
        let began = Instant::now();
        let outcome = self.connector.connect(&route.target, self.pool.open(route), limit).await;
        let deadline = began.checked_add(limit).unwrap_or_else(|| far_away(began));
        match outcome {
            Err(error) if is_out_of_descriptors(&error) && self.pool.give_back(deadline).await => {
                let left = limit.saturating_sub(began.elapsed());
                self.connector.connect(&route.target, self.pool.open(route), left).await
            }
            outcome => outcome,
        }
    }

    /// Opens a connection for this request and keeps it, unless one is idle that it could use.
    pub(crate) async fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
        let (limit, max_idle_time) = (request.connect_timeout(), request.max_idle_time());
        let route = route(request.target()?)?;
        let now = Instant::now();
        let deadline = now.checked_add(limit).unwrap_or_else(|| far_away(now));
        let _permit = self.pool.acquire(&route, deadline).await.map_err(not_sent)?;
        if !self.pool.has(&route, max_idle_time) {
            let mut connection = self.connect(&route, limit).await?;
            // hyper's task must have begun, or the next call would have to wait for it.
            let _ = tokio::time::timeout_at(deadline, connection.sender.ready()).await;
            self.pool.put(&route, connection, None);
        }
        Ok(())
    }
}

/// The route to a target from the runtime that polls this.
fn route(target: &Target) -> Result<Route, TransportError> {
    let fault = "there is no tokio runtime here; call from within one, such as #[tokio::main]";
    match Handle::try_current() {
        Ok(runtime) => Ok(Route { target: target.clone(), runtime: runtime.id() }),
        Err(_) => Err(TransportError::new(TransportErrorKind::Setup, fault).not_sent()),
    }
}

/// The future's output, or nothing if the timer ends first.
fn until<F: Future>(
    mut timer: Pin<&mut Sleep>,
    mut future: Pin<&mut F>,
) -> impl Future<Output = Option<F::Output>> {
    poll_fn(move |context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => timer.as_mut().poll(context).map(|()| None),
    })
}

fn not_sent(failure: Failure) -> TransportError {
    TransportError::from(failure).not_sent()
}

/// A deadline that is never reached, for a time limit beyond the clock's range.
fn far_away(now: Instant) -> Instant {
    now + Duration::from_secs(30 * 365 * 24 * 60 * 60)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::net::SocketAddr;

    use sphere_core::transport::{Delivery, RequestBody};
    use sphere_net::lookups::Lookups;
    use sphere_net::pool::Limits;
    use sphere_net::tls::Trust;
    use tokio::io::{DuplexStream, duplex};

    use super::*;
    use crate::network::SecondLook;

    /// A network whose connections are closed before the first request.
    #[derive(Clone)]
    struct Closing;

    impl Network for Closing {
        type Stream = DuplexStream;

        async fn connect(self, _: SocketAddr, _: SecondLook) -> io::Result<DuplexStream> {
            Ok(duplex(100).0)
        }
    }

    #[tokio::test]
    async fn request_that_was_not_written_is_not_sent() {
        let tls = Trust::default().client_config().unwrap();
        let connector = Connector::new(Closing, tls, None, Lookups::system());
        let exchange = Exchange { pool: Pool::new(Limits::default()), connector };
        let request = http::Request::get("http://127.0.0.1:1/").body(RequestBody::empty()).unwrap();
        let error = exchange.run(TransportRequest::new(request)).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (TransportErrorKind::Interrupted, Delivery::NotSent));
    }
}
