//! A blocking transport that serves the async client, on tokio's threads for blocking work.

use std::sync::Arc;

use async_trait::async_trait;
use sphere_core::transport::{
    Transport, TransportError, TransportErrorKind, TransportRequest, TransportResponse, blocking,
};
use tokio::runtime::Handle;

/// Runs each request of a blocking transport on a thread of its own kind.
///
/// A call that is dropped midway goes on in the background until it is over, at most
/// [`TransportRequest::time_left`]: a blocking request cannot be stopped from outside.
#[derive(Debug, Clone)]
pub struct SpawnBlocking<T> {
    transport: Arc<T>,
}

impl<T> SpawnBlocking<T> {
    /// Over this transport.
    pub fn new(transport: T) -> Self {
        Self { transport: Arc::new(transport) }
    }
}

impl<T: Send + Sync + 'static> SpawnBlocking<T> {
    async fn run<R: Send + 'static>(
        &self,
        work: impl FnOnce(&T) -> Result<R, TransportError> + Send + 'static,
    ) -> Result<R, TransportError> {
        let Ok(runtime) = Handle::try_current() else {
            let fault = "there is no tokio runtime here";
            return Err(TransportError::new(TransportErrorKind::Setup, fault).not_sent());
        };
        let transport = Arc::clone(&self.transport);
        // The thread ends without a response if it panics, or if the runtime shuts down.
        let done = runtime.spawn_blocking(move || work(&transport)).await;
        done.unwrap_or_else(|error| Err(TransportError::new(TransportErrorKind::Interrupted, error)))
    }
}

#[async_trait]
impl<T: blocking::Transport + 'static> Transport for SpawnBlocking<T> {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        self.run(|transport| transport.send(request)).await
    }

    async fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
        self.run(|transport| transport.warm_up(request)).await
    }
}
