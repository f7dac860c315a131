//! A transport of the Sphere SDK over `fetch`, for workers and other JavaScript hosts (target
//! `wasm32-unknown-unknown`, with wasm-bindgen).
//!
//! ```no_run
//! use sphere_core::{ApiKey, Config, CustomerId, Error};
//!
//! /// Called by the worker for a request, with the key from its secrets. One client may serve all requests.
//! async fn link(key: ApiKey, customer: &CustomerId) -> Result<String, Error> {
//!     let client = sphere_fetch::client(Config::new(key));
//!     let link = client.generate_face_verification_link(customer).send().await?;
//!     Ok(link.url().to_owned())
//! }
//! ```
//!
//! # Not in a browser's page
//!
//! The API key is a secret: whoever has it can act for the merchant. What a page's code knows, everyone who opens the
//! page can read, in the module, in the developer tools and in each request. No build step can hide it. Call this
//! from a worker or a server, and give the page only what it needs, such as the URL of a link.
//!
//! # What it promises
//!
//! - **Delivery.** `fetch` tells nothing about a failure (Fetch, "network error"), so whatever has been given to it
//!   counts as [perhaps sent](sphere_core::transport::Delivery::Unknown). Only a request that the host refused to
//!   build, or for which no time was left, was provably not sent.
//! - **Redirects** are returned, not followed (`redirect: "manual"`).
//! - **Time and size.** The request's time limit covers everything. A body is read up to the request's limit. A dropped
//!   call aborts its exchange.
//!
//! # What it cannot promise
//!
//! - **Connections, TLS and roots** are the host's. So is how long an idle connection is reused, and there is no fresh
//!   one for one request, nor one before a request: `warm_up` does nothing. There is no time to connect of its own.
//! - **Kinds.** Every failure of `fetch` is of kind
//!   [`Interrupted`](sphere_core::transport::TransportErrorKind::Interrupted): a port that refuses, a certificate, a
//!   response that is not valid HTTP. What the host says is in the error's text.
//! - **Headers.** Repeated lines of a response are joined, and hosts add headers of their own, `accept-encoding` too.
//!   Then a response is decompressed, and the size limit holds for what comes out. workerd takes values for UTF-8.
//! - **A browser** hides redirects: the result is an error of kind
//!   [`Setup`](sphere_core::transport::TransportErrorKind::Setup), and the request may have been processed.
//! - **URLs** are the host's: `%2e%2e` in a path is resolved. The SDK's own requests have none.
//!
//! Where there is no JavaScript host the crate compiles, and every call fails with an error of kind `Setup`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod clock;
mod error;
mod exchange;
mod host;
mod outgoing;

/// The README's code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

use async_trait::async_trait;
use send_wrapper::SendWrapper;
use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse};
use sphere_core::{Client, Config};

pub use clock::FetchClock;

/// An async client over the host's `fetch`.
///
/// # Example
///
/// ```
/// use sphere_core::{ApiKey, Config};
///
/// let client = sphere_fetch::client(Config::new(ApiKey::new("sk_test_123")?));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub fn client(config: Config) -> Client {
    Client::new(config, FetchTransport::new(), FetchClock::new())
}

/// The transport. [The crate](crate) says what it promises, and what it cannot.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct FetchTransport;

impl FetchTransport {
    /// The transport: connections, TLS and its roots are the host's.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, Config};
    /// use sphere_fetch::{FetchClock, FetchTransport};
    ///
    /// fn client(config: Config) -> Client {
    ///     Client::new(config, FetchTransport::new(), FetchClock::new())
    /// }
    /// ```
    pub fn new() -> Self {
        Self
    }
}

#[async_trait]
impl Transport for FetchTransport {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        // What JavaScript has cannot leave its thread, and on this target there is only one.
        SendWrapper::new(exchange::run(request)).await
    }
}
