//! A connection as ureq uses it: plain or inside TLS, watched by a [`ResponseGuard`] and the
//! [witness](crate::witness).
//!
//! ureq's own rustls layer is not used, for three reasons (ureq 3.5.2, `tls/rustls.rs`): it takes no custom
//! `rustls::ClientConfig`; it panics if there is no crypto provider or there are no roots; and it builds its
//! configuration anew for every connection of a request with settings of its own, as all of ours have, so that
//! no TLS session would ever be resumed.

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::Arc;

use rustls::ClientConnection;
use sphere_core::transport::TransportErrorKind as Kind;
use sphere_net::failure::{Failure, Phase};
use sphere_net::response_guard::ResponseGuard;
use ureq::config::Config;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport, TransportAdapter, time};

use crate::error::other;
use crate::witness;

const READING: &str = "reading the response";

pub(crate) type Clock = Arc<dyn Fn() -> time::Instant + Send + Sync>;

/// A connection that is ready for requests.
pub(crate) struct Connection {
    buffers: LazyBuffers,
    socket: TransportAdapter,
    tls: Option<Box<ClientConnection>>,
    guard: ResponseGuard,
}

impl Connection {
    pub(crate) fn plain(socket: impl Transport, clock: Clock, config: &Config) -> Self {
        Self {
            buffers: LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size()),
            socket: TransportAdapter::new(Box::new(socket), clock),
            tls: None,
            guard: ResponseGuard::default(),
        }
    }

    /// Does the whole handshake, so that nothing of it is left for the first write: a certificate that is
    /// refused later would look like a request that was sent.
    pub(crate) fn secure(
        mut self,
        session: ClientConnection,
        timeout: NextTimeout,
    ) -> Result<Self, ureq::Error> {
        self.socket.set_timeout(timeout);
        let mut session = Box::new(session);
        let done = session.complete_io(&mut self.socket).and_then(|_| flush(&mut session, &mut self.socket));
        done.map_err(|error| failed(error, Phase::Connecting, "the TLS handshake"))?;
        self.tls = Some(session);
        Ok(self)
    }
}

/// Writes the TLS records that are ready.
fn flush(session: &mut ClientConnection, socket: &mut TransportAdapter) -> io::Result<()> {
    while session.wants_write() {
        session.write_tls(socket)?;
    }
    Ok(())
}

/// Reads into the buffer. Zero bytes are the end of the connection.
fn read(
    session: Option<&mut ClientConnection>,
    socket: &mut TransportAdapter,
    buffer: &mut [u8],
) -> io::Result<usize> {
    let Some(session) = session else { return socket.read(buffer) };
    loop {
        // rustls repeats its error each time, so bytes that came before it can be handed on first.
        let outcome = session.process_new_packets();
        // A response to a key update, or the alert for what just failed.
        let flushed = flush(session, socket);
        match session.reader().read(buffer) {
            Ok(count @ 1..) => return Ok(count),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                outcome.map_err(tls_error)?;
                flushed?;
            }
            end => return outcome.map_err(tls_error).and(end),
        }
        // The end of the TCP stream is no error here: rustls knows whether TLS had ended before it, and says so
        // at the next read.
        session.read_tls(socket)?;
    }
}

/// As rustls itself wraps it.
fn tls_error(error: rustls::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// ureq's timeouts stay what they are, since ureq wraps them in I/O errors. All else is classified: ureq takes
/// some I/O errors for the end of a body (ureq 3.5.2, `run.rs`, `BodyHandler::do_read`), so that a body that
/// was cut off would seem complete.
fn failed(error: io::Error, phase: Phase, doing: &'static str) -> ureq::Error {
    match ureq::Error::from(error) {
        ureq::Error::Timeout(_) if phase == Phase::Connecting => {
            other(Failure::new(Kind::Timeout, doing, "it did not end in time"))
        }
        timeout @ ureq::Error::Timeout(_) => timeout,
        error => other(Failure::from_io(error.into_io(), phase, doing)),
    }
}

impl Transport for Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        if amount == 0 {
            return Ok(());
        }
        witness::request_leaves();
        self.socket.set_timeout(timeout);
        let bytes = &self.buffers.output()[..amount];
        self.guard.written(bytes);
        let written = match &mut self.tls {
            None => self.socket.write_all(bytes),
            Some(session) => {
                let mut rest = bytes;
                let mut write = || {
                    while !rest.is_empty() {
                        let taken = session.writer().write(rest)?;
                        rest = &rest[taken..];
                        flush(session, &mut self.socket)?;
                    }
                    Ok(())
                };
                write()
            }
        };
        written.map_err(|error| failed(error, Phase::InUse, "sending the request"))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.guard.check().map_err(other)?;
        self.socket.set_timeout(timeout);
        let buffer = self.buffers.input_append_buf();
        let count = read(self.tls.as_deref_mut(), &mut self.socket, buffer)
            .map_err(|error| failed(error, Phase::InUse, READING))?;
        if count == 0 {
            self.guard.ended().map_err(other)?;
            return Ok(false);
        }
        let good = self.guard.read(&buffer[..count]).map_err(other)?;
        self.buffers.input_appended(good);
        Ok(true)
    }

    /// Also looks at bytes that have left the socket already: a `close_notify` that came in one packet with the
    /// last response, or bytes that nobody asked for.
    fn is_open(&mut self) -> bool {
        let is_quiet = self.tls.as_mut().is_none_or(|session| {
            let state = session.process_new_packets();
            state.is_ok_and(|state| !state.peer_has_closed() && state.plaintext_bytes_to_read() == 0)
        });
        let socket = self.socket.get_mut();
        is_quiet && socket.buffers().input().is_empty() && socket.is_open()
    }

    fn is_tls(&self) -> bool {
        self.tls.is_some()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("socket", &self.socket.get_ref())
            .field("is_tls", &self.is_tls())
            .finish_non_exhaustive()
    }
}
