//! A transport over any `tower` service that takes HTTP requests, such as hyper-util's pooled client with
//! layers of your own around it.
//!
//! A service's error says nothing about delivery, so `NotSent` is claimed only where the caller's own function
//! proves it; [`OverTower::new`] claims nothing. Nor does a service know a time to connect of its own:
//! `TransportRequest::time_left` bounds the whole.

use std::fmt;
use std::future::poll_fn;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use sphere_core::transport::{
    BoxError, Transport, TransportError, TransportErrorKind, TransportRequest, TransportResponse,
};
use tower_service::Service;

use crate::{Deadline, Limited, is_timeout, is_tls, joined, kind_after_sending};

/// Sends through a service.
#[derive(Clone)]
pub struct OverTower<S> {
    service: S,
    is_not_sent: fn(&BoxError) -> bool,
}

impl<S> OverTower<S> {
    /// Over any service. Every failure counts as perhaps sent.
    pub fn new(service: S) -> Self {
        Self { service, is_not_sent: |_| false }
    }

    /// The same, with a function that knows of which failures it is proven that nothing was sent.
    pub fn proving_not_sent(service: S, is_not_sent: fn(&BoxError) -> bool) -> Self {
        Self { service, is_not_sent }
    }

    fn failed(&self, error: BoxError) -> TransportError {
        let not_sent = (self.is_not_sent)(&error);
        let kind = if is_tls(&*error) {
            TransportErrorKind::Tls
        } else if is_timeout(&*error) {
            TransportErrorKind::Timeout
        } else if not_sent {
            TransportErrorKind::Connect
        } else {
            kind_after_sending(&*error)
        };
        let error = TransportError::new(kind, error);
        if not_sent { error.not_sent() } else { error }
    }
}

impl<S, B> OverTower<S>
where
    S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>> + Clone + Send + Sync,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + Unpin,
    B::Error: Into<BoxError>,
{
    async fn exchange(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let deadline = Deadline::begin(request.time_left())?;
        let limit = request.max_response_bytes();
        // A clone of one's own: `poll_ready` reserves what the next `call` uses.
        let mut service = self.service.clone();
        let sending = async {
            poll_fn(|context| service.poll_ready(context))
                .await
                .map_err(|error| self.failed(error.into()))?;
            let answering = service.call(request.into_http().map(|body| Full::new(joined(&body))));
            answering.await.map_err(|error| self.failed(error.into()))
        };
        let (head, mut body) = deadline.within(sending).await?.into_parts();
        let collecting = deadline.within(async {
            let mut collected = Limited::new(limit);
            while let Some(frame) = body.frame().await {
                let frame = frame.map_err(|error| self.failed(error.into()))?;
                collected.push(frame.data_ref().map_or(&[][..], |data| data))?;
            }
            Ok(collected.finish())
        });
        match collecting.await {
            Ok(body) => Ok(http::Response::from_parts(head, body).into()),
            Err(error) => Err(error.with_head(head.status, head.headers)),
        }
    }
}

#[async_trait]
impl<S, B> Transport for OverTower<S>
where
    S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>> + Clone + Send + Sync,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + Unpin,
    B::Error: Into<BoxError>,
{
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        self.exchange(request).await
    }
}

impl<S> fmt::Debug for OverTower<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OverTower").finish_non_exhaustive()
    }
}
