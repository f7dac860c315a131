//! A connection: plain or inside TLS, watched by a [`ResponseGuard`], and lent to ureq for one call after the other.
//!
//! ureq's own rustls layer is not used, for three reasons (ureq 3.5.2, `tls/rustls.rs`): it takes no custom
//! `rustls::ClientConfig`; it panics if there is no crypto provider or there are no roots; and it builds its
//! configuration anew for every connection of a request with settings of its own, as all of ours have, so that
//! no TLS session would ever be resumed.

use std::fmt;
use std::io::{self, BufRead as _, Read, Write};
use std::mem;
use std::time::{Duration, Instant};

use rustls::ClientConnection;
use sphere_net::failure::{Failure, Phase};
use sphere_net::pool::Open;
use sphere_net::response_guard::ResponseGuard;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport, time};

use crate::error::other;
use crate::exchange::{FOREVER, INPUT_BUFFER};
use crate::in_call;
use crate::socket::{Socket, Waiting};

const READING: &str = "reading the response";

/// One full TLS record. The SDK's requests fit in twice over.
pub(crate) const OUTPUT_BUFFER: usize = 16 * 1024;

/// A connection that is ready for requests.
pub(crate) struct Connection {
    buffers: LazyBuffers,
    socket: Socket,
    tls: Option<Box<ClientConnection>>,
    guard: ResponseGuard,
    /// Whether a request was written.
    is_used: bool,
    /// How many parts of the current request were written.
    parts_written: usize,
    /// Whether a response came before the whole request was written. It is the last one.
    is_answered: bool,
    /// For the pool, which counts open connections.
    _open: Open,
}

impl Connection {
    pub(crate) fn plain(socket: Socket, open: Open) -> Self {
        let buffers = LazyBuffers::new(INPUT_BUFFER, OUTPUT_BUFFER);
        let guard = ResponseGuard::default();
        Self {
            buffers,
            socket,
            tls: None,
            guard,
            is_used: false,
            parts_written: 0,
            is_answered: false,
            _open: open,
        }
    }

    /// Does the whole handshake, so that nothing of it is left for the first write: a certificate that is
    /// refused later would look like a request that was sent.
    pub(crate) fn secure(mut self, session: ClientConnection) -> Result<Self, Failure> {
        let mut session = Box::new(session);
        let done = session.complete_io(&mut self.socket).and_then(|_| flush(&mut session, &mut self.socket));
        done.map_err(|error| Failure::from_io(error, Phase::Connecting, "the TLS handshake"))?;
        self.tls = Some(session);
        Ok(self)
    }

    /// Whether the server has neither closed the connection nor sent anything that nobody asked for.
    pub(crate) fn is_quiet(&mut self) -> bool {
        self.look() == Waiting::Nothing
    }

    /// What waits to be read, inside TLS if there is TLS.
    fn look(&mut self) -> Waiting {
        loop {
            match (self.socket.look(), &mut self.tls) {
                // A session ticket, for instance.
                (Waiting::Bytes(_), Some(session)) => {
                    // They are there, so this does not wait.
                    self.socket.set_deadline(Instant::now() + Duration::from_secs(1));
                    if session.read_tls(&mut self.socket).is_err() {
                        return Waiting::End;
                    }
                    match session.process_new_packets() {
                        Ok(state) if state.plaintext_bytes_to_read() > 0 => {
                            return Waiting::Bytes(state.plaintext_bytes_to_read());
                        }
                        Ok(state) if !state.peer_has_closed() => {}
                        _ => return Waiting::End,
                    }
                }
                (waiting, _) => return waiting,
            }
        }
    }

    /// An error if the server has sent something on a connection that no request was sent on. It cannot be the response
    /// to anything.
    fn check_before_first_request(&mut self) -> Result<(), Failure> {
        if self.is_used {
            return Ok(());
        }
        self.is_used = true;
        match self.look() {
            // The guard says what is wrong with them.
            Waiting::Bytes(_) => self.guard.read(b" ").map(drop),
            // Writing finds out about an end.
            Waiting::Nothing | Waiting::End => Ok(()),
        }
    }

    /// Writes all bytes of a request's head, or of a part of its body. If a final response has come, the rest of the
    /// request is left out: nothing is written, and the response can be read.
    fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        // Asking the system costs three calls, so a small request is written without.
        let mut may_be_answered = self.parts_written >= 2;
        self.parts_written += 1;
        loop {
            self.is_answered |= may_be_answered && self.has_final_response();
            if self.is_answered {
                return Ok(());
            }
            match self.write_for_a_moment(&mut bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => may_be_answered = true,
                outcome => return outcome,
            }
        }
    }

    fn write_for_a_moment(&mut self, bytes: &mut &[u8]) -> io::Result<()> {
        let mut socket = Witnessed(&mut self.socket);
        loop {
            if let Some(session) = &mut self.tls {
                flush(session, &mut socket)?;
            }
            if bytes.is_empty() {
                return Ok(());
            }
            let count = match &mut self.tls {
                Some(session) => session.writer().write(bytes)?,
                None => socket.write(bytes)?,
            };
            *bytes = bytes.get(count..).unwrap_or_default();
        }
    }

    /// Whether the server has begun a final response. It stays to be read.
    fn has_final_response(&mut self) -> bool {
        let is_final = |bytes: &[u8]| {
            let mut guard = ResponseGuard::default();
            guard.written(b"POST ");
            // A fault is the beginning of no response, which is final too.
            let _ = guard.read(bytes);
            guard.has_final_response()
        };
        let mut bytes = [0; 4096];
        match (self.socket.peek(&mut bytes), &mut self.tls) {
            (Waiting::Bytes(count), None) => is_final(&bytes[..count]),
            (waiting, Some(session)) => {
                let is_broken = matches!(waiting, Waiting::Bytes(_))
                    && (session.read_tls(&mut self.socket).is_err()
                        || session.process_new_packets().is_err());
                // What broke is found by whoever reads.
                is_broken || session.reader().fill_buf().is_ok_and(is_final)
            }
            _ => false,
        }
    }
}

/// A socket that a request is written to. A write that fails has sent nothing.
struct Witnessed<'a>(&'a mut Socket);

impl Write for Witnessed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.0.write_for_a_moment(bytes)?;
        in_call::request_leaves();
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Whether TLS goes on, and everything that came inside it was read.
fn is_silent(session: &mut ClientConnection) -> bool {
    let state = session.process_new_packets();
    state.is_ok_and(|state| !state.peer_has_closed() && state.plaintext_bytes_to_read() == 0)
}

/// Writes the TLS records that are ready.
fn flush(session: &mut ClientConnection, socket: &mut impl Write) -> io::Result<()> {
    while session.wants_write() {
        session.write_tls(socket)?;
    }
    Ok(())
}

/// Reads into the buffer. Zero bytes are the end of the connection.
fn read(session: Option<&mut ClientConnection>, socket: &mut Socket, buffer: &mut [u8]) -> io::Result<usize> {
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

/// A connection that ureq uses for one call. When ureq drops it, the connection goes [back](in_call::give_back) or is
/// closed.
pub(crate) struct Lent {
    /// The connection's buffers, while it is lent.
    buffers: LazyBuffers,
    connection: Option<Box<Connection>>,
    /// Whether ureq has found that the connection can be used again. That is the last thing that it asks before it
    /// puts a connection into its own pool, which is switched off, and it does not ask if the connection must be
    /// closed (ureq 3.5.2, `pool.rs`, `Connection::reuse` and `close`).
    is_reusable: bool,
}

impl Lent {
    pub(crate) fn new(mut connection: Box<Connection>) -> Self {
        // The smallest that ureq allows; nothing is allocated.
        let buffers = mem::replace(&mut connection.buffers, LazyBuffers::new(1, 1));
        connection.parts_written = 0;
        Self { buffers, connection: Some(connection), is_reusable: false }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (true, Some(mut connection)) = (self.is_reusable, self.connection.take()) {
            mem::swap(&mut connection.buffers, &mut self.buffers);
            in_call::give_back(connection);
        }
    }
}

/// All failures are classified: ureq takes some I/O errors for the end of a body (ureq 3.5.2, `run.rs`,
/// `BodyHandler::do_read`), so that a body that was cut off would seem complete.
fn failed(error: io::Error, doing: &'static str) -> ureq::Error {
    other(Failure::from_io(error, Phase::InUse, doing))
}

/// It is lent as long as ureq has it.
fn gone() -> ureq::Error {
    ureq::Error::ConnectionFailed
}

/// When a timeout of ureq's ends. Every call of ours has one.
fn deadline(timeout: &NextTimeout) -> Instant {
    let after = match timeout.after {
        time::Duration::Exact(after) => after.min(FOREVER),
        time::Duration::NotHappening => FOREVER,
    };
    Instant::now() + after
}

impl Transport for Lent {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        if amount == 0 {
            return Ok(());
        }
        let connection = self.connection.as_mut().ok_or_else(gone)?;
        connection.check_before_first_request().map_err(other)?;
        connection.socket.set_deadline(deadline(&timeout));
        let bytes = &self.buffers.output()[..amount];
        connection.guard.written(bytes);
        connection.write(bytes).map_err(|error| failed(error, "sending the request"))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let connection = self.connection.as_mut().ok_or_else(gone)?;
        connection.guard.check().map_err(other)?;
        connection.socket.set_deadline(deadline(&timeout));
        let buffer = self.buffers.input_append_buf();
        let count = read(connection.tls.as_deref_mut(), &mut connection.socket, buffer)
            .map_err(|error| failed(error, READING))?;
        if count == 0 {
            connection.guard.ended().map_err(other)?;
            return Ok(false);
        }
        let good = connection.guard.read(&buffer[..count]).map_err(other)?;
        self.buffers.input_appended(good);
        Ok(true)
    }

    /// Looks at bytes that have left the socket already: a `close_notify` that came in one packet with the last
    /// response, or bytes that nobody asked for. The socket itself is looked at before the connection is used again.
    fn is_open(&mut self) -> bool {
        let is_open = |connection: &mut Box<Connection>| {
            !connection.is_answered
                && connection.guard.check().is_ok()
                && connection.tls.as_deref_mut().is_none_or(is_silent)
        };
        self.is_reusable = self.buffers.input().is_empty() && self.connection.as_mut().is_some_and(is_open);
        self.is_reusable
    }

    fn is_tls(&self) -> bool {
        self.connection.as_ref().is_some_and(|connection| connection.tls.is_some())
    }
}

impl fmt::Debug for Lent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lent")
            .field("socket", &self.connection.as_ref().map(|connection| &connection.socket))
            .field("is_tls", &self.is_tls())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use sphere_core::transport::{Delivery, TransportErrorKind};
    use sphere_net::pool::Pool;

    use super::*;
    use crate::error::{Sent, from_ureq};

    fn connection(stream: TcpStream) -> Connection {
        let open = Pool::<(), ()>::new(Duration::ZERO, 0).open(&(), Instant::now());
        Connection::plain(Socket::new(stream, Instant::now()), open)
    }

    /// A connection that the server has reset, which the client has seen.
    fn reset() -> Connection {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (accepted, _) = listener.accept().unwrap();
        (&stream).write_all(b"x").unwrap();
        // Unread bytes make it a reset.
        accepted.peek(&mut [0]).unwrap();
        drop(accepted);
        let since = Instant::now();
        let connection = connection(stream);
        while connection.socket.look() == Waiting::Nothing {
            assert!(since.elapsed() < Duration::from_secs(20), "there was no reset");
            std::thread::yield_now();
        }
        connection
    }

    #[test]
    fn first_write_that_fails_has_sent_nothing() {
        let mut lent = Lent::new(Box::new(reset()));
        in_call::begin(None);
        lent.buffers().output()[0] = b'P';
        let error = lent.transmit_output(1, NextTimeout::default()).unwrap_err();
        assert!(!in_call::request_left());
        let error = from_ureq(error, Sent::No);
        assert_eq!((error.kind(), error.delivery()), (TransportErrorKind::Interrupted, Delivery::NotSent));
    }

    #[test]
    fn bytes_before_the_first_request_are_refused() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        listener.accept().unwrap().0.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        stream.peek(&mut [0]).unwrap();
        let mut lent = Lent::new(Box::new(connection(stream)));
        in_call::begin(None);
        lent.buffers().output()[0] = b'P';
        let error = lent.transmit_output(1, NextTimeout::default()).unwrap_err();
        assert!(!in_call::request_left());
        let error = from_ureq(error, Sent::No);
        assert_eq!((error.kind(), error.delivery()), (TransportErrorKind::Protocol, Delivery::NotSent));
    }

    #[test]
    fn write_that_succeeds_has_sent_something() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let mut lent = Lent::new(Box::new(connection(stream)));
        in_call::begin(None);
        lent.buffers().output()[0] = b'P';
        lent.transmit_output(1, NextTimeout::default()).unwrap();
        assert!(in_call::request_left());
    }
}
