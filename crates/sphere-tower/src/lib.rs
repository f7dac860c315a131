//! A transport of the Sphere SDK over your own [`tower`](https://docs.rs/tower) service: any service that takes
//! an [`http::Request`] and gives an [`http::Response`], such as hyper-util's pooled client with layers around it.
//!
//! ```no_run
//! use hyper_util::client::legacy::{Client, Error};
//! use hyper_util::rt::TokioExecutor;
//! use sphere_core::transport::BoxError;
//! use sphere_core::{Config, CustomerId};
//! use tower::ServiceExt;
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     // Your own client, with your connector and your layers. This one speaks plain http only.
//!     let service = Client::builder(TokioExecutor::new()).build_http();
//!     // Its error says when there was no connection. That proves that the request was not sent.
//!     let service = service.map_err(|error: Error| -> BoxError {
//!         if error.is_connect() { sphere_tower::not_connected(error).into() } else { error.into() }
//!     });
//!     let client = sphere_tower::client(Config::from_env()?, service);
//!     let customer: CustomerId = "customer_f31121c389624d3697cbf3ea8830b7a4".parse()?;
//!     let link = client.generate_face_verification_link(&customer).send().await?;
//!     println!("send the customer to {}", link.url());
//!     Ok(())
//! }
//! ```
//!
//! # The service
//!
//! The body of its request is a [`BodyReader`], which is an
//! [`http_body::Body`]: segments in order, never joined, of a known length. If your service takes another body, a
//! layer converts it: `service.map_request(|request: Request<BodyReader>| request.map(MyBody::new))`.
//!
//! The service is cloned for each request, so clones must share their connections, and it must be `Sync`
//! (`tower::util::BoxCloneSyncService` is).
//!
//! # Errors
//!
//! A service's error says nothing about delivery, so every failure counts as
//! [perhaps sent](sphere_core::transport::Delivery::Unknown), and less is retried. An error that *is* a
//! [`TransportError`] is passed on as it is, so a `map_err` like the one above can say more: with
//! [`not_connected`], or with a [`TransportError`] of any kind. `not_sent` must be proven. If a layer of
//! the service sends requests again, a failure of the last one proves nothing of the others.
//!
//! Kinds are read from the errors of hyper and of sockets among the causes. Causes of another kind, such as
//! tower's own timeout, are of kind `Other`.
//!
//! # What you take on
//!
//! - **The service decides what is sent.** It must follow no redirect, send nothing twice, add no header, and
//!   decompress nothing. [`sphere_core::transport`] has the rules, and `sphere-conformance` tests them.
//! - A service has no time to connect of its own: a request's `connect_timeout` is not kept, only its `time_left`.
//! - It cannot be told to open a fresh connection for one request, or one before a request: `warm_up` does nothing.
//!   How long an idle connection may be reused is the service's too.
//! - TLS, its roots and its crypto provider are the service's, and so are limits on a response's head.
//!
//! It needs a tokio runtime with time enabled.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod error;
mod exchange;

/// The README's code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use sphere_core::transport::{
    BodyReader, BoxError, Transport, TransportError, TransportRequest, TransportResponse,
};
use sphere_core::{Client, Config};
use tower_service::Service;

pub use error::not_connected;
pub use sphere_tokio::TokioClock;

/// **Custom part, tied to tower-service 0.3 and http-body 1**: an async client over your own service.
///
/// # Example
///
/// ```
/// use http::{Request, Response};
/// use http_body_util::Full;
/// use sphere_core::transport::BodyReader;
/// use sphere_core::{ApiKey, Config};
///
/// let service = tower::service_fn(|_: Request<BodyReader>| async {
///     Ok::<_, std::io::Error>(Response::new(Full::new(bytes::Bytes::from("{}"))))
/// });
/// let client = sphere_tower::client(Config::new(ApiKey::new("sk_test_123")?), service);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub fn client<S, B>(config: Config, service: S) -> Client
where
    S: Service<Request<BodyReader>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<BoxError>,
{
    Client::new(config, TowerTransport::new(service), TokioClock::new())
}

/// The transport over a service. [The crate](crate) says what the service must do.
#[derive(Clone)]
pub struct TowerTransport<S> {
    service: S,
}

impl<S> TowerTransport<S> {
    /// **Custom part, tied to tower-service 0.3 and http-body 1**: sends through this service.
    ///
    /// A new major version of either means a new major version of this method.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::transport::BodyReader;
    /// use sphere_tower::TowerTransport;
    ///
    /// use hyper_util::client::legacy::Client;
    /// use hyper_util::rt::TokioExecutor;
    ///
    /// let service = Client::builder(TokioExecutor::new()).build_http::<BodyReader>();
    /// let transport = TowerTransport::new(service);
    /// ```
    pub fn new(service: S) -> Self {
        Self { service }
    }
}

#[async_trait]
impl<S, B> Transport for TowerTransport<S>
where
    S: Service<Request<BodyReader>, Response = Response<B>> + Clone + Send + Sync,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<BoxError>,
{
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        // A clone of its own: `poll_ready` reserves what the next `call` uses.
        exchange::run(self.service.clone(), request).await
    }
}

/// Shows nothing of the service, which may hold secrets.
impl<S> fmt::Debug for TowerTransport<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TowerTransport").finish_non_exhaustive()
    }
}
