//! A network in memory: connections refuse, are never there, open late, and are not always ready.

use std::future::pending;
use std::io::{ErrorKind, Result};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};
use tokio::time::sleep;

use super::plan::Fault;
use super::server;
use super::world::World;
use crate::network::{Network, SecondLook};

/// The client's end of a connection.
pub(super) struct Wire {
    stream: DuplexStream,
    /// Whether its end is a reset.
    is_reset: Arc<AtomicBool>,
    world: World,
    number: usize,
}

impl Network for World {
    type Stream = Wire;

    /// This network has no system that knows more than tokio does.
    async fn connect(self, to: SocketAddr, _: SecondLook) -> Result<Wire> {
        sleep(Duration::from_millis(self.draw(|rng| [0, 1, 20, 300][rng.usize(..4)]))).await;
        let is_dead = self.plan().has_dead_address
            && self.plan().addresses > 1
            && to.ip() == IpAddr::from([10, 0, 0, 1]);
        if is_dead || self.fails(Fault::Silent) {
            self.note(|| format!("nobody responds at {to}"));
            pending::<()>().await;
        }
        if self.fails(Fault::Refuses) {
            self.note(|| format!("{to} refuses"));
            return Err(ErrorKind::ConnectionRefused.into());
        }
        let (near, far) = duplex(self.draw(|rng| [500, 4000, 64_000][rng.usize(..3)]));
        let (number, is_reset) = (self.opens(), Arc::<AtomicBool>::default());
        self.note(|| format!("connection {number} to {to}"));
        tokio::spawn(server::serve(self.clone(), number, far, Arc::clone(&is_reset)));
        Ok(Wire { stream: near, is_reset, world: self, number })
    }
}

impl Wire {
    fn hiccup(&self, context: &mut Context<'_>) -> Poll<()> {
        if self.world.chance(self.world.plan().hiccups) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    }

    fn reset(&self) -> Result<()> {
        if self.is_reset.load(Ordering::Relaxed) { Err(ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        ready!(self.hiccup(context));
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        Poll::Ready(if buffer.filled().len() == before { self.reset() } else { Ok(()) })
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        ready!(self.hiccup(context));
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        Poll::Ready(written.map_err(|error| self.reset().err().unwrap_or(error)))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.world.closes();
        self.world.note(|| format!("connection {} is closed by the client", self.number));
    }
}
