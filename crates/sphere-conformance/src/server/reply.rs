//! How a server replies to a request if a function decides ([`Server::serve`](super::Server::serve)).

use super::gate::Gate;
use super::script::End;

/// Bytes to write, and possibly the end of the connection.
#[derive(Clone, Debug)]
pub struct Reply {
    pub(super) pieces: Vec<Vec<u8>>,
    pub(super) after: Option<Gate>,
    pub(super) end: Option<End>,
}

impl Reply {
    /// These bytes; the connection stays open.
    pub fn new(bytes: impl AsRef<[u8]>) -> Self {
        Self { pieces: vec![bytes.as_ref().to_vec()], after: None, end: None }
    }

    /// These bytes too, a few milliseconds later.
    pub fn then(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.pieces.push(bytes.as_ref().to_vec());
        self
    }

    /// Waits until this gate is open before it writes.
    pub fn after(mut self, gate: &Gate) -> Self {
        self.after = Some(gate.clone());
        self
    }

    /// Closes afterwards.
    pub fn close(mut self) -> Self {
        self.end = Some(End::Close);
        self
    }

    /// Closes afterwards, over TLS without a `close_notify`.
    pub fn cut(mut self) -> Self {
        self.end = Some(End::Cut);
        self
    }

    /// Resets the connection afterwards.
    pub fn reset(mut self) -> Self {
        self.end = Some(End::Reset);
        self
    }

    /// Writes nothing more afterwards, until the client closes.
    pub fn silence(mut self) -> Self {
        self.end = Some(End::AwaitClose);
        self
    }
}

impl From<&str> for Reply {
    fn from(bytes: &str) -> Self {
        Self::new(bytes)
    }
}

impl From<String> for Reply {
    fn from(bytes: String) -> Self {
        Self::new(bytes)
    }
}

impl From<Vec<u8>> for Reply {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes)
    }
}
