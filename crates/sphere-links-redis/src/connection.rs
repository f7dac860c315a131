//! A connection to a Redis server, with or without TLS: bytes in and out, each step before a deadline.

use std::io::{self, Read as _, Write as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};

use crate::failure::Failure;
use crate::network::Network;

const CHUNK_BYTES: usize = 4096;

/// `S` is a stream in use, or an idle one.
pub(crate) struct Connection<S> {
    stream: S,
    tls: Option<Box<ClientConnection>>,
}

impl<S> Connection<S> {
    pub(crate) fn new(
        stream: S,
        tls: Option<&(Arc<ClientConfig>, ServerName<'static>)>,
    ) -> Result<Self, Failure> {
        let tls = tls.map(|(config, name)| ClientConnection::new(Arc::clone(config), name.clone()));
        let mut tls = tls.transpose().map_err(io::Error::other)?.map(Box::new);
        if let Some(tls) = &mut tls {
            // A command is written as a whole.
            tls.set_buffer_limit(None);
        }
        Ok(Self { stream, tls })
    }

    pub(crate) fn map<T>(self, change: impl FnOnce(S) -> io::Result<T>) -> io::Result<Connection<T>> {
        Ok(Connection { stream: change(self.stream)?, tls: self.tls })
    }

    pub(crate) async fn send<N: Network<Stream = S>>(
        &mut self,
        network: &N,
        bytes: &[u8],
        deadline: Instant,
    ) -> Result<(), Failure> {
        match &mut self.tls {
            None => write_all(network, &mut self.stream, bytes, deadline).await,
            Some(tls) => {
                tls.writer().write_all(bytes)?;
                flush(network, &mut self.stream, tls, deadline).await
            }
        }
    }

    /// Appends at least one byte.
    pub(crate) async fn receive<N: Network<Stream = S>>(
        &mut self,
        network: &N,
        received: &mut Vec<u8>,
        deadline: Instant,
    ) -> Result<(), Failure> {
        let before = received.len();
        while received.len() == before {
            let mut chunk = [0; CHUNK_BYTES];
            let read = network.read(&mut self.stream, &mut chunk, time_left(network, deadline)?).await;
            let Some(length) = unless_interrupted(read)? else { continue };
            if length == 0 {
                return Err(Failure::Io(io::ErrorKind::UnexpectedEof.into()));
            }
            let Some(tls) = &mut self.tls else {
                received.extend_from_slice(&chunk[..length]);
                continue;
            };
            let mut records = &chunk[..length];
            while !records.is_empty() {
                tls.read_tls(&mut records)?;
                let state = tls.process_new_packets().map_err(io::Error::other)?;
                let plain = state.plaintext_bytes_to_read();
                tls.reader().take(plain as u64).read_to_end(received)?;
            }
            // The rest of the handshake, and after that what the command still has to write.
            flush(network, &mut self.stream, tls, deadline).await?;
        }
        Ok(())
    }
}

async fn flush<N: Network>(
    network: &N,
    stream: &mut N::Stream,
    tls: &mut ClientConnection,
    deadline: Instant,
) -> Result<(), Failure> {
    let mut records = Vec::new();
    while tls.wants_write() {
        tls.write_tls(&mut records)?;
    }
    write_all(network, stream, &records, deadline).await
}

async fn write_all<N: Network>(
    network: &N,
    stream: &mut N::Stream,
    mut bytes: &[u8],
    deadline: Instant,
) -> Result<(), Failure> {
    while !bytes.is_empty() {
        let step = network.write(stream, bytes, time_left(network, deadline)?).await;
        let Some(written) = unless_interrupted(step)? else { continue };
        let rest = bytes.get(written..).filter(|_| written > 0);
        bytes = rest.ok_or(Failure::Io(io::ErrorKind::WriteZero.into()))?;
    }
    Ok(())
}

/// `None` if a signal interrupted the step, as it does with time limits on sockets: then it is to be repeated.
fn unless_interrupted(step: io::Result<usize>) -> io::Result<Option<usize>> {
    match step {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(None),
        step => step.map(Some),
    }
}

/// More than zero.
pub(crate) fn time_left(network: &impl Network, deadline: Instant) -> Result<Duration, Failure> {
    let left = deadline.saturating_duration_since(network.now());
    if left.is_zero() { Err(Failure::Timeout) } else { Ok(left) }
}
