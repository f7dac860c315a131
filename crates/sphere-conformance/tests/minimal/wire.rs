//! A connection during one exchange: writes, reads, and an end to every wait.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use bytes::Bytes;
use sphere_core::transport::{BodyCollector, TransportError, TransportErrorKind as Kind};

use super::Result;
use super::head::{Framing, Head};

/// The longest head, and the longest line between two chunks.
const MAX_HEAD: usize = 64 * 1024;

/// A connection during one exchange.
pub(crate) struct Wire {
    pub(crate) stream: TcpStream,
    deadline: Option<Instant>,
    unread: Vec<u8>,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream, deadline: Option<Instant>) -> Self {
        Self { stream, deadline, unread: Vec::new() }
    }

    /// There are no unread bytes.
    pub(crate) fn is_quiet(&self) -> bool {
        self.unread.is_empty()
    }

    /// The time left; `None` if there is no limit.
    fn left(&self) -> Result<Option<Duration>> {
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) { Err(TransportError::timed_out()) } else { Ok(left) }
    }

    pub(crate) fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            self.stream.set_write_timeout(self.left()?).map_err(|error| failed(&error))?;
            let written = self.stream.write(bytes).map_err(|error| failed(&error))?;
            bytes = &bytes[written..];
        }
        Ok(())
    }

    /// Reads some more; `false` at the end of the connection.
    fn fill(&mut self) -> Result<bool> {
        let mut some = [0; 16 * 1024];
        loop {
            // In steps, since the kernel's timeout is late by up to an eighth of its length.
            let step = self.left()?.map(|left| left.min(Duration::from_millis(200)));
            self.stream.set_read_timeout(step).map_err(|error| failed(&error))?;
            match self.stream.read(&mut some) {
                Ok(read) => {
                    self.unread.extend_from_slice(&some[..read]);
                    return Ok(read > 0);
                }
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(error) => return Err(failed(&error)),
            }
        }
    }

    fn fill_more(&mut self) -> Result<()> {
        if self.fill()? { Ok(()) } else { Err(failed(&ErrorKind::UnexpectedEof.into())) }
    }

    /// Everything up to `end`, `end` included.
    fn read_to(&mut self, end: &[u8]) -> Result<Vec<u8>> {
        let mut searched = 0;
        loop {
            let found = self.unread[searched..].windows(end.len()).position(|window| window == end);
            if let Some(at) = found {
                return Ok(self.unread.drain(..searched + at + end.len()).collect());
            }
            if self.unread.len() > MAX_HEAD {
                return Err(TransportError::new(Kind::Protocol, "a head or a line is too long"));
            }
            searched = self.unread.len().saturating_sub(end.len() - 1);
            self.fill_more()?;
        }
    }

    /// The head of the final response; interim responses (100, 103) are skipped.
    pub(crate) fn final_head(&mut self) -> Result<Head> {
        loop {
            while self.unread.len() < 5 {
                self.fill_more()?;
            }
            if !self.unread.starts_with(b"HTTP/") {
                return Err(TransportError::new(Kind::Protocol, "it does not begin with HTTP/"));
            }
            let bytes = self.read_to(b"\r\n\r\n")?;
            let head = Head::parse(&bytes);
            let head = head.ok_or_else(|| TransportError::new(Kind::Protocol, "the head is not valid"))?;
            if !head.status.is_informational() {
                return Ok(head);
            }
        }
    }

    pub(crate) fn body(&mut self, framing: Framing, limit: usize) -> Result<Bytes> {
        let mut body = BodyCollector::new(limit);
        match framing {
            Framing::Length(length) => self.exactly(length, &mut body)?,
            Framing::ToEnd => loop {
                body.push(&std::mem::take(&mut self.unread))?;
                if !self.fill()? {
                    break;
                }
            },
            Framing::Chunked => loop {
                let bad = || TransportError::new(Kind::Protocol, "a bad chunk");
                let line = self.read_to(b"\r\n")?;
                let size = line.split(|byte| b";\r".contains(byte)).next().unwrap_or_default().trim_ascii();
                let size = std::str::from_utf8(size).ok().filter(|size| !size.starts_with('+'));
                let size = size.and_then(|size| u64::from_str_radix(size, 16).ok()).ok_or_else(bad)?;
                if size == 0 {
                    while self.read_to(b"\r\n")? != b"\r\n" {}
                    break;
                }
                self.exactly(size, &mut body)?;
                while self.unread.len() < 2 {
                    self.fill_more()?;
                }
                if self.unread.drain(..2).ne(*b"\r\n") {
                    return Err(bad());
                }
            },
        }
        Ok(body.finish())
    }

    /// Reads exactly `length` bytes of a body.
    fn exactly(&mut self, length: u64, body: &mut BodyCollector) -> Result<()> {
        body.expect(length)?;
        let mut left = length;
        while left > 0 {
            if self.unread.is_empty() {
                self.fill_more()?;
            }
            let some = self.unread.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            body.push(&self.unread[..some])?;
            self.unread.drain(..some);
            left -= some as u64;
        }
        Ok(())
    }
}

/// The error of an exchange that failed after it began.
fn failed(error: &std::io::Error) -> TransportError {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => TransportError::timed_out(),
        kind => TransportError::new(Kind::Interrupted, kind.to_string()),
    }
}
