//! Transports of one's own, as models: what most people already have behind the SDK's [`Transport`] trait.
//!
//! | you have | take |
//! | --- | --- |
//! | a `reqwest::Client` | [`over_reqwest`] |
//! | any `tower` service that takes HTTP requests | [`over_tower`] |
//! | a blocking transport, and async code | [`spawn_blocking`] |
//!
//! [`Transport`]: sphere_core::transport::Transport

pub mod over_reqwest;
pub mod over_tower;
pub mod spawn_blocking;

use std::error::Error as StdError;
use std::future::Future;
use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use sphere_core::transport::{RequestBody, TransportError, TransportErrorKind};
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout_at};

/// How long a call may take in all. Each part of it is run [`within`](Self::within), so that the result of an
/// earlier part, such as the head of a response, is still there when time runs out in a later one.
struct Deadline(Instant);

impl Deadline {
    /// Begins a call; a missing runtime is an error and not a panic.
    fn begin(time_left: Duration) -> Result<Self, TransportError> {
        if Handle::try_current().is_err() {
            let fault = "there is no tokio runtime here";
            return Err(TransportError::new(TransportErrorKind::Setup, fault).not_sent());
        }
        if time_left.is_zero() {
            return Err(out_of_time().not_sent());
        }
        // A day is more than any call takes, and overflows no clock.
        Ok(Self(Instant::now() + time_left.min(Duration::from_secs(24 * 60 * 60))))
    }

    async fn within<T>(
        &self,
        future: impl Future<Output = Result<T, TransportError>>,
    ) -> Result<T, TransportError> {
        timeout_at(self.0, future).await.unwrap_or_else(|_| Err(out_of_time()))
    }
}

fn out_of_time() -> TransportError {
    TransportError::new(TransportErrorKind::Timeout, "no complete response in time")
}

/// Collects a body of at most `limit` bytes, piece by piece.
struct Limited {
    bytes: BytesMut,
    limit: usize,
}

impl Limited {
    fn new(limit: usize) -> Self {
        Self { bytes: BytesMut::new(), limit }
    }

    fn push(&mut self, piece: &[u8]) -> Result<(), TransportError> {
        if self.bytes.len() + piece.len() > self.limit {
            let fault = format!("the body has more than {} bytes", self.limit);
            return Err(TransportError::new(TransportErrorKind::TooLarge, fault));
        }
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    fn finish(self) -> Bytes {
        self.bytes.freeze()
    }
}

/// The request's body in one piece.
fn joined(body: &RequestBody) -> Bytes {
    match body.segments() {
        [] => Bytes::new(),
        [only] => only.clone(),
        segments => segments.concat().into(),
    }
}

/// Whether rustls is among the causes: the server was reached, and not trusted.
fn is_tls(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(|cause| {
        // An I/O error's `source` skips the error that it was made of, which may be another I/O error.
        let mut io = cause.downcast_ref::<io::Error>();
        while let Some(inner) = io.and_then(io::Error::get_ref) {
            if inner.is::<rustls::Error>() {
                return true;
            }
            io = inner.downcast_ref::<io::Error>();
        }
        cause.is::<rustls::Error>()
    })
}

/// Whether a time limit is among the causes.
fn is_timeout(error: &(dyn StdError + 'static)) -> bool {
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|io| io.kind() == io::ErrorKind::TimedOut)
}

/// The kind of a failure of a request that may have been sent, from hyper's own error, wherever in the chain
/// it stands, or from the socket's.
fn kind_after_sending(error: &(dyn StdError + 'static)) -> TransportErrorKind {
    if let Some(hyper) = causes(error).find_map(<dyn StdError>::downcast_ref::<hyper::Error>) {
        if hyper.is_parse() {
            return TransportErrorKind::Protocol;
        }
        if hyper.is_incomplete_message() || hyper.is_canceled() {
            return TransportErrorKind::Interrupted;
        }
    }
    match causes(error).find_map(<dyn StdError>::downcast_ref::<io::Error>).map(io::Error::kind) {
        // hyper's own words for bad chunks.
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => TransportErrorKind::Protocol,
        Some(_) => TransportErrorKind::Interrupted,
        None => TransportErrorKind::Other,
    }
}

fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}
