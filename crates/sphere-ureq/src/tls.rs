//! TLS on top of a socket: the handshake while connecting, and a stream of records afterwards.
//!
//! ureq's own rustls layer is not used, for three reasons (ureq 3.5.2, `tls/rustls.rs`): it takes no ready
//! `rustls::ClientConfig`; it panics if no crypto provider or no roots are there; and it builds its
//! configuration anew for every connection of a request with settings of its own, as all of ours have, so
//! that no TLS session would ever be resumed.

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use sphere_core::transport::TransportErrorKind as Kind;
use ureq::config::Config;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport, TransportAdapter, time};

use crate::error::{Fault, kind_of_tls, rustls_error};

const HANDSHAKE: &str = "the TLS handshake";

type Clock = Arc<dyn Fn() -> time::Instant + Send + Sync>;

/// A TLS session with `host` that has not begun. An IPv6 address may stand in brackets, as in a URL.
pub(crate) fn session(config: &Arc<ClientConfig>, host: &str) -> Result<ClientConnection, Fault> {
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let name = ServerName::try_from(host.to_owned())
        .map_err(|error| Fault::new(Kind::Setup, "the host's name", error))?;
    ClientConnection::new(Arc::clone(config), name)
        .map_err(|error| Fault::new(Kind::Setup, "starting TLS", error))
}

/// A connection inside TLS.
pub(crate) struct TlsTransport {
    buffers: LazyBuffers,
    session: ClientConnection,
    socket: TransportAdapter,
}

impl TlsTransport {
    /// Does the whole handshake, so that nothing of it is left for the first write: a certificate that is
    /// refused later would look like a request that was sent.
    pub(crate) fn open(
        mut session: ClientConnection,
        socket: impl Transport,
        clock: Clock,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<Self, Fault> {
        let mut socket = TransportAdapter::new(Box::new(socket) as Box<dyn Transport>, clock);
        socket.set_timeout(timeout);
        session.complete_io(&mut socket).map_err(handshake_fault)?;
        let buffers = LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size());
        let mut connection = Self { buffers, session, socket };
        connection.flush().map_err(handshake_fault)?;
        Ok(connection)
    }

    /// Writes out the records that are ready.
    fn flush(&mut self) -> io::Result<()> {
        while self.session.wants_write() {
            self.session.write_tls(&mut self.socket)?;
        }
        Ok(())
    }

    /// Reads more records. The end of the TCP stream is no error here: rustls knows whether TLS had ended
    /// before it, and says so at the next read.
    fn receive(&mut self) -> Result<(), ureq::Error> {
        self.session.read_tls(&mut self.socket)?;
        let outcome = self.session.process_new_packets();
        // An answer to a key update, or the alert for what just failed.
        let flushed = self.flush();
        outcome.map_err(|error| Fault::new(after_the_handshake(&error), "reading TLS", error))?;
        Ok(flushed?)
    }
}

impl Transport for TlsTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.socket.set_timeout(timeout);
        let mut rest = &self.buffers.output()[..amount];
        while !rest.is_empty() {
            let taken = self.session.writer().write(rest)?;
            rest = rest.get(taken..).unwrap_or_default();
            // Not `self.flush()`: `rest` borrows the buffers.
            while self.session.wants_write() {
                self.session.write_tls(&mut self.socket)?;
            }
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.socket.set_timeout(timeout);
        loop {
            match self.session.reader().read(self.buffers.input_append_buf()) {
                Ok(amount) => {
                    self.buffers.input_appended(amount);
                    return Ok(amount > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.receive()?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Also looks at what has left the socket already: a `close_notify` that came in one packet with the last
    /// answer, or bytes that nobody asked for.
    fn is_open(&mut self) -> bool {
        let quiet = self
            .session
            .process_new_packets()
            .is_ok_and(|state| !state.peer_has_closed() && state.plaintext_bytes_to_read() == 0);
        let socket = self.socket.get_mut();
        quiet && socket.buffers().input().is_empty() && socket.is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for TlsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsTransport").field("socket", &self.socket.get_ref()).finish_non_exhaustive()
    }
}

fn handshake_fault(error: io::Error) -> Fault {
    // An error of the socket below comes wrapped by ureq; `From` takes it out again.
    let error = match ureq::Error::from(error) {
        ureq::Error::Timeout(_) => return Fault::new(Kind::Timeout, HANDSHAKE, "no end of it in time"),
        error => error.into_io(),
    };
    let kind = match rustls_error(&error) {
        Some(error) => kind_of_tls(error),
        None => Kind::Connect,
    };
    Fault::new(kind, HANDSHAKE, error)
}

/// After the handshake the server is trusted. What breaks then is a broken connection, unless the server
/// refuses us only now, as TLS 1.3 does with a client certificate it does not like.
fn after_the_handshake(error: &rustls::Error) -> Kind {
    use rustls::AlertDescription as Alert;
    match error {
        rustls::Error::AlertReceived(
            Alert::CertificateRequired
            | Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied,
        ) => Kind::Tls,
        _ => Kind::Interrupted,
    }
}
