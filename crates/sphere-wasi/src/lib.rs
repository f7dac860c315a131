//! A transport of the Sphere SDK over `wasi:http`, for components (target `wasm32-wasip2`).
//!
//! ```no_run
//! use sphere_core::{Config, CustomerId};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let client = sphere_wasi::client(Config::from_env()?);
//!     let customer: CustomerId = "customer_f31121c389624d3697cbf3ea8830b7a4".parse()?;
//!     let link = sphere_wasi::block_on(client.generate_face_verification_link(&customer).send())?;
//!     println!("send the customer to {}", link.url());
//!     Ok(())
//! }
//! ```
//!
//! A component has one thread, and waits by asking the host (`wasi:io/poll`). [`block_on`] does that, for any number of
//! calls at once. A call that something else runs is an error of kind
//! [`Setup`](sphere_core::transport::TransportErrorKind::Setup), and nothing is sent.
//!
//! # What it promises
//!
//! - **Delivery.** [`NotSent`](sphere_core::transport::Delivery::NotSent) is claimed if the host refused the request
//!   before it began, or reports that the name was not found, that the port refused, or that its rules forbid the
//!   request. Everything else may have been sent, a `connection-timeout` too: some hosts report it for a request that
//!   the server has read.
//! - **Time and size.** The request's time limit covers everything. A body is read up to the request's limit. A dropped
//!   call gives up its exchange.
//! - **Redirects** are returned, as `wasi:http` demands. Segments of a body are not joined.
//!
//! # What it relies on
//!
//! - **The host sends a request once**, follows no redirect, and reports `connection-refused` and `DNS-error` only if
//!   it has sent nothing. This was read in the sources of jco 1.35 and wasmtime 48.
//!
//! # What it cannot promise
//!
//! - **Connections, TLS, roots and proxies** are the host's. So is how long an idle connection is reused, and there is
//!   no fresh one for one request, nor one before a request: `warm_up` does nothing.
//! - **The time to connect** is not limited apart, since jco counts the time to respond as well. A host that is not
//!   reached costs the whole time of an attempt.
//! - **Kinds.** Hosts have few codes. A connection that was cut off and a response that is not valid HTTP have the
//!   same, and count as [`Interrupted`](sphere_core::transport::TransportErrorKind::Interrupted). What a host cannot
//!   name is [`Other`](sphere_core::transport::TransportErrorKind::Other).
//! - **Headers.** jco joins repeated lines of a response, takes values for UTF-8, and adds `connection: keep-alive`.
//!
//! On other targets the crate compiles, and every call fails with an error of kind `Setup`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod clock;
mod error;
mod exchange;
mod outgoing;
mod reactor;

/// The README's code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

use async_trait::async_trait;
use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse};
use sphere_core::{Client, Config};

pub use clock::WasiClock;
pub use reactor::{Ready, block_on, ready};

/// An async client over the host's HTTP. Run its calls with [`block_on`].
///
/// # Example
///
/// ```
/// use sphere_core::{ApiKey, Config};
///
/// let client = sphere_wasi::client(Config::new(ApiKey::new("sk_test_123")?));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub fn client(config: Config) -> Client {
    Client::new(config, WasiTransport::new(), WasiClock::new())
}

/// The transport. [The crate](crate) says what it promises, and what it cannot.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct WasiTransport;

impl WasiTransport {
    /// The transport: connections, TLS and its roots are the host's.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, Config};
    /// use sphere_wasi::{WasiClock, WasiTransport};
    ///
    /// fn client(config: Config) -> Client {
    ///     Client::new(config, WasiTransport::new(), WasiClock::new())
    /// }
    /// ```
    pub fn new() -> Self {
        Self
    }
}

#[async_trait]
impl Transport for WasiTransport {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        exchange::run(request).await
    }
}
