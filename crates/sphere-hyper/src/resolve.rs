//! Name look-up on a thread of its own.
//!
//! The operating system's look-up blocks and cannot be stopped. On tokio's blocking pool a stuck one keeps
//! the runtime from shutting down; a detached thread keeps nobody. It runs only when a connection is made.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::Name;
use tokio::sync::oneshot;
use tower_service::Service;

/// The operating system's resolver.
#[derive(Clone, Copy)]
pub(crate) struct SystemResolver;

impl Service<Name> for SystemResolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        Box::pin(async move {
            let (answer, answered) = oneshot::channel();
            std::thread::Builder::new().name("sphere-resolve".to_owned()).spawn(move || {
                // The connector puts the port in. If nobody waits any more, the answer is dropped.
                let _ = answer.send((name.as_str(), 0).to_socket_addrs());
            })?;
            answered.await.map_err(io::Error::other)?
        })
    }
}
