//! What a server does on one connection: steps, one after the other, and an end.

use std::fmt;

use super::gate::Gate;
use super::tls::Identity;

/// A script for one connection, made of byte-level steps.
///
/// Unless it says otherwise ([`Self::close`], [`Self::reset`], …), a script ends by waiting for the client to
/// close, and a further request is then a fault.
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
    Write(Vec<u8>),
    Offer(Vec<u8>),
    Flood(Vec<u8>),
    Dribble(Vec<u8>),
    DribbleForEver(Vec<u8>),
    Pause(Gate),
    Open(Gate),
    HalfClose,
    Alert(u8),
    Stall,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The client closes, and sends nothing more.
    AwaitClose,
    /// The client closes, and may send anything until then.
    Drain,
    /// The client gives up the handshake; no request comes.
    Refused,
    Close,
    /// As [`End::Close`], but without the `close_notify` that ends a TLS session.
    Cut,
    Reset,
}

impl Default for Script {
    fn default() -> Self {
        Self::new()
    }
}

impl Script {
    /// A script that does nothing yet, over plain TCP.
    pub fn new() -> Self {
        Self { tls: None, steps: Vec::new(), end: End::AwaitClose }
    }

    /// Reads one request and answers with these bytes.
    pub fn answer(bytes: impl AsRef<[u8]>) -> Self {
        Self::new().read_request().write(bytes)
    }

    /// Reads one request for each of these answers, and gives it.
    pub fn answers<B: AsRef<[u8]>>(answers: impl IntoIterator<Item = B>) -> Self {
        answers.into_iter().fold(Self::new(), |script, bytes| script.read_request().write(bytes))
    }

    /// Reads one request and then says nothing, until the client goes away.
    pub fn silence() -> Self {
        Self::new().read_request()
    }

    /// Does all of it inside TLS, with this certificate.
    pub fn tls(mut self, identity: &Identity) -> Self {
        self.tls = Some(identity.clone());
        self
    }

    /// Reads one whole request: its head, and a body as its framing says.
    pub fn read_request(self) -> Self {
        self.step(Step::ReadRequest)
    }

    /// Reads this many bytes, whatever they are.
    pub fn read(self, bytes: usize) -> Self {
        self.step(Step::Read(bytes))
    }

    /// Writes these bytes; the client must take them.
    pub fn write(self, bytes: impl AsRef<[u8]>) -> Self {
        self.step(Step::Write(bytes.as_ref().to_vec()))
    }

    /// Writes these bytes; if the client goes away meanwhile, that is fine, and ends the script.
    pub fn offer(self, bytes: impl AsRef<[u8]>) -> Self {
        self.step(Step::Offer(bytes.as_ref().to_vec()))
    }

    /// Writes these bytes again and again until the client goes away or the test ends.
    pub fn flood(self, bytes: impl AsRef<[u8]>) -> Self {
        self.step(Step::Flood(bytes.as_ref().to_vec()))
    }

    /// Writes these bytes one at a time, a few milliseconds apart. If the client goes away meanwhile, that
    /// is fine, and ends the script.
    pub fn dribble(self, bytes: impl AsRef<[u8]>) -> Self {
        self.step(Step::Dribble(bytes.as_ref().to_vec()))
    }

    /// Does the same with these bytes again and again, until the client goes away or the test ends.
    pub fn dribble_for_ever(self, bytes: impl AsRef<[u8]>) -> Self {
        self.step(Step::DribbleForEver(bytes.as_ref().to_vec()))
    }

    /// Waits until the gate is open.
    pub fn pause(self, gate: &Gate) -> Self {
        self.step(Step::Pause(gate.clone()))
    }

    /// Opens a gate, for a test that waits there.
    pub fn open(self, gate: &Gate) -> Self {
        self.step(Step::Open(gate.clone()))
    }

    /// Says that nothing more will be written (a FIN), and goes on reading.
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

    /// Ends by closing the connection, over TLS with a `close_notify`. If bytes of the client's were left
    /// unread, the system makes a reset of it.
    pub fn close(self) -> Self {
        self.end(End::Close)
    }

    /// Ends by closing the connection; over TLS without the `close_notify` that says that it is the end.
    pub fn cut(self) -> Self {
        self.end(End::Cut)
    }

    /// Ends with a reset (`SO_LINGER` of zero).
    pub fn reset(self) -> Self {
        self.end(End::Reset)
    }

    /// Ends when the client closes, whatever else it sends until then.
    pub fn drain(self) -> Self {
        self.end(End::Drain)
    }

    /// Ends with the client's refusal of the handshake: no byte of a request may come.
    pub fn refused(self) -> Self {
        self.end(End::Refused)
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

/// The step in the words of a failure.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReadRequest => f.write_str("read a request"),
            Self::Read(bytes) => write!(f, "read {bytes} bytes"),
            Self::Write(bytes) => write!(f, "write {} bytes", bytes.len()),
            Self::Offer(bytes) => write!(f, "offer {} bytes", bytes.len()),
            Self::Flood(_) => f.write_str("write until the client goes away"),
            Self::Dribble(bytes) => write!(f, "dribble {} bytes", bytes.len()),
            Self::DribbleForEver(_) => f.write_str("dribble until the client goes away"),
            Self::Pause(_) => f.write_str("wait at a gate"),
            Self::Open(_) => f.write_str("open a gate"),
            Self::HalfClose => f.write_str("half-close"),
            Self::Alert(description) => write!(f, "send the TLS alert {description}"),
            Self::Stall => f.write_str("stall"),
        }
    }
}
