//! A connection: plain or inside TLS, watched by a [`ResponseGuard`]. [`CallTransport`](crate::call::CallTransport) is
//! how ureq uses it.
//!
//! ureq's own rustls layer is not used, for three reasons (ureq 3.5.2, `tls/rustls.rs`): it takes no custom
//! `rustls::ClientConfig`; it panics if there is no crypto provider or there are no roots; and it builds its
//! configuration anew for every connection of a request with settings of its own, as all of ours have, so that
//! no TLS session would ever be resumed.

use std::fmt;
use std::io::{self, BufRead as _, Read, Write};
use std::time::{Duration, Instant};

use rustls::ClientConnection;
use sphere_net::failure::{Failure, Phase};
use sphere_net::pool::Open;
use sphere_net::response_guard::{MAX_HEAD_BYTES, ResponseGuard, Rest};
use ureq::unversioned::transport::LazyBuffers;

use crate::socket::{Socket, Waiting};

/// The size of a connection's input buffer. A head of the largest size that the guard accepts must fit in with
/// room to spare, or ureq would take a read into no room for the end of the connection.
pub(crate) const INPUT_BUFFER: usize = MAX_HEAD_BYTES + 1024;

/// In bytes: a large body takes few writes, and a new connection is made ready quickly.
pub(crate) const OUTPUT_BUFFER: usize = 64 * 1024;

/// A connection that is ready for requests.
pub(crate) struct Connection {
    /// What ureq reads into and writes from. A call takes them along.
    pub(crate) buffers: LazyBuffers,
    socket: Socket,
    tls: Option<Box<ClientConnection>>,
    guard: ResponseGuard,
    /// Whether a request was written.
    is_used: bool,
    /// Whether a byte of the current request was handed to the socket.
    has_left: bool,
    /// How many parts of the current request were written.
    parts_written: usize,
    /// What a response that came before the whole request was written says about the rest. After a refusal it is the
    /// last one.
    rest: Rest,
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
            has_left: false,
            parts_written: 0,
            rest: Rest::Unknown,
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

    /// Begins a request.
    pub(crate) fn begin(&mut self) {
        self.has_left = false;
        self.parts_written = 0;
        self.rest = Rest::Unknown;
    }

    /// Writes all bytes of a request's head, or of a part of its body, before the deadline. If a response has come that
    /// refuses the rest of the request, it is left out: nothing is written, and the response can be read.
    pub(crate) fn write(&mut self, mut bytes: &[u8], deadline: Instant) -> Result<(), Failure> {
        const SENDING: &str = "sending the request";

        self.check_before_first_request()?;
        self.socket.set_deadline(deadline);
        if self.parts_written == 0 {
            self.guard.begin_request(bytes);
        }
        // Asking the system costs three calls, so a small request is written without.
        let mut may_be_refused = self.parts_written >= 2;
        self.parts_written += 1;
        loop {
            if may_be_refused && self.rest == Rest::Unknown {
                self.rest = self.look_for_refusal();
            }
            if self.rest == Rest::Refused {
                return Ok(());
            }
            match self.write_for_a_moment(&mut bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => may_be_refused = true,
                // The server has responded and reads no more.
                Err(_) if self.rest == Rest::Wanted => self.rest = Rest::Refused,
                outcome => return outcome.map_err(|error| Failure::from_io(error, Phase::InUse, SENDING)),
            }
        }
    }

    /// Whether any byte of the request has left.
    pub(crate) fn request_has_left(&self) -> bool {
        self.has_left
    }

    /// Whether a response has come that refuses the rest of the request.
    pub(crate) fn rest_is_refused(&self) -> bool {
        self.rest == Rest::Refused
    }

    /// Bytes of a response, read into the buffer before the deadline. Zero bytes are the end of the connection.
    pub(crate) fn read(&mut self, buffer: &mut [u8], deadline: Instant) -> Result<usize, Failure> {
        const READING: &str = "reading the response";

        self.guard.check()?;
        self.socket.set_deadline(deadline);
        let read = self.read_bytes(buffer).map_err(|error| Failure::from_io(error, Phase::InUse, READING))?;
        if read == 0 {
            self.guard.ended()?;
            return Ok(0);
        }
        self.guard.read(&buffer[..read])
    }

    /// Whether it can be used for another request, as far as is known without asking the system: a `close_notify` may
    /// have come in one packet with the last response, or bytes that nobody asked for.
    pub(crate) fn is_open(&mut self) -> bool {
        let is_silent = |session: &mut Box<ClientConnection>| {
            let state = session.process_new_packets();
            state.is_ok_and(|state| !state.peer_has_closed() && state.plaintext_bytes_to_read() == 0)
        };
        self.rest != Rest::Refused && self.guard.check().is_ok() && self.tls.as_mut().is_none_or(is_silent)
    }

    pub(crate) fn is_tls(&self) -> bool {
        self.tls.is_some()
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

    fn write_for_a_moment(&mut self, bytes: &mut &[u8]) -> io::Result<()> {
        let mut socket = Witnessed { socket: &mut self.socket, has_left: &mut self.has_left };
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

    /// What a response that has come says about the rest of the request. It stays to be read.
    fn look_for_refusal(&mut self) -> Rest {
        let rest = |bytes: &[u8]| {
            let mut guard = ResponseGuard::default();
            guard.begin_request(b"POST ");
            // A fault is a refusal too.
            let _ = guard.read(bytes);
            guard.rest()
        };
        let mut bytes = [0; 4096];
        match (self.socket.peek(&mut bytes), &mut self.tls) {
            (Waiting::Bytes(count), None) => rest(&bytes[..count]),
            (waiting, Some(session)) => {
                let is_broken = matches!(waiting, Waiting::Bytes(_))
                    && (session.read_tls(&mut self.socket).is_err()
                        || session.process_new_packets().is_err());
                // What broke is found by whoever reads.
                if is_broken {
                    Rest::Refused
                } else {
                    session.reader().fill_buf().map_or(Rest::Unknown, rest)
                }
            }
            _ => Rest::Unknown,
        }
    }

    fn read_bytes(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Self { tls: Some(session), socket, rest, .. } = self else {
            return self.socket.read(buffer);
        };
        loop {
            // rustls repeats its error each time, so bytes that came before it can be handed on first.
            let outcome = session.process_new_packets();
            // A response to a key update, or the alert for what just failed; but not the rest of a request that the
            // server does not read.
            let flushed = if *rest == Rest::Refused { Ok(()) } else { flush(session, socket) };
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
}

/// A socket that a request is written to. A write that fails has sent nothing.
struct Witnessed<'a> {
    socket: &'a mut Socket,
    has_left: &'a mut bool,
}

impl Write for Witnessed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.socket.write_for_a_moment(bytes)?;
        *self.has_left = true;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

/// Writes the TLS records that are ready.
fn flush(session: &mut ClientConnection, socket: &mut impl Write) -> io::Result<()> {
    while session.wants_write() {
        session.write_tls(socket)?;
    }
    Ok(())
}

/// As rustls itself wraps it.
fn tls_error(error: rustls::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("socket", &self.socket)
            .field("is_tls", &self.is_tls())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use sphere_core::transport::TransportErrorKind as Kind;
    use sphere_net::pool::{Limits, Pool};

    use super::*;

    fn later() -> Instant {
        Instant::now() + Duration::from_secs(20)
    }

    fn connection(stream: TcpStream) -> Connection {
        let open = Pool::<(), ()>::new(Limits::default()).open(&(), Instant::now()).open;
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
        let mut connection = reset();
        let failure = connection.write(b"P", later()).unwrap_err();
        assert_eq!((failure.kind(), connection.request_has_left()), (Kind::Interrupted, false));
    }

    #[test]
    fn bytes_before_the_first_request_are_refused() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        listener.accept().unwrap().0.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        stream.peek(&mut [0]).unwrap();
        let mut connection = connection(stream);
        let failure = connection.write(b"P", later()).unwrap_err();
        assert_eq!((failure.kind(), connection.request_has_left()), (Kind::Protocol, false));
    }

    #[test]
    fn write_that_succeeds_has_sent_something() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let mut connection = connection(stream);
        connection.write(b"P", later()).unwrap();
        assert!(connection.request_has_left());
    }
}
