//! A scripted server on a loopback socket: a plain thread does what the test says, byte for byte.
//!
//! Nothing here sleeps: a script waits for the bytes that it expects. Every read has a limit, so that a test
//! that goes wrong fails instead of hanging.

// Each test program compiles this for itself and uses its part of it.
#![allow(dead_code, unreachable_pub)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use sphere_core::transport::TransportRequest;

const PATIENCE: Duration = Duration::from_secs(20);

/// A short, complete answer.
pub const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// A server that plays its script once.
pub struct Server<T> {
    pub address: SocketAddr,
    script: JoinHandle<T>,
}

impl<T: Send + 'static> Server<T> {
    pub fn play(script: impl FnOnce(Door) -> T + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        Self { address, script: std::thread::spawn(move || script(Door(listener))) }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Waits for the script's end and returns what it saw.
    pub fn finish(self) -> T {
        self.script.join().unwrap()
    }
}

/// Where clients come in.
pub struct Door(TcpListener);

impl Door {
    pub fn accept(&self) -> Peer<TcpStream> {
        let (stream, _) = self.0.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Peer(stream)
    }

    /// The next client, inside TLS. The handshake happens with the first read.
    pub fn accept_tls(&self, config: &Arc<rustls::ServerConfig>) -> Peer<Tls> {
        let session = rustls::ServerConnection::new(Arc::clone(config)).unwrap();
        Peer(rustls::StreamOwned::new(session, self.accept().0))
    }
}

pub type Tls = rustls::StreamOwned<rustls::ServerConnection, TcpStream>;

/// One client, as the server sees it.
pub struct Peer<S>(pub S);

impl<S: Read + Write> Peer<S> {
    /// Reads one whole request, head and body, and returns its bytes.
    pub fn request(&mut self) -> Vec<u8> {
        self.try_request().unwrap()
    }

    /// As [`Self::request`], or the error if the client goes away.
    pub fn try_request(&mut self) -> std::io::Result<Vec<u8>> {
        let mut seen = Vec::new();
        let mut byte = [0];
        while !seen.ends_with(b"\r\n\r\n") {
            self.0.read_exact(&mut byte)?;
            seen.push(byte[0]);
        }
        let head = String::from_utf8(seen.clone()).unwrap().to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        seen.extend(body);
        Ok(seen)
    }

    pub fn answer(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
        self.0.flush().unwrap();
    }

    /// Writes until the client goes away.
    pub fn flood(&mut self, bytes: &[u8]) {
        while self.0.write_all(bytes).is_ok() {}
    }

    /// Waits until the client goes away.
    pub fn wait_for_the_end(&mut self) {
        let _ = self.0.read_to_end(&mut Vec::new());
    }
}

impl Peer<TcpStream> {
    /// Ends the connection with a reset: that is what Linux does when bytes are left unread.
    pub fn reset(mut self) {
        self.0.read_exact(&mut [0]).unwrap();
    }
}

/// A port that refuses every connection, for as long as this lives: it belongs to the near end of a
/// connection, so nobody listens on it and nobody else can get it.
pub struct Refused(TcpStream, TcpListener);

impl Refused {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self(TcpStream::connect(listener.local_addr().unwrap()).unwrap(), listener)
    }

    pub fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }
}

/// A POST with this body, as core makes it: with its length, key, `accept` and `user-agent`.
pub fn post(url: &str, body: &'static str) -> TransportRequest {
    let request = Request::builder()
        .method(Method::POST)
        .uri(url)
        .header("authorization", "Bearer sk_test_secret")
        .header("accept", "application/json")
        .header("user-agent", "sphere-test/1")
        .header("content-length", body.len())
        .body(Bytes::from_static(body.as_bytes()).into())
        .unwrap();
    TransportRequest::new(request).with_operation("test")
}
