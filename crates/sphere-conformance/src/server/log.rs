//! What a server saw: connections, requests, ends.

use std::fmt;

/// Something that happened at a server.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A connection was accepted. They are counted from 0.
    Accepted {
        /// Which one.
        connection: usize,
    },
    /// A TLS handshake was completed.
    Handshake {
        /// On which connection.
        connection: usize,
        /// Whether it resumed an earlier session.
        resumed: bool,
    },
    /// A whole request was read.
    Request(Received),
    /// The whole [`Reply`](super::Reply) to a request was written.
    Replied {
        /// The request's [number](Received::number).
        request: usize,
    },
    /// A connection ended.
    Closed {
        /// Which one.
        connection: usize,
        /// Which side ended it, and how.
        how: Closing,
    },
}

/// Which side ended a connection, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Closing {
    /// The client closed it.
    ByClient,
    /// The client reset it.
    ResetByClient,
    /// The script closed it.
    ByServer,
    /// The script reset it.
    ResetByServer,
    /// It was still open when the test ended.
    AtTestEnd,
}

/// One request, as received.
#[derive(Clone)]
pub struct Received {
    pub(super) connection: usize,
    pub(super) number: usize,
    pub(super) head: Vec<u8>,
    pub(super) body: Vec<u8>,
}

impl Received {
    /// Which connection it came on, counted from 0.
    pub fn connection(&self) -> usize {
        self.connection
    }

    /// Which of the server's requests it is, over all connections, counted from 0.
    pub fn number(&self) -> usize {
        self.number
    }

    /// The bytes of the head, with the empty line at its end.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The first line, such as `POST /v2/x HTTP/1.1`.
    pub fn request_line(&self) -> String {
        String::from_utf8_lossy(self.lines().next().unwrap_or_default()).into_owned()
    }

    /// The method.
    pub fn method(&self) -> String {
        self.request_line().split(' ').next().unwrap_or_default().to_owned()
    }

    /// The target: path and query, byte for byte.
    pub fn target(&self) -> String {
        self.request_line().split(' ').nth(1).unwrap_or_default().to_owned()
    }

    /// The headers in their order, names in lower case, values without surrounding spaces.
    pub fn headers(&self) -> Vec<(String, Vec<u8>)> {
        let parts = self.lines().skip(1).filter_map(|line| {
            let colon = line.iter().position(|&byte| byte == b':')?;
            let name = String::from_utf8_lossy(&line[..colon]).to_ascii_lowercase();
            Some((name, line[colon + 1..].trim_ascii().to_vec()))
        });
        parts.collect()
    }

    /// All values of this header, in their order.
    pub fn header(&self, name: &str) -> Vec<Vec<u8>> {
        let named = self.headers().into_iter().filter(|(given, _)| given == name);
        named.map(|(_, value)| value).collect()
    }

    /// The body, without the framing of its chunks.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
    }
}

/// Shows the request line and the lengths, not the bytes: a failure prints it.
impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("connection", &self.connection)
            .field("number", &self.number)
            .field("line", &self.request_line())
            .field("head_bytes", &self.head.len())
            .field("body_bytes", &self.body.len())
            .finish()
    }
}
