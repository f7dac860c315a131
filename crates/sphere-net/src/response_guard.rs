//! Watches a response's bytes as they arrive, so that every transport accepts the same ones.
//!
//! hyper and ureq read HTTP/1.1 with limits of their own, most of which cannot be set: 100 or 128 header lines,
//! any number of trailers or 16 KiB of them, 16 KiB of chunk extensions or 20 bytes a line. Here these limits
//! are decided once. The guard stands between the socket (or TLS) and the library; it never changes a byte. It
//! is stricter than both libraries, so that what passes it means the same to both.
//!
//! It follows the framing (RFC 9112, sections 6 and 7), and checks each line of a head as soon as it comes. The
//! libraries check heads too, both with the `httparse` crate, but hyper looks at a head that comes in parts only when
//! it is complete: a malformed one that ends too early would be cut off for one library and malformed for the other.

mod line;

use memchr::memchr;
use sphere_core::transport::TransportErrorKind as Kind;

use crate::failure::Failure;
use line::{Partial, chunk_size, field, number, status_line};

/// The largest head of a response, in bytes, from its status line to its empty line. Interim responses are
/// counted apart.
pub const MAX_HEAD_BYTES: usize = 32 * 1024;

/// How many header lines a response may have, and how many trailer lines.
pub const MAX_HEADER_LINES: usize = 100;

/// The largest trailer section after a chunked body, in bytes.
pub const MAX_TRAILER_BYTES: usize = 8 * 1024;

/// The longest line with a chunk's size and its extensions, in bytes, without its line break.
pub const MAX_CHUNK_LINE_BYTES: usize = 20;

const READING: &str = "reading the response";

/// Checks the responses on one connection, one after the other.
///
/// ```
/// use sphere_core::transport::TransportErrorKind;
/// use sphere_net::response_guard::ResponseGuard;
///
/// let mut guard = ResponseGuard::default();
/// guard.begin_request(b"POST /v2/x HTTP/1.1\r\n");
/// let good = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n";
/// assert_eq!(guard.read(&[good.as_slice(), b"zz\r\n"].concat())?, good.len());
/// assert_eq!(guard.check().unwrap_err().kind(), TransportErrorKind::Protocol);
/// # Ok::<_, sphere_net::failure::Failure>(())
/// ```
#[derive(Debug, Default)]
pub struct ResponseGuard {
    state: State,
    /// Whether the request's method is HEAD, so that its response has no body.
    is_head: bool,
    /// A line that has not ended yet.
    line: Partial,
    /// How many bytes and lines the head, trailers or chunk line have so far.
    bytes: usize,
    lines: usize,
    head: Head,
    fault: Option<Fault>,
}

/// What a response that comes before the end of its request means for the rest of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rest {
    /// There is no final response yet, or not enough of its head.
    #[default]
    Unknown,
    /// The server reads it: many frameworks write a head as soon as they begin to work.
    Wanted,
    /// The server does not read it.
    Refused,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum State {
    /// No response is expected: bytes that come belong to no request.
    #[default]
    Idle,
    StatusLine,
    HeaderLine,
    /// So many bytes of a body, or of a chunk, are still to come.
    Body(u64),
    ChunkLine,
    Chunk(u64),
    ChunkEnd,
    TrailerLine,
    /// The body, or another protocol, goes on until the connection ends.
    UntilClosed,
}

/// What a head says about the body that follows it.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // Four facts that do not depend on each other.
struct Head {
    status: u16,
    is_http_1_0: bool,
    content_length: Option<u64>,
    is_chunked: bool,
    /// Whether the server closes the connection after the response.
    closes: bool,
    /// Whether this is the whole head of a final response.
    is_complete: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("bytes came that nobody had asked for")]
    Unasked,
    #[error("it does not begin with HTTP/1.0 or HTTP/1.1 and a status")]
    StatusLine,
    #[error("it has a malformed header line")]
    HeaderLine,
    #[error("its head has more than {MAX_HEAD_BYTES} bytes")]
    LargeHead,
    #[error("it has more than {MAX_HEADER_LINES} header lines")]
    ManyHeaders,
    #[error("its content-length is not one number")]
    ContentLength,
    #[error("its transfer-encoding is not `chunked`")]
    TransferEncoding,
    #[error("a chunk's size is malformed or has more than {MAX_CHUNK_LINE_BYTES} bytes with its extensions")]
    ChunkLine,
    #[error("a chunk is longer than its size")]
    ChunkEnd,
    #[error("it has more than {MAX_HEADER_LINES} trailer lines or {MAX_TRAILER_BYTES} bytes of them")]
    ManyTrailers,
    #[error("it has a malformed trailer line")]
    TrailerLine,
    #[error("the connection ended before the response was complete")]
    Ended,
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        let kind = if fault == Fault::Ended { Kind::Interrupted } else { Kind::Protocol };
        Self::new(kind, READING, fault)
    }
}

impl ResponseGuard {
    /// To be called with the first bytes of each request, when they are being written.
    pub fn begin_request(&mut self, bytes: &[u8]) {
        if self.state == State::Idle && !bytes.is_empty() {
            self.is_head = bytes.starts_with(b"HEAD ");
            self.begin(State::StatusLine);
        }
    }

    /// To be called with bytes that were read. Returns how many of them may be handed on: the library must get
    /// what precedes a fault, such as a whole head, before it gets the error.
    ///
    /// # Errors
    ///
    /// As [`Self::check`], if none may be handed on.
    pub fn read(&mut self, bytes: &[u8]) -> Result<usize, Failure> {
        let mut rest = bytes;
        while !rest.is_empty() && self.fault.is_none() {
            match self.state {
                State::UntilClosed => return Ok(bytes.len()),
                State::Idle => self.fault = Some(Fault::Unasked),
                State::Body(left) => rest = self.skip(rest, left, State::Body, State::Idle),
                State::Chunk(left) => rest = self.skip(rest, left, State::Chunk, State::ChunkEnd),
                _ => match self.read_line(rest) {
                    Ok(after) => rest = after,
                    Err(fault) => self.fault = Some(fault),
                },
            }
        }
        match bytes.len() - rest.len() {
            0 => self.check().map(|()| 0),
            passed => Ok(passed),
        }
    }

    /// To be called before more is read.
    ///
    /// # Errors
    ///
    /// Of kind [`Protocol`](Kind::Protocol) if bytes that were read broke a rule.
    pub fn check(&self) -> Result<(), Failure> {
        self.fault.map_or(Ok(()), |fault| Err(fault.into()))
    }

    /// To be called when the server has closed the connection.
    ///
    /// # Errors
    ///
    /// Of kind [`Interrupted`](Kind::Interrupted) if a response was not complete.
    pub fn ended(&self) -> Result<(), Failure> {
        match self.state {
            State::Idle | State::UntilClosed => Ok(()),
            _ => Err(Fault::Ended.into()),
        }
    }

    /// What the response says about the rest of its request. An error status, `connection: close` or something that is
    /// no response refuses it (RFC 9112, section 9.5).
    ///
    /// ```
    /// use sphere_net::response_guard::{ResponseGuard, Rest};
    ///
    /// let mut guard = ResponseGuard::default();
    /// guard.begin_request(b"POST /v2/document HTTP/1.1\r\n");
    /// guard.read(b"HTTP/1.1 103 Early Hints\r\n\r\n")?;
    /// assert_eq!(guard.rest(), Rest::Unknown);
    /// guard.read(b"HTTP/1.1 413 Content Too Large\r\n")?;
    /// assert_eq!(guard.rest(), Rest::Refused);
    /// # Ok::<_, sphere_net::failure::Failure>(())
    /// ```
    pub fn rest(&self) -> Rest {
        let Head { status, closes, is_complete, .. } = self.head;
        if self.fault.is_some() || status >= 400 || status == 101 || (is_complete && closes) {
            Rest::Refused
        } else if is_complete {
            Rest::Wanted
        } else {
            Rest::Unknown
        }
    }

    fn begin(&mut self, state: State) {
        (self.state, self.bytes, self.lines) = (state, 0, 0);
        if state == State::StatusLine {
            self.head = Head::default();
        }
    }

    /// Skips bytes of a body of which `left` are to come, and returns those that follow it.
    fn skip<'a>(&mut self, bytes: &'a [u8], left: u64, more: fn(u64) -> State, then: State) -> &'a [u8] {
        let skipped = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        match left - skipped as u64 {
            0 => self.begin(then),
            left => self.state = more(left),
        }
        &bytes[skipped..]
    }

    /// Takes one line, or a part of one, and returns the bytes that follow it.
    fn read_line<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Fault> {
        let end = memchr(b'\n', bytes);
        let (piece, rest) = bytes.split_at(end.map_or(bytes.len(), |end| end + 1));
        self.bytes += piece.len();
        let (most, fault) = match self.state {
            State::ChunkLine => (MAX_CHUNK_LINE_BYTES + 2, Fault::ChunkLine),
            State::ChunkEnd => (2, Fault::ChunkEnd),
            State::TrailerLine => (MAX_TRAILER_BYTES, Fault::ManyTrailers),
            _ => (MAX_HEAD_BYTES, Fault::LargeHead),
        };
        if self.bytes > most {
            return Err(fault);
        }
        if end.is_none() {
            self.begin_line(piece)?;
        } else if self.line.is_empty() {
            self.end_line(piece)?;
        } else {
            let line = self.line.end(piece);
            self.end_line(&line)?;
        }
        Ok(rest)
    }

    /// Takes a further piece of a line that has not ended.
    fn begin_line(&mut self, piece: &[u8]) -> Result<(), Fault> {
        let (is_good, fault) = match self.state {
            State::ChunkLine => (self.line.can_be_chunk_line(piece), Fault::ChunkLine),
            State::ChunkEnd => (self.line.is_empty() && piece == b"\r", Fault::ChunkEnd),
            State::TrailerLine => (self.line.can_be_field(piece), Fault::TrailerLine),
            State::HeaderLine => (self.line.can_be_field(piece), Fault::HeaderLine),
            _ => (self.line.can_be_status_line(piece), Fault::StatusLine),
        };
        if !is_good {
            return Err(fault);
        }
        self.line.push(piece);
        Ok(())
    }

    /// Takes a whole line with its line break. In a head `\n` alone is one too (RFC 9112, section 2.2).
    fn end_line(&mut self, line: &[u8]) -> Result<(), Fault> {
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        let bare = bare.strip_suffix(b"\r").unwrap_or(bare);
        let has_crlf = line.ends_with(b"\r\n");
        match self.state {
            // An empty line before the status line is skipped, as by httparse.
            State::StatusLine if bare.is_empty() => {}
            State::StatusLine => {
                (self.head.status, self.head.is_http_1_0) = status_line(bare).ok_or(Fault::StatusLine)?;
                self.state = State::HeaderLine;
            }
            State::HeaderLine if bare.is_empty() => self.end_head()?,
            State::HeaderLine => {
                self.count_line(Fault::ManyHeaders)?;
                self.head.take_header(bare)?;
            }
            State::ChunkLine => match chunk_size(bare).filter(|_| has_crlf).ok_or(Fault::ChunkLine)? {
                0 => self.begin(State::TrailerLine),
                size => self.state = State::Chunk(size),
            },
            State::ChunkEnd if bare.is_empty() && has_crlf => self.begin(State::ChunkLine),
            State::ChunkEnd => return Err(Fault::ChunkEnd),
            State::TrailerLine if !has_crlf => return Err(Fault::TrailerLine),
            State::TrailerLine if bare.is_empty() => self.begin(State::Idle),
            State::TrailerLine => {
                self.count_line(Fault::ManyTrailers)?;
                field(bare).ok_or(Fault::TrailerLine)?;
            }
            State::Idle | State::Body(_) | State::Chunk(_) | State::UntilClosed => {}
        }
        Ok(())
    }

    fn count_line(&mut self, fault: Fault) -> Result<(), Fault> {
        self.lines += 1;
        if self.lines > MAX_HEADER_LINES { Err(fault) } else { Ok(()) }
    }

    /// What follows a head (RFC 9112, section 6.3).
    fn end_head(&mut self) -> Result<(), Fault> {
        let Head { status, is_http_1_0, content_length, is_chunked, .. } = self.head;
        self.head.is_complete = status >= 200;
        let next = match (status, content_length) {
            (101, _) => State::UntilClosed,
            (100..=199, _) => State::StatusLine,
            _ if is_chunked && is_http_1_0 => return Err(Fault::TransferEncoding),
            (204 | 304, _) => State::Idle,
            _ if self.is_head => State::Idle,
            _ if is_chunked => State::ChunkLine,
            (_, Some(0)) => State::Idle,
            (_, Some(length)) => State::Body(length),
            (_, None) => State::UntilClosed,
        };
        self.begin(next);
        Ok(())
    }
}

impl Head {
    fn take_header(&mut self, line: &[u8]) -> Result<(), Fault> {
        let (name, value) = field(line).ok_or(Fault::HeaderLine)?;
        if name.eq_ignore_ascii_case(b"content-length") {
            let length = number(value, 10, i64::MAX as u64).ok_or(Fault::ContentLength)?;
            if self.content_length.replace(length).is_some_and(|other| other != length) {
                return Err(Fault::ContentLength);
            }
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if self.is_chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(Fault::TransferEncoding);
            }
            self.is_chunked = true;
        } else if name.eq_ignore_ascii_case(b"connection") {
            self.closes |= value
                .split(|&byte| byte == b',')
                .any(|option| option.trim_ascii().eq_ignore_ascii_case(b"close"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
