//! A blocking transport with nothing but `std`: HTTP/1.1 over plain TCP, one request at a time on a connection.

mod head;
mod wire;

use std::io::ErrorKind;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use http::{Request, Response, header};
use sphere_core::transport::TransportErrorKind as Kind;
use sphere_core::transport::{RequestBody, TransportError, TransportRequest, TransportResponse, blocking};

use head::Framing;
use wire::Wire;

type Result<T> = std::result::Result<T, TransportError>;

/// The transport. It keeps idle connections, each with the authority that it leads to.
#[derive(Default)]
pub struct Minimal {
    idle: Mutex<Vec<(String, TcpStream)>>,
}

impl blocking::Transport for Minimal {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse> {
        if request.time_left().is_zero() {
            return Err(TransportError::timed_out().not_sent());
        }
        // A limit beyond the clock's range is no limit.
        let deadline = Instant::now().checked_add(request.time_left());
        let (connect_timeout, limit) = (request.connect_timeout(), request.max_response_bytes());
        let needs_fresh_connection = request.needs_fresh_connection();
        let target = request.target()?;
        if target.is_https() {
            return Err(TransportError::new(Kind::Setup, "this transport speaks plain http only").not_sent());
        }
        let (host, address) = (target.authority().to_string(), (target.host().to_owned(), target.port()));
        let http = request.into_http();
        let idle = if needs_fresh_connection { None } else { self.take_idle(&host) };
        let stream = match idle {
            Some(stream) => stream,
            None => connect(address, connect_timeout).map_err(TransportError::not_sent)?,
        };
        let mut wire = Wire::new(stream, deadline);
        // From here on the request may have been sent.
        wire.write(&to_bytes(&http, &host))?;
        let head = wire.final_head()?;
        let framing = head.framing(http.method())?;
        let body = wire.body(framing, limit).map_err(|error| error.with_head(head.status, &head.headers))?;
        if head.is_kept_open && framing != Framing::ToEnd && wire.is_quiet() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((host, wire.stream));
        }
        let mut response = Response::new(body);
        *response.status_mut() = head.status;
        *response.headers_mut() = head.headers;
        Ok(response.into())
    }
}

impl Minimal {
    /// An idle connection that is still open and has no unread bytes.
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

/// Looks the name up, on a thread since a lookup has no timeout, and connects to the first address that accepts.
fn connect(address: (String, u16), timeout: Duration) -> Result<TcpStream> {
    let since = Instant::now();
    let (done, found) = mpsc::channel();
    std::thread::spawn(move || done.send(address.to_socket_addrs()));
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

/// The bytes of the request: as it was given, with `host`.
fn to_bytes(request: &Request<RequestBody>, host: &str) -> Vec<u8> {
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let mut bytes = format!("{} {target} HTTP/1.1\r\nhost: {host}\r\n", request.method()).into_bytes();
    for (name, value) in request.headers() {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    if !request.body().is_empty() && !request.headers().contains_key(header::CONTENT_LENGTH) {
        bytes.extend(format!("content-length: {}\r\n", request.body().len()).into_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    for segment in request.body().segments() {
        bytes.extend_from_slice(segment);
    }
    bytes
}
