//! The async transport of the Sphere SDK: hyper 1 and rustls on tokio.
//!
//! ```no_run
//! use sphere_core::{Config, CustomerId};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let client = sphere_hyper::client(Config::from_env()?)?;
//!     let customer: CustomerId = "customer_f31121c389624d3697cbf3ea8830b7a4".parse()?;
//!     let link = client.generate_face_verification_link(&customer).send().await?;
//!     println!("send the customer to {}", link.url());
//!     Ok(())
//! }
//! ```
//!
//! # What it does, and what it leaves to the core
//!
//! It carries one request over HTTP/1.1 and brings back one response, as [`sphere_core::transport`] demands:
//! nothing is followed, decompressed or retried, and no header is added but `Host`. No proxy is used unless
//! [`HyperTransportBuilder::proxy`] names one; environment variables are ignored. A host's addresses are remembered
//! for [30 seconds](sphere_net::lookups) and [raced](sphere_net::race). Responses have [limits](sphere_net#limits),
//! the same as in `sphere-ureq`.
//!
//! Connections are kept for 50 seconds by default, by the [rules](sphere_net::pool) that `sphere-ureq` has too: a call
//! that must not be sent twice uses one that was idle for at most 4 seconds, `Keep-Alive: timeout` shortens both, and a
//! task closes what was idle for too long, as long as the runtime runs.
//!
//! `Delivery::NotSent` is claimed in these cases, each of which proves it: no connection was made; or hyper gave
//! the request back unwritten and no other connection could be made for it.
//!
//! # Crypto provider
//!
//! TLS is encrypted with *ring*, which is the default feature `ring`. If your program uses rustls itself, with rustls'
//! default features, there are two providers in it: `rustls::ClientConfig::builder()` cannot choose and panics. (This
//! crate always names one.) There are two cures: the feature `aws-lc-rs` instead of `ring`,
//!
//! ```toml
//! sphere-hyper = { version = "0.1", default-features = false, features = ["aws-lc-rs"] }
//! ```
//!
//! or, first thing in `main`, the choice:
//!
//! ```ignore
//! rustls::crypto::aws_lc_rs::default_provider().install_default().expect("no other is installed");
//! ```
//!
//! With both features on it is *ring*. With neither, [`HyperTransportBuilder::crypto_provider`] or
//! [`HyperTransportBuilder::tls_config`] gives one; without, building the transport is an error of kind `Setup`.
//!
//! # Runtime
//!
//! It needs a tokio runtime with I/O and time enabled (`#[tokio::main]`, or `enable_all` on a builder). A
//! call outside any runtime is an error, not a panic. On a runtime without timers or I/O tokio panics; it
//! offers no way to ask before. One transport may be used from several runtimes: a connection is reused only on
//! the runtime that drives it.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod body;
mod connector;
mod error;
mod exchange;
mod guarded;
mod network;
mod pool;
mod proxy;
mod race;
#[cfg(test)]
mod simulation;

/// The README's code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse};
use sphere_core::{Client, Config};
use sphere_net::builder::{TransportBuilder, TransportParts};

use connector::Connector;
use exchange::Exchange;
use network::Tcp;
use pool::Pool;
pub use sphere_tokio::TokioClock;

/// Collects options for a [`HyperTransport`]. Made by [`HyperTransport::builder`].
///
/// `max_connections_per_host` holds over all runtimes together. To make room, an idle connection of another runtime may
/// be closed; if that runtime does not run at the moment, the socket stays until it does or ends.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_hyper::{HyperTransport, HyperTransportBuilder};
///
/// let builder: HyperTransportBuilder = HyperTransport::builder();
/// let transport = builder.idle_timeout(Duration::from_secs(20)).max_connections_per_host(20).build()?;
/// # Ok::<_, sphere_core::transport::TransportError>(())
/// ```
pub type HyperTransportBuilder = TransportBuilder<HyperTransport>;

/// An async client over a [`HyperTransport`] with its defaults.
///
/// # Errors
///
/// As [`HyperTransport::new`].
pub fn client(config: Config) -> Result<Client, TransportError> {
    Ok(Client::new(config, HyperTransport::new()?, TokioClock::new()))
}

/// The transport. Cheap to clone; clones share their connections.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_core::{ApiKey, Client, Config};
/// use sphere_hyper::{HyperTransport, TokioClock};
///
/// let transport = HyperTransport::builder().idle_timeout(Duration::from_secs(2)).build()?;
/// let client = Client::new(Config::new(ApiKey::new("sk_live_1")?), transport, TokioClock::new());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct HyperTransport {
    exchange: Arc<Exchange<Tcp>>,
}

impl HyperTransport {
    /// The defaults: TLS 1.2 and 1.3 by rustls with the [provider](crate#crypto-provider) of the features, the bundled
    /// Mozilla roots, idle connections kept for 50 seconds, no proxy.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] of kind [`Setup`](sphere_core::transport::TransportErrorKind::Setup) if TLS cannot be set
    /// up.
    pub fn new() -> Result<Self, TransportError> {
        Self::builder().build()
    }

    /// Starts from the defaults and lets each be changed.
    pub fn builder() -> HyperTransportBuilder {
        HyperTransportBuilder::default()
    }
}

impl From<TransportParts> for HyperTransport {
    fn from(parts: TransportParts) -> Self {
        let connector = Connector::new(Tcp, parts.tls, parts.proxy, parts.lookups);
        Self { exchange: Arc::new(Exchange { pool: Pool::new(parts.limits), connector }) }
    }
}

#[async_trait]
impl Transport for HyperTransport {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        self.exchange.run(request).await.map_err(|error| self.exchange.connector.name_proxy(error))
    }

    async fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
        self.exchange.warm_up(request).await.map_err(|error| self.exchange.connector.name_proxy(error))
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport").field("pool", &self.exchange.pool).finish_non_exhaustive()
    }
}
