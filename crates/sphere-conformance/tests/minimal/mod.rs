//! A blocking transport with nothing but `std`: HTTP/1.1 over plain TCP, one request at a time on a connection.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use sphere_core::transport::TransportErrorKind as Kind;
use sphere_core::transport::{TransportError, TransportRequest, TransportResponse, blocking};

type Result<T> = std::result::Result<T, TransportError>;

/// The longest head, and the longest line between two chunks.
const MAX_HEAD: usize = 64 * 1024;

/// The transport. It keeps its idle connections, by the authority that they lead to.
#[derive(Default)]
pub struct Minimal {
    idle: Mutex<Vec<(String, TcpStream)>>,
}

impl blocking::Transport for Minimal {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse> {
        if request.time_left().is_zero() {
            return Err(TransportError::new(Kind::Timeout, "no time was left").not_sent());
        }
        // A limit beyond what the clock can tell is none.
        let deadline = Instant::now().checked_add(request.time_left());
        let (connect_timeout, limit) = (request.connect_timeout(), request.max_response_bytes());
        let http = request.into_http();
        let host = host(&http).map_err(TransportError::not_sent)?;
        let stream = match self.take_idle(&host) {
            Some(stream) => stream,
            None => connect(host.clone(), connect_timeout).map_err(TransportError::not_sent)?,
        };
        let mut wire = Wire { stream, deadline, unread: Vec::new() };
        // From here on the request may have been sent.
        wire.write(&to_bytes(&http, &host))?;
        let head = wire.final_head()?;
        let framing = head.framing(http.method())?;
        let body =
            wire.body(framing, limit).map_err(|error| error.with_head(head.status, head.headers.clone()))?;
        if head.is_kept_open && framing != Framing::ToEnd && wire.unread.is_empty() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((host, wire.stream));
        }
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = head.status;
        *response.headers_mut() = head.headers;
        Ok(response.into())
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

impl Minimal {
    /// An idle connection that is still open, and on which nothing has come that nobody asked for.
    fn take_idle(&self, host: &str) -> Option<TcpStream> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(at) = idle.iter().position(|(kept, _)| kept == host) {
            let (_, stream) = idle.remove(at);
            stream.set_nonblocking(true).ok()?;
            let is_quiet =
                matches!(stream.peek(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock);
            stream.set_nonblocking(false).ok()?;
            if is_quiet {
                return Some(stream);
            }
        }
        None
    }
}

/// The URL's authority, for `Host` and to connect to.
fn host(request: &Request<Bytes>) -> Result<String> {
    let authority = request.uri().authority().map_or("", |authority| authority.as_str());
    if request.uri().scheme_str() != Some("http") || authority.is_empty() || authority.contains('@') {
        return Err(TransportError::new(Kind::Setup, "this transport speaks plain http only"));
    }
    Ok(authority.to_owned())
}

/// Looks the name up, on a thread because that cannot be bounded, and connects to the first address that lets us.
fn connect(host: String, timeout: Duration) -> Result<TcpStream> {
    let since = Instant::now();
    let (done, found) = mpsc::channel();
    std::thread::spawn(move || {
        let with_port = if host.contains(':') { host } else { host + ":80" };
        done.send(with_port.to_socket_addrs())
    });
    let out_of_time = |_| TransportError::new(Kind::Timeout, "no connection in time");
    let found = found.recv_timeout(timeout).map_err(out_of_time)?;
    let mut last = TransportError::new(Kind::Connect, "the name has no address");
    for address in found.map_err(|error| TransportError::new(Kind::Connect, error))? {
        let left = timeout.saturating_sub(since.elapsed()).max(Duration::from_millis(1));
        match TcpStream::connect_timeout(&address, left) {
            Ok(stream) => return Ok(stream),
            Err(error) if error.kind() == ErrorKind::TimedOut => {
                last = out_of_time(mpsc::RecvTimeoutError::Timeout);
            }
            Err(error) => last = TransportError::new(Kind::Connect, error),
        }
    }
    Err(last)
}

/// The request as it goes over the wire: as it was given, with `host`.
fn to_bytes(request: &Request<Bytes>, host: &str) -> Vec<u8> {
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let mut bytes = format!("{} {target} HTTP/1.1\r\nhost: {host}\r\n", request.method()).into_bytes();
    for (name, value) in request.headers() {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    if !request.body().is_empty() && !request.headers().contains_key(header::CONTENT_LENGTH) {
        bytes.extend(format!("content-length: {}\r\n", request.body().len()).into_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(request.body());
    bytes
}

/// Where an answer's body ends.
#[derive(Clone, Copy, PartialEq)]
enum Framing {
    Length(u64),
    Chunked,
    ToEnd,
}

struct Head {
    status: StatusCode,
    headers: HeaderMap,
    is_kept_open: bool,
}

impl Head {
    /// Parses all or nothing.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut lines = bytes.strip_suffix(b"\r\n\r\n")?.split(|&byte| byte == b'\n');
        let line = lines.next()?;
        let (version, rest) = line.strip_suffix(b"\r").unwrap_or(line).split_at_checked(9)?;
        let is_1_1 = version == b"HTTP/1.1 ";
        let (digits, reason) = rest.split_at_checked(3)?;
        if !(is_1_1 || version == b"HTTP/1.0 ") || !matches!(reason.first(), None | Some(b' ')) {
            return None;
        }
        let status = StatusCode::from_bytes(digits).ok()?;
        let mut headers = HeaderMap::new();
        for line in lines {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let colon = line.iter().position(|&byte| byte == b':')?;
            let name = HeaderName::from_bytes(&line[..colon]).ok()?;
            headers.append(name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?);
        }
        let closes = headers.get_all(header::CONNECTION).iter().any(|value| value == "close");
        Some(Self { status, headers, is_kept_open: is_1_1 && !closes })
    }

    fn framing(&self, method: &Method) -> Result<Framing> {
        let bad = |what: &'static str| {
            TransportError::new(Kind::Protocol, what).with_head(self.status, self.headers.clone())
        };
        if method == Method::HEAD || [204, 304].contains(&self.status.as_u16()) {
            return Ok(Framing::Length(0));
        }
        if let Some(coding) = self.headers.get(header::TRANSFER_ENCODING) {
            return if coding == "chunked" {
                Ok(Framing::Chunked)
            } else {
                Err(bad("an unknown transfer coding"))
            };
        }
        let mut lengths = self.headers.get_all(header::CONTENT_LENGTH).iter();
        let Some(length) = lengths.next() else { return Ok(Framing::ToEnd) };
        let digits = length.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let parsed =
            digits.and_then(|text| text.parse().ok()).filter(|_| lengths.all(|other| other == length));
        parsed.map(Framing::Length).ok_or_else(|| bad("a bad content-length"))
    }
}

/// A connection during one exchange.
struct Wire {
    stream: TcpStream,
    deadline: Option<Instant>,
    unread: Vec<u8>,
}

impl Wire {
    /// What is left of the time: `None` if there is no limit.
    fn left(&self) -> Result<Option<Duration>> {
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            Err(failed(&ErrorKind::TimedOut.into()))
        } else {
            Ok(left)
        }
    }

    fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            self.stream.set_write_timeout(self.left()?).map_err(|error| failed(&error))?;
            let written = self.stream.write(bytes).map_err(|error| failed(&error))?;
            bytes = &bytes[written..];
        }
        Ok(())
    }

    /// Reads some more; `false` at the end of the connection.
    fn fill(&mut self) -> Result<bool> {
        self.stream.set_read_timeout(self.left()?).map_err(|error| failed(&error))?;
        let mut some = [0; 16 * 1024];
        let read = self.stream.read(&mut some).map_err(|error| failed(&error))?;
        self.unread.extend_from_slice(&some[..read]);
        Ok(read > 0)
    }

    fn fill_more(&mut self) -> Result<()> {
        if self.fill()? { Ok(()) } else { Err(failed(&ErrorKind::UnexpectedEof.into())) }
    }

    /// Everything up to this end, and with it.
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

    /// The head of the answer; announcements of it (100, 103) are skipped.
    fn final_head(&mut self) -> Result<Head> {
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

    fn body(&mut self, framing: Framing, limit: usize) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        match framing {
            Framing::Length(length) => self.exactly(length, limit, &mut body)?,
            Framing::ToEnd => loop {
                within(self.unread.len() as u64, limit, &body)?;
                body.append(&mut self.unread);
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
                self.exactly(size, limit, &mut body)?;
                while self.unread.len() < 2 {
                    self.fill_more()?;
                }
                if self.unread.drain(..2).ne(*b"\r\n") {
                    return Err(bad());
                }
            },
        }
        Ok(body)
    }

    /// Reads this many bytes of a body, no more than the limit in all.
    fn exactly(&mut self, length: u64, limit: usize, body: &mut Vec<u8>) -> Result<()> {
        within(length, limit, body)?;
        let mut left = length;
        while left > 0 {
            if self.unread.is_empty() {
                self.fill_more()?;
            }
            let some = self.unread.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            body.extend(self.unread.drain(..some));
            left -= some as u64;
        }
        Ok(())
    }
}

/// So many bytes more are still within the limit.
fn within(more: u64, limit: usize, body: &[u8]) -> Result<()> {
    if more > (limit - body.len()) as u64 {
        return Err(TransportError::new(Kind::TooLarge, format!("the body has more than {limit} bytes")));
    }
    Ok(())
}

/// An exchange that failed on the way.
fn failed(error: &std::io::Error) -> TransportError {
    let kind = match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Kind::Timeout,
        _ => Kind::Interrupted,
    };
    TransportError::new(kind, error.kind().to_string())
}
