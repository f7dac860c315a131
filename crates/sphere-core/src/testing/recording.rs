//! Recording around another transport.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::requests::{Log, Requests};
use crate::transport::{Transport, TransportError, TransportRequest, TransportResponse, blocking};

/// Keeps what goes through it, and hands it on unchanged: around a real transport, to see what your code
/// sends to the sandbox. Async or blocking, as the transport inside is. Clones share what they keep.
///
/// # Example
///
/// ```
/// use sphere_core::testing::{self, Reply, FakeTransport, Recording};
/// use sphere_core::{CustomerId, blocking::Client};
///
/// # let real = FakeTransport::always(Reply::not_found());
/// # let real_clock = real.clock();
/// // `real` is any transport, such as a `sphere_ureq::UreqTransport` or one of your own.
/// let recording = Recording::new(real);
/// let client = Client::new(testing::config().build()?, recording.clone(), real_clock);
/// client.generate_face_verification_link(&CustomerId::new("customer_1")?).send().unwrap_err();
///
/// recording.requests().assert_sent(["POST /v2/customer/customer_1/face-verification-link"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Recording<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    transport: T,
    log: Log,
}

impl<T> Recording<T> {
    /// Records what goes to this transport.
    pub fn new(transport: T) -> Self {
        Self { shared: Arc::new(Shared { transport, log: Log::default() }) }
    }

    /// What has been sent so far, in the order in which it was handed over.
    pub fn requests(&self) -> Requests {
        self.shared.log.requests()
    }

    /// The transport inside.
    pub fn inner(&self) -> &T {
        &self.shared.transport
    }
}

#[async_trait]
impl<T: Transport> Transport for Recording<T> {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        self.shared.log.keep(&request);
        self.shared.transport.send(request).await
    }

    async fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
        self.shared.transport.warm_up(request).await
    }
}

impl<T: blocking::Transport> blocking::Transport for Recording<T> {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        self.shared.log.keep(&request);
        self.shared.transport.send(request)
    }

    fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
        self.shared.transport.warm_up(request)
    }
}

impl<T> Clone for Recording<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

/// Shows how many requests it has kept.
impl<T> fmt::Debug for Recording<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording").field("requests", &self.shared.log.len()).finish_non_exhaustive()
    }
}
