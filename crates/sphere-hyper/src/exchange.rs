//! One request out, one answer back.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use http::{Request, Response, Uri, header};
use http_body::Body as _;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use sphere_core::transport::{TransportError, TransportErrorKind, TransportRequest, TransportResponse};
use tokio::time::{Instant, Sleep};

use crate::connect::{Connection, Connector, Target};
use crate::error;
use crate::pool::Pool;

pub(crate) struct Exchange {
    pub(crate) pool: Pool,
    pub(crate) connector: Connector,
}

impl Exchange {
    pub(crate) async fn run(
        &self,
        request: TransportRequest,
        runtime: tokio::runtime::Id,
    ) -> Result<TransportResponse, TransportError> {
        let (time_left, connect_timeout) = (request.time_left(), request.connect_timeout());
        if time_left.is_zero() {
            return Err(out_of_time().not_sent());
        }
        let now = Instant::now();
        let deadline = now.checked_add(time_left).unwrap_or_else(|| far_away(now));
        let mut timer = pin!(tokio::time::sleep_until(deadline));
        let max_response_bytes = request.max_response_bytes();
        let target = Target::of(request.http().uri(), runtime)?;
        let mut outgoing = into_hyper(request)?;

        loop {
            let taking = until(timer.as_mut(), self.pool.take(&target));
            let pooled = taking.await.ok_or_else(|| out_of_time().not_sent())?;
            let is_fresh = pooled.is_none();
            let mut connection = if let Some(connection) = pooled {
                connection
            } else {
                let left = deadline.saturating_duration_since(Instant::now()).min(connect_timeout);
                // Boxed: connecting is rare and its future large, and every call would carry it.
                Box::pin(self.connector.connect(target.clone(), left)).await?
            };
            outgoing.headers_mut().insert(header::HOST, connection.host.clone());
            let head = until(timer.as_mut(), connection.sender.try_send_request(outgoing)).await;
            let response = match head {
                None => return Err(out_of_time()),
                Some(Ok(response)) => response,
                Some(Err(mut failed)) => match failed.take_message() {
                    // hyper gives back only what it has not begun to write. A pooled connection was found
                    // closed; the request may go out on another. On a fresh one that is an error like any.
                    Some(unsent) if !is_fresh => {
                        outgoing = unsent;
                        continue;
                    }
                    Some(_) => return Err(error::from_exchange(failed.into_error()).not_sent()),
                    None => return Err(error::from_exchange(failed.into_error())),
                },
            };
            return self.finish(response, connection, timer, max_response_bytes).await;
        }
    }

    /// Reads the body and gives the connection back.
    async fn finish(
        &self,
        response: Response<Incoming>,
        connection: Connection,
        timer: Pin<&mut Sleep>,
        max_response_bytes: usize,
    ) -> Result<TransportResponse, TransportError> {
        let (head, body) = response.into_parts();
        match until(timer, read(body, max_response_bytes)).await.unwrap_or_else(|| Err(out_of_time())) {
            Ok(body) => {
                self.pool.put(connection);
                Ok(Response::from_parts(head, body).into())
            }
            Err(error) => Err(error.with_head(head.status, head.headers)),
        }
    }
}

/// Origin form: a client connection writes the URL as it is given (RFC 9112, section 3.2.1).
fn into_hyper(request: TransportRequest) -> Result<Request<Full<Bytes>>, TransportError> {
    let mut request = request.into_http().map(Full::new);
    let mut parts = http::uri::Parts::default();
    parts.path_and_query = request.uri().path_and_query().cloned();
    *request.uri_mut() = Uri::from_parts(parts).map_err(error::unsendable)?;
    Ok(request)
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
    while let Some(frame) = body.frame().await {
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
async fn until<F: Future>(mut timer: Pin<&mut Sleep>, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
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
