//! A transport of the Sphere SDK over your own [`reqwest::Client`]: its connection pool, TLS provider, roots and
//! proxy. This crate opens no socket, and switches on none of reqwest's features.
//!
//! ```no_run
//! use sphere_core::{Config, CustomerId};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     // Your own client, as the rest of your program uses it.
//!     let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
//!     let client = sphere_reqwest::client(Config::from_env()?, http);
//!     let customer: CustomerId = "customer_f31121c389624d3697cbf3ea8830b7a4".parse()?;
//!     let link = client.generate_face_verification_link(&customer).send().await?;
//!     println!("send the customer to {}", link.url());
//!     Ok(())
//! }
//! ```
//!
//! # What it promises
//!
//! - **Delivery.** [`NotSent`](sphere_core::transport::Delivery::NotSent) is claimed if reqwest could not connect
//!   (or could not build the request) *and* hyper had not begun to write it. The first alone would prove nothing:
//!   after a redirect it may be the second request that could not connect.
//! - **Nothing is sent twice**, whatever the client's policies for redirects and retries say: reqwest cannot copy
//!   the request's body, so it neither follows a 307 or 308 nor retries. Segments of a body are not joined, and
//!   its progress is observed.
//! - **Time and size.** The request's own time limit covers everything, and replaces
//!   [`ClientBuilder::timeout`](reqwest::ClientBuilder::timeout). A body is read up to the request's limit.
//! - **Errors show no URL**: its path may have a customer's id in it.
//!
//! # What it cannot promise
//!
//! - **Redirects.** reqwest's default client follows a 301, 302 or 303 with a GET, which has no body and, if it goes
//!   to another host, no key. The result is then an error of kind
//!   [`Setup`](sphere_core::transport::TransportErrorKind::Setup), and the request may have been processed. Only a
//!   redirect to the very same URL is not noticed. Build the client with
//!   [`Policy::none()`](reqwest::redirect::Policy::none), and redirects are returned as responses.
//! - **The time to connect** is the client's ([`connect_timeout`](reqwest::ClientBuilder::connect_timeout), by
//!   default none). Without it, a server that is not reached costs the whole time of an attempt, and the error
//!   does not prove that nothing was sent.
//! - **Idle connections** are reused for 90 seconds by default, longer than many servers keep theirs. Set
//!   [`pool_idle_timeout`](reqwest::ClientBuilder::pool_idle_timeout) to 4 seconds to lose fewer requests.
//! - **A fresh connection** for one request cannot be asked for, nor one before a request: `warm_up` does nothing.
//! - **Headers**: default headers of the client, its `user-agent`, cookies and `accept-encoding` are added to what the
//!   SDK sends, and responses are decompressed if one of reqwest's features for that is on. The size limit then
//!   holds for what comes out.
//! - **A proxy from the environment** is used if reqwest's feature `system-proxy` is on, which is its default.
//! - **Kinds**: a certificate that native-tls refuses is of kind `Connect` and not `Tls`; a server's alerts are all
//!   alike. Limits on a response's head are hyper's. `%2e%2e` in a path is resolved.
//! - **HTTP/2**, which a client with reqwest's feature `http2` may choose, is not tested.
//!   [`http1_only`](reqwest::ClientBuilder::http1_only) keeps to what is.
//!
//! It needs a tokio runtime with I/O and time enabled.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod body;
mod exchange;

/// The README's code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

use std::fmt;

use async_trait::async_trait;
use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse};
use sphere_core::{Client, Config};
use sphere_tower::TowerTransport;

pub use sphere_tokio::TokioClock;

/// **Custom part, tied to reqwest 0.13**: an async client of the SDK over your own client of reqwest.
///
/// # Example
///
/// ```
/// use sphere_core::{ApiKey, Config};
///
/// # fn example(http: reqwest::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let client = sphere_reqwest::client(Config::new(ApiKey::new("sk_test_123")?), http);
/// # Ok(())
/// # }
/// ```
pub fn client(config: Config, client: reqwest::Client) -> Client {
    Client::new(config, ReqwestTransport::new(client), TokioClock::new())
}

/// The transport. [The crate](crate) says what it promises, and what it cannot. Cheap to clone; clones share the
/// client's connections.
#[derive(Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
}

impl ReqwestTransport {
    /// **Custom part, tied to reqwest 0.13**: sends through this client.
    ///
    /// A new major version of reqwest means a new major version of this method.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use sphere_core::config::DEFAULT_CONNECT_TIMEOUT;
    /// use sphere_core::transport::ONCE_IDLE_TIMEOUT;
    /// use sphere_reqwest::ReqwestTransport;
    ///
    /// let client = reqwest::Client::builder()
    ///     .redirect(reqwest::redirect::Policy::none())
    ///     .connect_timeout(DEFAULT_CONNECT_TIMEOUT)
    ///     .pool_idle_timeout(ONCE_IDLE_TIMEOUT)
    ///     .build()?;
    /// let transport = ReqwestTransport::new(client);
    /// # Ok::<_, reqwest::Error>(())
    /// ```
    pub fn new(client: reqwest::Client) -> Self {
        Self { client }
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let (client, time_left) = (&self.client, request.time_left());
        let service = tower::service_fn(|request| exchange::run(client, request, time_left));
        TowerTransport::new(service).send(request).await
    }
}

/// Shows nothing of the client, whose own output has its default headers and its proxies.
impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport").finish_non_exhaustive()
    }
}
