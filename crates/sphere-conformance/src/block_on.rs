//! How a contract runs a future: on the runtime of its transport, or on one that ends.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;

/// A future that a runtime runs: boxed, without an output.
pub type BoxFuture<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A runtime: it runs a future to its end. Dropped, it ends.
pub(crate) type Runtime = dyn Fn(BoxFuture<'_>) + Send + Sync;

pub(crate) const NOT_ASYNC: &str = "a contract about futures was run for a blocking transport";

/// How to make runtimes, and the one for all calls, so that connections can be reused.
pub(crate) struct Runtimes {
    make: Box<dyn Fn() -> Box<Runtime> + Send + Sync>,
    usual: OnceLock<Box<Runtime>>,
}

impl Runtimes {
    pub(crate) fn new<R>(make: impl Fn() -> R + Send + Sync + 'static) -> Self
    where
        R: Fn(BoxFuture<'_>) + Send + Sync + 'static,
    {
        Self { make: Box::new(move || Box::new(make())), usual: OnceLock::new() }
    }

    pub(crate) fn block_on(&self, future: BoxFuture<'_>) {
        self.usual.get_or_init(&self.make)(future);
    }

    /// The same on a new runtime, which then ends.
    pub(crate) fn block_on_another(&self, future: BoxFuture<'_>) {
        (self.make)()(future);
    }
}
