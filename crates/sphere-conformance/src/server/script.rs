//! What a server does on one connection: steps, one after the other, and an end.

use std::fmt;

use super::gate::Gate;
use super::tls::Identity;

/// A script for one connection, made of steps on the level of bytes.
///
/// Unless it says otherwise ([`Self::close`], [`Self::reset`], …), a script ends by waiting until the client
/// closes, and a further request is a fault.
///
/// ```
/// use sphere_conformance::server::Script;
///
/// let script = Script::new().read_request().write("HTTP/1.1 204 No Content\r\n\r\n").close();
/// ```
#[derive(Clone, Debug)]
pub struct Script {
    pub(super) tls: Option<Identity>,
    pub(super) steps: Vec<Step>,
    pub(super) end: End,
}

#[derive(Clone)]
pub(super) enum Step {
    ReadRequest,
    Read(usize),
    TryRead(usize),
    Write(Vec<u8>),
    TryWrite(Vec<u8>),
    WriteAndEndTls(Vec<u8>),
    Flood(Vec<u8>),
    Dribble(Vec<u8>),
    DribbleForever(Vec<u8>),
    Pause(Gate),
    Open(Gate),
    HalfClose,
    Alert(u8),
    Stall,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The client closes and sends nothing more.
    AwaitClose,
    /// The client closes and may send anything before.
    Drain,
    /// The client gives up the handshake; no request comes.
    HandshakeRefused,
    Close,
    /// Like [`End::Close`], without the `close_notify` that ends a TLS session.
    Cut,
    Reset,
}

impl Default for Script {
    fn default() -> Self {
        Self::new()
    }
}

impl Script {
    /// A script without steps, over plain TCP.
    pub fn new() -> Self {
        Self { tls: None, steps: Vec::new(), end: End::AwaitClose }
    }

    /// Reads one request and responds with these bytes.
    pub fn respond(bytes: impl AsRef<[u8]>) -> Self {
        Self::new().read_request().write(bytes)
    }

    /// Reads one request for each of these responses, and writes it.
    pub fn respond_each<B: AsRef<[u8]>>(responses: impl IntoIterator<Item = B>) -> Self {
        responses.into_iter().fold(Self::new(), |script, bytes| script.read_request().write(bytes))
    }

    /// Reads one request and writes nothing until the client closes.
    pub fn silence() -> Self {
        Self::new().read_request()
    }

    /// Runs the whole script inside TLS, with this certificate.
    pub fn tls(mut self, identity: &Identity) -> Self {
        self.tls = Some(identity.clone());
        self
    }

    /// Reads one whole request: its head, and its body as framed.
    pub fn read_request(self) -> Self {
        self.step(Step::ReadRequest)
    }

    /// Reads this many bytes, whatever they are.
    pub fn read(self, bytes: usize) -> Self {
        self.step(Step::Read(bytes))
    }

    /// Reads this many bytes. If the client closes before, the script ends without a fault.
    pub fn try_read(self, bytes: usize) -> Self {
        self.step(Step::TryRead(bytes))
    }

    /// Writes these bytes; the client must accept them.
    pub fn write(self, bytes: impl AsRef<[u8]>) -> Self {
        self.step(Step::Write(bytes.as_ref().to_vec()))
    }

    /// Writes these bytes. If the client closes meanwhile, the script ends without a fault.
    pub fn try_write(self, bytes: impl AsRef<[u8]>) -> Self {
        self.step(Step::TryWrite(bytes.as_ref().to_vec()))
    }

    /// Writes these bytes and the end of the TLS session (`close_notify`) at once. TCP stays open.
    pub fn write_and_end_tls(self, bytes: impl AsRef<[u8]>) -> Self {
        self.step(Step::WriteAndEndTls(bytes.as_ref().to_vec()))
    }

    /// Repeats these bytes until the client closes or the test ends. After 64 MiB, which no client should take, the
    /// server falls silent instead: it must not fill the memory of the machine.
    pub fn flood(self, bytes: impl AsRef<[u8]>) -> Self {
        self.step(Step::Flood(bytes.as_ref().to_vec()))
    }

    /// Writes these bytes one by one, a few milliseconds apart. If the client closes meanwhile, the script ends
    /// without a fault.
    pub fn dribble(self, bytes: impl AsRef<[u8]>) -> Self {
        self.step(Step::Dribble(bytes.as_ref().to_vec()))
    }

    /// Repeats that until the client closes or the test ends.
    pub fn dribble_forever(self, bytes: impl AsRef<[u8]>) -> Self {
        self.step(Step::DribbleForever(bytes.as_ref().to_vec()))
    }

    /// Waits until the gate is open.
    pub fn pause(self, gate: &Gate) -> Self {
        self.step(Step::Pause(gate.clone()))
    }

    /// Opens a gate, for a test that waits there.
    pub fn open(self, gate: &Gate) -> Self {
        self.step(Step::Open(gate.clone()))
    }

    /// Announces that nothing more will be written (a FIN), and continues to read.
    pub fn half_close(self) -> Self {
        self.step(Step::HalfClose)
    }

    /// Sends a fatal TLS alert of this description. It needs TLS 1.3, and from then on bytes are read and written
    /// as they are.
    pub fn alert(self, description: u8) -> Self {
        self.step(Step::Alert(description))
    }

    /// Neither reads nor writes until the test ends.
    pub fn stall(self) -> Self {
        self.step(Step::Stall)
    }

    /// Ends by closing the connection, over TLS with a `close_notify`. If bytes of the client were not read, the
    /// system sends a reset.
    pub fn close(self) -> Self {
        self.end(End::Close)
    }

    /// Ends by closing the connection, over TLS without a `close_notify`.
    pub fn cut(self) -> Self {
        self.end(End::Cut)
    }

    /// Ends with a reset (`SO_LINGER` of zero).
    pub fn reset(self) -> Self {
        self.end(End::Reset)
    }

    /// Ends when the client closes, whatever it sends before.
    pub fn drain(self) -> Self {
        self.end(End::Drain)
    }

    /// Ends when the client refuses the handshake. No byte of a request may come.
    pub fn handshake_refused(self) -> Self {
        self.end(End::HandshakeRefused)
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    fn end(mut self, end: End) -> Self {
        self.end = end;
        self
    }
}

/// The step as a failure names it.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReadRequest => f.write_str("read a request"),
            Self::Read(bytes) => write!(f, "read {bytes} bytes"),
            Self::TryRead(bytes) => write!(f, "try to read {bytes} bytes"),
            Self::Write(bytes) => write!(f, "write {} bytes", bytes.len()),
            Self::TryWrite(bytes) => write!(f, "try to write {} bytes", bytes.len()),
            Self::WriteAndEndTls(bytes) => write!(f, "write {} bytes and end TLS", bytes.len()),
            Self::Flood(_) => f.write_str("write until the client closes"),
            Self::Dribble(bytes) => write!(f, "dribble {} bytes", bytes.len()),
            Self::DribbleForever(_) => f.write_str("dribble until the client closes"),
            Self::Pause(_) => f.write_str("wait at a gate"),
            Self::Open(_) => f.write_str("open a gate"),
            Self::HalfClose => f.write_str("half-close"),
            Self::Alert(description) => write!(f, "send the TLS alert {description}"),
            Self::Stall => f.write_str("stall"),
        }
    }
}
