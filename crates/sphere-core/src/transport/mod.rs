//! The boundary between what to send and how to send it: the [`Transport`] traits, what they are given, and
//! what they give back.
//!
//! # Responsibilities of a transport
//!
//! A transport carries **one** HTTP request and brings back **one** response. Everything else (auth, retries,
//! waits, deadlines, error mapping) is decided in this crate, once, for every transport. So a transport:
//!
//! 1. **Sends what it is given**, where [`TransportRequest::target`] says, which also refuses what cannot be sent as it
//!    is. Method, URL, headers and body bytes go out as they are. It may add `Host` and what its HTTP version needs for
//!    framing; it adds no other header and drops none.
//! 2. **Sends it once.** Nothing that may have left is sent again, whatever happened to it. A request that
//!    *provably* never left (a pooled connection found closed before the first byte) may go out on another
//!    connection.
//! 3. **Returns every status as `Ok`.** 404 is a response and so is 500. So is 302: redirects are returned,
//!    never followed.
//! 4. **Returns the body as it came**, not decompressed, whole or not at all.
//! 5. **Keeps to the limits in the request**: gives up when [`TransportRequest::time_left`] has passed,
//!    whichever phase it is in (lookup, connect, TLS handshake, write, read), and stops reading at
//!    [`TransportRequest::max_response_bytes`].
//! 6. **Says whether the request was sent**, with [`Delivery`]. [`Delivery::NotSent`] is a claim that it
//!    must be able to prove; in doubt it is [`Delivery::Unknown`].
//! 7. **Loses nothing**: if the head of a response arrived and its body broke, the error carries
//!    [status and headers](TransportError::with_head).
//! 8. **Does not panic**, logs no header value and no body, and uses no proxy that was not asked for.
//!
//! # Targets with one thread
//!
//! Transports and their futures are `Send`, on every target: a client can be used from any task. Where a
//! platform's objects are not `Send` (a browser's or a worker's `fetch` on `wasm32-unknown-unknown`), the
//! transport keeps them in a task of their own and talks to it over a channel, whose ends are `Send`. The
//! guide "Write your own transport" shows this in full; it needs no `unsafe` code.

mod body;
mod body_collector;
mod error;
#[cfg(feature = "http-body")]
mod http_body;
mod kept_headers;
mod message;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

pub use crate::values::target::Target;
pub use body::{BodyReader, RequestBody};
pub use body_collector::BodyCollector;
pub use error::{Delivery, TransportError, TransportErrorKind};
pub(crate) use kept_headers::KeptHeaders;
pub use message::{TransportRequest, TransportResponse};

/// A boxed error of any type that may cross threads: the cause inside a [`TransportError`].
pub type BoxError = Box<dyn StdError + Send + Sync + 'static>;

/// How long a transport keeps a connection that nothing uses: 50 seconds, below the 60 seconds of most gateways.
///
/// An operation that may be sent twice can use a connection that was idle for as long
/// ([`TransportRequest::max_idle_time`]): if the server closes it at that moment, the call is repeated.
pub const DEFAULT_IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// How long the connection of a request that must not be sent twice may have been idle: 4 seconds, below the 5
/// seconds after which Node servers close theirs by default. A request that meets the server's close has an unknown
/// outcome.
pub const ONCE_IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// An async transport. [The module](self) lists what it must do.
///
/// # Example
///
/// A transport that responds to every request from memory:
///
/// ```
/// use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse};
///
/// struct Canned;
///
/// #[async_trait::async_trait]
/// impl Transport for Canned {
///     async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
///         let response = http::Response::builder()
///             .status(404)
///             .body(bytes::Bytes::from_static(b"{\"status\":404,\"detail\":\"Resource not found\"}"))
///             .map_err(TransportError::other)?;
///         Ok(TransportResponse::new(response))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an async transport",
    note = "a blocking transport, such as sphere-ureq's, is for `sphere_core::blocking::Client`"
)]
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends one request and returns its response, whatever its status.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] if there is no complete response: its kind says what failed, its [`Delivery`]
    /// whether the request may have reached the server.
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError>;

    /// Opens a connection over which this request could be sent, and keeps it for the next one. Nothing is sent. If
    /// there is such a connection already, nothing happens. A transport that keeps no connections does nothing, which
    /// is the default.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] if there is no connection within [`TransportRequest::connect_timeout`].
    async fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
        drop(request);
        Ok(())
    }
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        (**self).send(request).await
    }

    async fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
        (**self).warm_up(request).await
    }
}

#[async_trait]
impl<T: Transport + ?Sized> Transport for Box<T> {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        (**self).send(request).await
    }

    async fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
        (**self).warm_up(request).await
    }
}

/// Blocking transports: the same contract as [`Transport`], on the caller's thread.
pub mod blocking {
    use super::{Arc, TransportError, TransportRequest, TransportResponse};

    /// A blocking transport. [The `transport` module](super) lists what it must do.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::transport::{blocking, TransportError, TransportRequest, TransportResponse};
    ///
    /// struct Canned;
    ///
    /// impl blocking::Transport for Canned {
    ///     fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
    ///         let response = http::Response::builder()
    ///             .status(503)
    ///             .body(bytes::Bytes::new())
    ///             .map_err(TransportError::other)?;
    ///         Ok(TransportResponse::new(response))
    ///     }
    /// }
    /// ```
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a blocking transport",
        note = "an async transport, such as sphere-hyper's, is for `sphere_core::Client`"
    )]
    pub trait Transport: Send + Sync {
        /// Sends one request and returns its response, whatever its status.
        ///
        /// # Errors
        ///
        /// A [`TransportError`] if there is no complete response: its kind says what failed, its
        /// [`Delivery`](super::Delivery) whether the request may have reached the server.
        fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError>;

        /// Opens a connection over which this request could be sent, as
        /// [`Transport::warm_up`](super::Transport::warm_up) does.
        ///
        /// # Errors
        ///
        /// A [`TransportError`] if there is no connection within
        /// [`TransportRequest::connect_timeout`].
        fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
            drop(request);
            Ok(())
        }
    }

    impl<T: Transport + ?Sized> Transport for Arc<T> {
        fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
            (**self).send(request)
        }

        fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
            (**self).warm_up(request)
        }
    }

    impl<T: Transport + ?Sized> Transport for Box<T> {
        fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
            (**self).send(request)
        }

        fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
            (**self).warm_up(request)
        }
    }
}
