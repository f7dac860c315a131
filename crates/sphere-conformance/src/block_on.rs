//! How a contract runs a future.

use std::future::Future;
use std::pin::Pin;

/// A future that `block_on` runs: boxed, without an output.
pub type BoxFuture<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

pub(crate) type BlockOn = dyn Fn(BoxFuture<'_>) + Send + Sync;

pub(crate) const NOT_ASYNC: &str = "a contract about futures was run for a blocking transport";
