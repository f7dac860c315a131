//! How a transport is handed in: a function that makes one, blocking or asynchronous.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse, blocking};

/// A future as it is given to the author's `block_on`: boxed, and with no output.
pub type BoxFuture<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// What a contract asks of the transport that is made for it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Setup {
    trusted_pem: Option<String>,
}

impl Setup {
    /// Nothing special.
    pub fn plain() -> Self {
        Self::default()
    }

    /// A transport that also trusts the certificate authority in this PEM.
    pub fn trusting(pem: impl Into<String>) -> Self {
        Self { trusted_pem: Some(pem.into()) }
    }

    /// The certificate authority, as PEM, that the transport is to trust besides those that it trusts anyway.
    pub fn trusted_pem(&self) -> Option<&str> {
        self.trusted_pem.as_deref()
    }
}

type Make = dyn Fn(&Setup) -> Arc<dyn Subject> + Send + Sync;
type BlockOn = dyn Fn(BoxFuture<'_>) + Send + Sync;

/// A way to make transports of one kind. Each contract gets a fresh one.
pub struct Candidate {
    make: Box<Make>,
    is_asynchronous: bool,
}

impl Candidate {
    /// Blocking transports.
    ///
    /// ```no_run
    /// # use sphere_core::transport::blocking::Transport;
    /// # fn my_transport(_: &sphere_conformance::Setup) -> Box<dyn Transport> { unimplemented!() }
    /// let candidate = sphere_conformance::Candidate::blocking(my_transport);
    /// ```
    pub fn blocking<T, F>(make: F) -> Self
    where
        T: blocking::Transport + 'static,
        F: Fn(&Setup) -> T + Send + Sync + 'static,
    {
        let make = move |setup: &Setup| Arc::new(Blocking(make(setup))) as Arc<dyn Subject>;
        Self { make: Box::new(make), is_asynchronous: false }
    }

    /// Asynchronous transports. `block_on` runs a future to its end, on a runtime that outlives the call:
    /// one runtime for all calls, or no connection could be used twice.
    ///
    /// ```no_run
    /// # use sphere_core::transport::Transport;
    /// # fn my_transport(_: &sphere_conformance::Setup) -> Box<dyn Transport> { unimplemented!() }
    /// # struct Runtime;
    /// # impl Runtime { fn block_on(&self, _: sphere_conformance::BoxFuture<'_>) {} }
    /// # static RUNTIME: Runtime = Runtime;
    /// let candidate =
    ///     sphere_conformance::Candidate::asynchronous(my_transport, |future| RUNTIME.block_on(future));
    /// ```
    pub fn asynchronous<T, F, B>(make: F, block_on: B) -> Self
    where
        T: Transport + 'static,
        F: Fn(&Setup) -> T + Send + Sync + 'static,
        B: Fn(BoxFuture<'_>) + Send + Sync + 'static,
    {
        let block_on: Arc<BlockOn> = Arc::new(block_on);
        let make = move |setup: &Setup| {
            let block_on = Arc::clone(&block_on);
            Arc::new(Asynchronous { transport: make(setup), block_on }) as Arc<dyn Subject>
        };
        Self { make: Box::new(make), is_asynchronous: true }
    }

    /// Whether its transports are asynchronous, so that the contracts about futures concern them.
    pub fn is_asynchronous(&self) -> bool {
        self.is_asynchronous
    }

    /// A fresh transport.
    pub(crate) fn make(&self, setup: &Setup) -> Arc<dyn Subject> {
        (self.make)(setup)
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate").field("is_asynchronous", &self.is_asynchronous).finish_non_exhaustive()
    }
}

/// A transport as contracts see it: of either colour, blocking the thread.
pub(crate) trait Subject: Send + Sync {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError>;

    /// The transport itself, for contracts about futures.
    fn future(&self) -> Option<&dyn Transport> {
        None
    }

    /// Runs a future, where there are any.
    fn block_on(&self, _: BoxFuture<'_>) {}
}

struct Blocking<T>(T);

impl<T: blocking::Transport> Subject for Blocking<T> {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        self.0.send(request)
    }
}

struct Asynchronous<T> {
    transport: T,
    block_on: Arc<BlockOn>,
}

impl<T: Transport> Subject for Asynchronous<T> {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let mut outcome = None;
        (self.block_on)(Box::pin(async { outcome = Some(self.transport.send(request).await) }));
        outcome.unwrap_or_else(|| panic!("`block_on` returned before the future had ended"))
    }

    fn future(&self) -> Option<&dyn Transport> {
        Some(&self.transport)
    }

    fn block_on(&self, future: BoxFuture<'_>) {
        (self.block_on)(future);
    }
}
