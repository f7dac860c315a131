//! One request out, one answer back.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response, Uri, header};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use sphere_core::transport::{TransportError, TransportErrorKind, TransportRequest, TransportResponse};
use tokio::runtime::Handle;
use tokio::time::{Instant, Sleep};

use crate::body::SendBody;
use crate::connect::{Connection, Connector, Destination, Target};
use crate::error;
use crate::pool::Pool;

pub(crate) type Outcome = Result<TransportResponse, TransportError>;

pub(crate) struct Exchange {
    pub(crate) pool: Pool,
    pub(crate) connector: Connector,
}

impl Exchange {
    /// What can be taken from the request is taken before the future begins, so that the future holds no more
    /// than it needs: it goes into a box, and there may be thousands of them.
    pub(crate) fn run(
        &self,
        request: TransportRequest,
    ) -> Result<impl Future<Output = Outcome> + Send, TransportError> {
        let (time_left, connect_timeout) = (request.time_left(), request.connect_timeout());
        if time_left.is_zero() {
            return Err(out_of_time().not_sent());
        }
        let max_response_bytes = request.max_response_bytes();
        let needs_fresh_connection = request.needs_fresh_connection();
        let (mut outgoing, destination) = into_hyper(request)?;
        Ok(async move {
            let target = Target { destination, runtime: runtime_id()? };
            let mut now = Instant::now();
            let deadline = now.checked_add(time_left).unwrap_or_else(|| far_away(now));

            let (mut connection, response) = loop {
                let (mut connection, is_fresh) = match self.pool.take_warm(&target, now) {
                    _ if needs_fresh_connection => {
                        (self.fresh_connection(&target, deadline, connect_timeout).await?, true)
                    }
                    Some(warm) => (warm, false),
                    // Boxed: it is rare and its future large, and every call would carry it.
                    None => Box::pin(self.connection(&target, deadline, connect_timeout)).await?,
                };
                outgoing.headers_mut().insert(header::HOST, connection.host.clone());
                // Later than before, which for a timer that runs is no more than a number to change.
                connection.timer.as_mut().reset(deadline);
                let sending = pin!(connection.sender.try_send_request(outgoing));
                match until(connection.timer.as_mut(), sending).await {
                    None => return Err(out_of_time()),
                    Some(Ok(response)) => break (connection, response),
                    Some(Err(mut failed)) => match failed.take_message() {
                        // hyper gives back only what it has not begun to write. A pooled connection was
                        // found closed; the request may go out on another. On a fresh one that is an error
                        // like any.
                        Some(unsent) if !is_fresh => {
                            outgoing = unsent;
                            now = Instant::now();
                        }
                        Some(_) => return Err(error::from_exchange(failed.into_error()).not_sent()),
                        None => return Err(error::from_exchange(failed.into_error())),
                    },
                }
            };
            let (head, body) = response.into_parts();
            let reading = pin!(read(body, max_response_bytes));
            match until(connection.timer.as_mut(), reading).await.unwrap_or_else(|| Err(out_of_time())) {
                Ok(body) => {
                    self.pool.put(connection);
                    Ok(Response::from_parts(head, body).into())
                }
                Err(error) => Err(error.with_head(head.status, head.headers)),
            }
        })
    }

    /// A connection that has rested for a while, or a fresh one. Says whether it is fresh.
    async fn connection(
        &self,
        target: &Target,
        deadline: Instant,
        connect_timeout: Duration,
    ) -> Result<(Box<Connection>, bool), TransportError> {
        let taking = tokio::time::timeout_at(deadline, self.pool.take(target));
        if let Some(pooled) = taking.await.map_err(|_| out_of_time().not_sent())? {
            return Ok((pooled, false));
        }
        self.fresh_connection(target, deadline, connect_timeout).await.map(|fresh| (fresh, true))
    }

    async fn fresh_connection(
        &self,
        target: &Target,
        deadline: Instant,
        connect_timeout: Duration,
    ) -> Result<Box<Connection>, TransportError> {
        let left = deadline.saturating_duration_since(Instant::now()).min(connect_timeout);
        Box::pin(self.connector.connect(target.clone(), left)).await
    }
}

/// The request as hyper takes it, and where it goes.
fn into_hyper(request: TransportRequest) -> Result<(Request<SendBody>, Destination), TransportError> {
    let (mut head, body) = request.into_http().into_parts();
    let mut uri = std::mem::take(&mut head.uri).into_parts();
    let destination = Destination::of(&mut uri)?;
    // Origin form: a client connection writes the URL as it is given (RFC 9112, section 3.2.1).
    let mut origin_form = http::uri::Parts::default();
    origin_form.path_and_query = uri.path_and_query;
    head.uri = Uri::from_parts(origin_form).map_err(error::unsendable)?;
    Ok((Request::from_parts(head, SendBody::new(&body)), destination))
}

/// The runtime that polls this. A connection can only be used while the runtime that it was made on drives it.
fn runtime_id() -> Result<tokio::runtime::Id, TransportError> {
    let fault = "there is no tokio runtime here; call from within one, such as #[tokio::main]";
    match Handle::try_current() {
        Ok(runtime) => Ok(runtime.id()),
        Err(_) => Err(TransportError::new(TransportErrorKind::Setup, fault).not_sent()),
    }
}

/// Reads a body of at most `limit` bytes. One that comes in a single piece, as short ones do, is not copied.
async fn read(mut body: Incoming, limit: usize) -> Result<Bytes, TransportError> {
    let too_large =
        || TransportError::new(TransportErrorKind::TooLarge, format!("the body has more than {limit} bytes"));
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    // A body whose length was declared says by itself when it is whole.
    while !body.is_end_stream() {
        let Some(frame) = body.frame().await else { break };
        let Ok(data) = frame.map_err(error::from_exchange)?.into_data() else { continue };
        if first.len() + all.len() + data.len() > limit {
            return Err(too_large());
        }
        if first.is_empty() && all.is_empty() {
            first = data;
            continue;
        }
        if all.is_empty() {
            all.extend_from_slice(&first);
            first.clear();
        }
        all.extend_from_slice(&data);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// The future's output, or nothing if the timer is the earlier one.
async fn until<F: Future>(mut timer: Pin<&mut Sleep>, mut future: Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => timer.as_mut().poll(context).map(|()| None),
    })
    .await
}

fn out_of_time() -> TransportError {
    TransportError::new(TransportErrorKind::Timeout, "no complete answer in time")
}

/// A deadline that is not reached, for a time limit beyond what the clock can tell.
fn far_away(now: Instant) -> Instant {
    now + std::time::Duration::from_secs(30 * 365 * 24 * 60 * 60)
}
