//! What connections are opened on: TCP, or in tests a network in memory.

use std::future::Future;
use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// Opens connections to addresses.
pub(crate) trait Network: Clone + Send + Sync + 'static {
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    fn connect(self, to: SocketAddr) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

/// The operating system's sockets.
#[derive(Clone, Copy)]
pub(crate) struct Tcp;

impl Network for Tcp {
    type Stream = TcpStream;

    async fn connect(self, to: SocketAddr) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(to).await?;
        // A request is written at once, so there is nothing to wait for. It works without as well.
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }
}
