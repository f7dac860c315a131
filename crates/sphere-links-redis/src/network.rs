//! What differs between async and blocking: how bytes travel and who waits. Futures of the blocking network are ready
//! when they are first polled, so that both run the same [operation](crate::operation).

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use sphere_net::connection_limit::{ConnectionLimit, Permit};

/// Sockets, names and time. No step may take longer than the time it is given, which is never zero.
pub(crate) trait Network: Sync {
    type Stream: Send;
    /// A stream that waits for the next operation: of no runtime, since that may have ended by then.
    type Idle: Send;

    fn now(&self) -> Instant;

    /// The turn to use a connection; `None` if it did not come in time.
    fn acquire(
        &self,
        connection_limit: &ConnectionLimit<()>,
        time_left: Duration,
    ) -> impl Future<Output = Option<Permit<()>>> + Send;

    /// The addresses of a host by a new lookup, since a name may have another one after a failover.
    fn look_up(
        &self,
        host: &str,
        time_left: Duration,
    ) -> impl Future<Output = io::Result<Vec<IpAddr>>> + Send;

    fn connect(
        &self,
        to: Endpoint<'_>,
        time_left: Duration,
    ) -> impl Future<Output = io::Result<Self::Stream>> + Send;

    /// Reads some bytes; 0 at the end.
    fn read(
        &self,
        stream: &mut Self::Stream,
        into: &mut [u8],
        time_left: Duration,
    ) -> impl Future<Output = io::Result<usize>> + Send;

    /// Writes some of the bytes.
    fn write(
        &self,
        stream: &mut Self::Stream,
        bytes: &[u8],
        time_left: Duration,
    ) -> impl Future<Output = io::Result<usize>> + Send;

    fn to_idle(&self, stream: Self::Stream) -> io::Result<Self::Idle>;

    fn reuse(&self, idle: Self::Idle) -> io::Result<Self::Stream>;
}

/// Where to connect to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Endpoint<'e> {
    Tcp(SocketAddr),
    #[cfg_attr(not(unix), allow(dead_code))]
    Unix(&'e Path),
}

/// A connected socket of the standard library.
#[derive(Debug)]
pub(crate) enum Socket {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Socket {
    pub(crate) fn set_nonblocking(&self, is_nonblocking: bool) -> io::Result<()> {
        match self {
            Self::Tcp(socket) => socket.set_nonblocking(is_nonblocking),
            #[cfg(unix)]
            Self::Unix(socket) => socket.set_nonblocking(is_nonblocking),
        }
    }

    /// Connects at once or fails: a blocking socket would wait, without a limit, while the server's queue is full.
    #[cfg(unix)]
    pub(crate) fn connect_unix(path: &Path) -> io::Result<UnixStream> {
        let socket = socket2::Socket::new(socket2::Domain::UNIX, socket2::Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        socket.connect(&socket2::SockAddr::unix(path)?)?;
        Ok(UnixStream::from(std::os::fd::OwnedFd::from(socket)))
    }
}
