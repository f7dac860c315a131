//! What connections are opened on: TCP, or in tests a network in memory.

use std::future::Future;
use std::io::{self, Read as _};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Opens connections to addresses.
pub(crate) trait Network: Clone + Send + Sync + 'static {
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    fn connect(
        self,
        to: SocketAddr,
        second_look: SecondLook,
    ) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

/// Makes the next read of a socket ask the system, if tokio says that nothing is there.
///
/// tokio knows what the system told it last. A runtime that is busy, or that runs only during calls, asks late: a
/// connection that the server closed a while ago still looks open, and bytes that nobody asked for would become the
/// response to the next request.
#[derive(Clone, Default)]
pub(crate) struct SecondLook(Arc<AtomicBool>);

impl SecondLook {
    pub(crate) fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn end(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// The operating system's sockets.
#[derive(Clone, Copy)]
pub(crate) struct Tcp;

impl Network for Tcp {
    type Stream = Socket;

    async fn connect(self, to: SocketAddr, second_look: SecondLook) -> io::Result<Socket> {
        let stream = TcpStream::connect(to).await?;
        // A request is written at once, so there is nothing to wait for. It works without as well.
        let _ = stream.set_nodelay(true);
        Ok(Socket { stream, second_look })
    }
}

pub(crate) struct Socket {
    stream: TcpStream,
    second_look: SecondLook,
}

impl Socket {
    /// Reads what the system has now.
    fn read_now(&self, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut bytes = [0; 1024];
        let most = buffer.remaining().min(bytes.len());
        let socket = SockRef::from(&self.stream);
        match (&*socket).read(&mut bytes[..most]) {
            Ok(count) => {
                buffer.put_slice(&bytes[..count]);
                Poll::Ready(Ok(()))
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.second_look.end();
                Poll::Pending
            }
            Err(error) => Poll::Ready(Err(error)),
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // tokio wakes this task when there is more.
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if polled.is_pending() && self.second_look.is_requested() { self.read_now(buffer) } else { polled }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::io::Write as _;
    use std::net::TcpListener;

    use super::*;

    /// What a read gives now, without a turn of the runtime: bytes, or nothing.
    async fn read(socket: &mut Socket) -> Option<Vec<u8>> {
        let mut bytes = [0; 100];
        let mut buffer = ReadBuf::new(&mut bytes);
        let polled = poll_fn(|context| Poll::Ready(Pin::new(&mut *socket).poll_read(context, &mut buffer)));
        match polled.await {
            Poll::Pending => None,
            Poll::Ready(outcome) => outcome.map(|()| Some(buffer.filled().to_vec())).unwrap(),
        }
    }

    /// Whatever the peer did is in the socket by now: loopback has no wire.
    #[tokio::test]
    async fn second_look_sees_more_than_tokio() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let second_look = SecondLook::default();
        let mut socket = Tcp.connect(listener.local_addr().unwrap(), second_look.clone()).await.unwrap();
        let mut peer = listener.accept().unwrap().0;
        assert_eq!(read(&mut socket).await, None);
        peer.write_all(b"evil").unwrap();
        assert_eq!(read(&mut socket).await, None, "this runtime has had no turn");
        second_look.request();
        assert_eq!(read(&mut socket).await.unwrap(), b"evil");
        // Until nothing is left, and then no more.
        assert!(second_look.is_requested());
        assert_eq!(read(&mut socket).await, None);
        assert!(!second_look.is_requested());
        drop(peer);
        second_look.request();
        assert_eq!(read(&mut socket).await.unwrap(), b"");
    }
}
