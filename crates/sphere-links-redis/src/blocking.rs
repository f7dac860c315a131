//! The store for blocking links, on the standard library's sockets.

use std::future::Future;
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, TcpStream};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use sphere_links::store::blocking::Store;
use sphere_links::store::{Entry, Holder, Key, Loaded, StoreError};
use sphere_net::connection_limit::{ConnectionLimit, Permit};
use sphere_net::lookups::Lookups;

use crate::failure::Failure;
use crate::network::{Endpoint, Network, Socket};
use crate::resp::{Command, Reply};
use crate::{RedisStore, commands, operation};

/// Sockets and time of the thread that waits.
pub(crate) struct Blocking;

impl Network for Blocking {
    type Stream = Socket;
    type Idle = Socket;

    fn now(&self) -> Instant {
        Instant::now()
    }

    async fn acquire(
        &self,
        connection_limit: &ConnectionLimit<()>,
        time_left: Duration,
    ) -> Option<Permit<()>> {
        connection_limit.acquire_blocking(&(), Instant::now() + time_left).ok()
    }

    async fn look_up(&self, host: &str, time_left: Duration) -> io::Result<Vec<IpAddr>> {
        let lookups = Lookups::system();
        lookups.forget(host);
        let found = lookups.start(host, Instant::now()).wait(time_left).map_err(io::Error::other)?;
        found.ok_or_else(|| io::ErrorKind::TimedOut.into())
    }

    async fn connect(&self, to: Endpoint<'_>, time_left: Duration) -> io::Result<Socket> {
        match to {
            Endpoint::Tcp(address) => {
                let stream = TcpStream::connect_timeout(&address, time_left)?;
                stream.set_nodelay(true)?;
                Ok(Socket::Tcp(stream))
            }
            #[cfg(unix)]
            Endpoint::Unix(path) => self.reuse(Socket::Unix(Socket::connect_unix(path)?)),
            #[cfg(not(unix))]
            Endpoint::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    async fn read(&self, stream: &mut Socket, into: &mut [u8], time_left: Duration) -> io::Result<usize> {
        match stream {
            Socket::Tcp(stream) => {
                stream.set_read_timeout(Some(time_left))?;
                stream.read(into)
            }
            #[cfg(unix)]
            Socket::Unix(stream) => {
                stream.set_read_timeout(Some(time_left))?;
                stream.read(into)
            }
        }
    }

    async fn write(&self, stream: &mut Socket, bytes: &[u8], time_left: Duration) -> io::Result<usize> {
        match stream {
            Socket::Tcp(stream) => {
                stream.set_write_timeout(Some(time_left))?;
                stream.write(bytes)
            }
            #[cfg(unix)]
            Socket::Unix(stream) => {
                stream.set_write_timeout(Some(time_left))?;
                stream.write(bytes)
            }
        }
    }

    fn to_idle(&self, stream: Socket) -> io::Result<Socket> {
        Ok(stream)
    }

    fn reuse(&self, idle: Socket) -> io::Result<Socket> {
        idle.set_nonblocking(false)?;
        Ok(idle)
    }
}

impl RedisStore {
    fn run_blocking(&self, command: &Command) -> Result<Reply, Failure> {
        let mut run = pin!(operation::run(&Blocking, &self.0.server, &self.0.pool, command));
        loop {
            // The first poll does all the work.
            if let Poll::Ready(reply) = run.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                return reply;
            }
        }
    }
}

impl Store for RedisStore {
    fn load(&self, key: &Key) -> Result<Loaded, StoreError> {
        Ok(self.opened(key, self.run_blocking(&commands::load(key))?.into_text()?))
    }

    fn lock(&self, key: &Key, holder: &Holder, lasts: Duration) -> Result<bool, StoreError> {
        Ok(self.run_blocking(&commands::lock(key, holder, lasts))?.into_flag()?)
    }

    fn save(&self, key: &Key, holder: &Holder, entry: &Entry, lasts: Duration) -> Result<bool, StoreError> {
        let command = commands::save(key, holder, &self.sealed(key, entry)?, lasts);
        Ok(self.run_blocking(&command)?.into_flag()?)
    }

    fn release(&self, key: &Key, holder: &Holder) {
        // If it fails, the lock ends by itself.
        let _ = self.run_blocking(&commands::release(key, holder));
    }

    fn remove(&self, key: &Key) -> Result<(), StoreError> {
        Ok(self.run_blocking(&commands::remove(key)).map(drop)?)
    }
}
