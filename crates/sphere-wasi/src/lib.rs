//! A transport of the Sphere SDK over `wasi:http`, for components (target `wasm32-wasip2`).

mod clock;
mod error;
mod exchange;
mod outgoing;
mod reactor;

use async_trait::async_trait;
use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse};
use sphere_core::{Client, Config};

pub use clock::WasiClock;
pub use reactor::{Ready, block_on, ready};

/// An async client over the host's HTTP. Run its calls with [`block_on`].
pub fn client(config: Config) -> Client {
    Client::new(config, WasiTransport::new(), WasiClock::new())
}

/// The transport. [The crate](crate) says what it promises, and what it cannot.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct WasiTransport;

impl WasiTransport {
    /// The transport: connections, TLS and its roots are the host's.
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
