//! The store for async links, on tokio's sockets.

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use sphere_links::store::{Entry, Holder, Key, Loaded, Store, StoreError};
use sphere_net::connection_limit::{ConnectionLimit, Permit};
use sphere_net::lookups::Lookups;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::failure::Failure;
use crate::network::{Endpoint, Network, Socket};
use crate::resp::{Command, Reply};
use crate::{RedisStore, commands, operation};

/// The sockets and the time of the tokio runtime that polls.
pub(crate) struct Tokio;

pub(crate) enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

async fn in_time<T>(time_left: Duration, step: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(time_left, step).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

impl Network for Tokio {
    type Stream = Stream;
    type Idle = Socket;

    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    async fn acquire(
        &self,
        connection_limit: &ConnectionLimit<()>,
        time_left: Duration,
    ) -> Option<Permit<()>> {
        timeout(time_left, connection_limit.acquire(&())).await.ok()
    }

    async fn look_up(&self, host: &str, time_left: Duration) -> io::Result<Vec<IpAddr>> {
        let lookups = Lookups::system();
        lookups.forget(host);
        let lookup = lookups.start(host, Instant::now());
        in_time(time_left, async { lookup.await.map_err(io::Error::other) }).await
    }

    async fn connect(&self, to: Endpoint<'_>, time_left: Duration) -> io::Result<Stream> {
        match to {
            Endpoint::Tcp(address) => {
                let stream = in_time(time_left, TcpStream::connect(address)).await?;
                stream.set_nodelay(true)?;
                Ok(Stream::Tcp(stream))
            }
            #[cfg(unix)]
            Endpoint::Unix(path) => UnixStream::from_std(Socket::connect_unix(path)?).map(Stream::Unix),
            #[cfg(not(unix))]
            Endpoint::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    async fn read(&self, stream: &mut Stream, into: &mut [u8], time_left: Duration) -> io::Result<usize> {
        match stream {
            Stream::Tcp(stream) => in_time(time_left, stream.read(into)).await,
            #[cfg(unix)]
            Stream::Unix(stream) => in_time(time_left, stream.read(into)).await,
        }
    }

    async fn write(&self, stream: &mut Stream, bytes: &[u8], time_left: Duration) -> io::Result<usize> {
        match stream {
            Stream::Tcp(stream) => in_time(time_left, stream.write(bytes)).await,
            #[cfg(unix)]
            Stream::Unix(stream) => in_time(time_left, stream.write(bytes)).await,
        }
    }

    fn to_idle(&self, stream: Stream) -> io::Result<Socket> {
        match stream {
            Stream::Tcp(stream) => stream.into_std().map(Socket::Tcp),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.into_std().map(Socket::Unix),
        }
    }

    fn reuse(&self, idle: Socket) -> io::Result<Stream> {
        idle.set_nonblocking(true)?;
        match idle {
            Socket::Tcp(socket) => TcpStream::from_std(socket).map(Stream::Tcp),
            #[cfg(unix)]
            Socket::Unix(socket) => UnixStream::from_std(socket).map(Stream::Unix),
        }
    }
}

impl RedisStore {
    async fn run(&self, command: &Command) -> Result<Reply, Failure> {
        if Handle::try_current().is_err() {
            return Err(Failure::NoRuntime);
        }
        operation::run(&Tokio, &self.0.server, &self.0.pool, command).await
    }
}

#[async_trait]
impl Store for RedisStore {
    async fn load(&self, key: &Key) -> Result<Loaded, StoreError> {
        Ok(self.opened(key, self.run(&commands::load(key)).await?.into_text()?))
    }

    async fn lock(&self, key: &Key, holder: &Holder, lasts: Duration) -> Result<bool, StoreError> {
        Ok(self.run(&commands::lock(key, holder, lasts)).await?.into_flag()?)
    }

    async fn save(
        &self,
        key: &Key,
        holder: &Holder,
        entry: &Entry,
        lasts: Duration,
    ) -> Result<bool, StoreError> {
        let command = commands::save(key, holder, &self.sealed(key, entry)?, lasts);
        Ok(self.run(&command).await?.into_flag()?)
    }

    fn release(&self, key: &Key, holder: &Holder) {
        // Without a runtime there is nobody to do it, and the lock ends by itself.
        let Ok(runtime) = Handle::try_current() else { return };
        let (store, command) = (self.clone(), commands::release(key, holder));
        runtime.spawn(async move { store.run(&command).await.map(drop) });
    }

    async fn remove(&self, key: &Key) -> Result<(), StoreError> {
        Ok(self.run(&commands::remove(key)).await.map(drop)?)
    }
}
