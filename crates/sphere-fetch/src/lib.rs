//! A transport of the Sphere SDK over `fetch`.

mod clock;
mod error;
mod exchange;
mod host;
mod outgoing;

use async_trait::async_trait;
use send_wrapper::SendWrapper;
use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse};
use sphere_core::{Client, Config};

pub use clock::FetchClock;

/// An async client over the host's `fetch`.
pub fn client(config: Config) -> Client {
    Client::new(config, FetchTransport::new(), FetchClock::new())
}

/// The transport. [The crate](crate) says what it promises, and what it cannot.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct FetchTransport;

impl FetchTransport {
    /// The transport: connections, TLS and its roots are the host's.
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
