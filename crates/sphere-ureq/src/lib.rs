//! The blocking transport of the Sphere SDK: [ureq](https://docs.rs/ureq) and rustls, with no async runtime
//! anywhere in its tree.
//!
//! ```no_run
//! use sphere_core::{Config, CustomerId};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let client = sphere_ureq::client(Config::from_env()?)?;
//!     let customer: CustomerId = "customer_f31121c389624d3697cbf3ea8830b7a4".parse()?;
//!     let link = client.generate_face_verification_link(&customer).send()?;
//!     println!("send the customer to {}", link.url());
//!     Ok(())
//! }
//! ```
//!
//! A [`UreqTransport`] keeps its connections, so make one (or one client) and clone it. It blocks the thread
//! of its caller: inside async code use `sphere-hyper` instead.
//!
//! # What it promises
//!
//! - **Time.** A request's time limit covers everything: lookup, connecting, TLS, sending, and a response that
//!   comes one byte at a time.
//! - **Delivery.** [`NotSent`](sphere_core::transport::Delivery::NotSent) is proven: every connection notes
//!   the first byte of a request that leaves. A refused port, an unknown host, a handshake that breaks off
//!   and a certificate that is not trusted prove it; a reset after the request does not.
//! - **TLS** by rustls with a [provider](crate#crypto-provider) that is never taken from the process, and with
//!   bundled roots ([webpki-roots](https://docs.rs/webpki-roots)), so that it runs in an empty container.
//!   [`UreqTransportBuilder::extra_roots_pem`] adds an authority of your own.
//! - **Nothing hidden.** No proxy unless [`UreqTransportBuilder::proxy`] names one, and none from the
//!   environment; no redirect followed, no header added but `host`, no body decompressed, nothing sent twice.
//! - **Few lookups.** A host's addresses are remembered for [30 seconds](sphere_net::lookups), and forgotten when
//!   connecting fails. At most eight threads look names up, for the whole process. Several addresses of a host are
//!   [raced](sphere_net::race), each on a thread that ends with its attempt.
//! - **Warm connections.** They are kept for 50 seconds by default, by the [rules](sphere_net::pool) that
//!   `sphere-hyper` has too: a call that must not be sent twice uses one that was idle for at most 4 seconds, and
//!   `Keep-Alive: timeout` shortens both. A thread closes what was idle for too long; it ends when nothing is idle, or
//!   with the transport.
//! - **[Limits](sphere_net#limits)** on responses, the same as in `sphere-hyper`.
//!
//! # What it logs: keep TRACE off in production
//!
//! This crate logs nothing itself, but ureq does, through [`log`](https://docs.rs/log). At **TRACE** it dumps
//! all traffic as it goes over the wire (target `ureq_proto::util`), **with your API key and the customer's
//! link in it**, sixteen bytes a row, so that a search of the logs does not find them. Keep that target at
//! `off` wherever you switch TRACE on:
//!
//! ```text
//! RUST_LOG=trace,ureq_proto=off,ureq=debug
//! ```
//!
//! At DEBUG ureq hides a URL's path and most header values: there is no key, no link and no customer id.
//! [`sphere_core::tracing_output`] lists the SDK's own spans and events.
//!
//! # Crypto provider
//!
//! TLS is encrypted with *ring*, which is the default feature `ring`. If your program uses rustls itself, with rustls'
//! default features, there are two providers in it: `rustls::ClientConfig::builder()` cannot choose and panics. (This
//! crate always names one.) There are two cures: the feature `aws-lc-rs` instead of `ring`,
//!
//! ```toml
//! sphere-ureq = { version = "0.1", default-features = false, features = ["aws-lc-rs"] }
//! ```
//!
//! or, first thing in `main`, the choice:
//!
//! ```ignore
//! rustls::crypto::aws_lc_rs::default_provider().install_default().expect("no other is installed");
//! ```
//!
//! With both features on it is *ring*. With neither, [`UreqTransportBuilder::crypto_provider`] or
//! [`UreqTransportBuilder::tls_config`] gives one; without, building the transport is an error of kind `Setup`.
//!
//! # Features
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `ring` (default), `aws-lc-rs` | see above |
//! | `platform-roots` | `UreqTransportBuilder::platform_roots`: trust what the operating system trusts |
//!
//! # Features of ureq that other crates switch on
//!
//! Cargo gives every crate of a program the same ureq, with the features of all of them. With `ureq/gzip` or
//! `ureq/brotli` in there, ureq decompresses a response that a server compressed without being asked to, and
//! takes `content-encoding` away; with `ureq/charset` it turns a text body into UTF-8; with `ureq/cookies` it
//! returns cookies. ureq has no setting against that. The size limit holds for what comes out.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod call;
mod connection;
mod connector;
mod error;
mod exchange;
mod pool;
mod proxy;
mod race;
mod socket;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Extensions, Response};
use sphere_core::clock::SystemClock;
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{BodyCollector, TransportError, TransportRequest, TransportResponse};
use sphere_core::{Config, blocking};
use sphere_net::builder::{TransportBuilder, TransportParts};
use sphere_net::failure::Failure;
use sphere_net::pool::server_idle_timeout;
use ureq::Agent;

use call::{CallConnector, NoAddresses};
use connector::Connector;
use pool::Pool;

/// Collects options for a [`UreqTransport`]. Made by [`UreqTransport::builder`].
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_ureq::{UreqTransport, UreqTransportBuilder};
///
/// let builder: UreqTransportBuilder = UreqTransport::builder();
/// let transport = builder.idle_timeout(Duration::from_secs(20)).max_connections_per_host(20).build()?;
/// # Ok::<_, sphere_core::transport::TransportError>(())
/// ```
pub type UreqTransportBuilder = TransportBuilder<UreqTransport>;

/// A blocking client over a [`UreqTransport`] with the defaults.
///
/// # Example
///
/// ```
/// use sphere_core::{ApiKey, Config};
///
/// let client = sphere_ureq::client(Config::new(ApiKey::new("sk_test_123")?))?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`UreqTransport::new`].
pub fn client(config: Config) -> Result<blocking::Client, TransportError> {
    Ok(blocking::Client::new(config, UreqTransport::new()?, SystemClock::new()))
}

/// The blocking transport over ureq. [The crate](crate) says what it promises.
///
/// Cheap to clone; clones share their connections.
///
/// # Example
///
/// ```
/// use sphere_core::clock::SystemClock;
/// use sphere_core::{blocking::Client, ApiKey, Config};
/// use sphere_ureq::UreqTransport;
///
/// let transport = UreqTransport::builder().max_idle_connections(8).build()?;
/// let client = Client::new(Config::new(ApiKey::new("sk_test_123")?), transport, SystemClock::new());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct UreqTransport {
    agent: Agent,
    connector: Arc<Connector>,
}

impl UreqTransport {
    /// A transport with the defaults: bundled roots, idle connections kept for 50 seconds.
    ///
    /// # Example
    ///
    /// ```
    /// let transport = sphere_ureq::UreqTransport::new()?;
    /// # Ok::<_, sphere_core::transport::TransportError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`UreqTransportBuilder::build`].
    pub fn new() -> Result<Self, TransportError> {
        Self::builder().build()
    }

    /// Starts from the defaults and lets you choose.
    ///
    /// ```
    /// # use sphere_ureq::UreqTransport;
    /// let transport = UreqTransport::builder().max_idle_connections(2).build()?;
    /// # Ok::<_, sphere_core::transport::TransportError>(())
    /// ```
    pub fn builder() -> UreqTransportBuilder {
        UreqTransportBuilder::default()
    }

    fn try_send(&self, request: TransportRequest) -> Result<Response<Bytes>, TransportError> {
        if request.time_left().is_zero() {
            return Err(TransportError::timed_out().not_sent());
        }
        let target = request.target()?.clone();
        let pool = &self.connector.pool;
        // Dropped last, when the connection is idle again or closed.
        let (time_left, since) = (request.time_left(), Instant::now());
        let _permit = pool.acquire(&target, time_left).map_err(not_sent)?;
        let request = request.with_time_left(time_left.saturating_sub(since.elapsed()));
        let max_idle_time =
            if request.needs_fresh_connection() { Duration::ZERO } else { request.max_idle_time() };
        let kept = pool.take(&target, max_idle_time);
        let (outcome, call) = call::run(target.clone(), kept, || self.exchange(request));
        if let (Some(connection), Ok(response)) = (call.connection, &outcome) {
            pool.put(&target, connection, server_idle_timeout(response.version(), response.headers()));
        }
        outcome
    }

    fn try_warm_up(&self, request: &TransportRequest) -> Result<(), TransportError> {
        let target = request.target()?;
        let pool = &self.connector.pool;
        let _permit = pool.acquire(target, request.connect_timeout()).map_err(not_sent)?;
        if !pool.has(target, request.max_idle_time()) {
            let connection = self.connector.connect(target, request.connect_timeout())?;
            pool.put(target, Box::new(connection), None);
        }
        Ok(())
    }

    /// Adds to an error which proxy is used, if one is.
    fn name_proxy(&self, error: TransportError) -> TransportError {
        match &self.connector.proxy {
            Some(proxy) => error.through_proxy(proxy.address()),
            None => error,
        }
    }

    /// One request and its response, as a part of a [`call`].
    fn exchange(&self, request: TransportRequest) -> Result<Response<Bytes>, TransportError> {
        let failed = |error| error::from_ureq(error, call::request_has_left());
        let mut collected = BodyCollector::new(request.max_response_bytes());
        let response = exchange::run(&self.agent, request).map_err(failed)?;
        let (mut head, body) = response.into_parts();
        // ureq's notes on the exchange, which are not part of the response.
        head.extensions = Extensions::new();
        // To its end, so that the connection can be used again.
        let outcome = collected
            .expect(body.content_length().unwrap_or(0))
            .and_then(|()| collected.read_to_end(body.into_reader(), |error| failed(error.into())));
        match outcome {
            Ok(bytes) => Ok(Response::from_parts(head, bytes)),
            Err(error) => Err(error.with_head(head.status, &head.headers)),
        }
    }
}

impl From<TransportParts> for UreqTransport {
    fn from(parts: TransportParts) -> Self {
        let TransportParts { limits, tls, proxy, lookups, .. } = parts;
        let connector = Arc::new(Connector { lookups, tls, proxy, pool: Pool::new(limits) });
        let agent = Agent::with_parts(exchange::config(), CallConnector(Arc::clone(&connector)), NoAddresses);
        Self { agent, connector }
    }
}

impl Transport for UreqTransport {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        self.try_send(request).map(Into::into).map_err(|error| self.name_proxy(error))
    }

    fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
        self.try_warm_up(&request).map_err(|error| self.name_proxy(error))
    }
}

fn not_sent(failure: Failure) -> TransportError {
    TransportError::from(failure).not_sent()
}

/// Shows how many connections are idle.
impl fmt::Debug for UreqTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UreqTransport").field("pool", &self.connector.pool).finish_non_exhaustive()
    }
}
