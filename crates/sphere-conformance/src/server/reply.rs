//! What a server says to a request that it answers by a function ([`Server::serve`](super::Server::serve)).

use super::gate::Gate;
use super::script::End;

/// Bytes to write, and perhaps the end of the connection after them.
#[derive(Clone, Debug)]
pub struct Reply {
    pub(super) bytes: Vec<u8>,
    pub(super) after: Option<Gate>,
    pub(super) end: Option<End>,
}

impl Reply {
    /// These bytes; the connection stays open.
    pub fn new(bytes: impl AsRef<[u8]>) -> Self {
        Self { bytes: bytes.as_ref().to_vec(), after: None, end: None }
    }

    /// But not before this gate is open.
    pub fn after(mut self, gate: &Gate) -> Self {
        self.after = Some(gate.clone());
        self
    }

    /// And then closes.
    pub fn close(mut self) -> Self {
        self.end = Some(End::Close);
        self
    }

    /// And then resets the connection.
    pub fn reset(mut self) -> Self {
        self.end = Some(End::Reset);
        self
    }

    /// And then says nothing more until the client closes.
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
