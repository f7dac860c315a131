//! A server in plain threads that plays one script per connection. A script that is not played, or that
//! panics, fails the test in [`Server::finish`].

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What one connection does.
pub type Script = Box<dyn FnOnce(Connection) + Send>;

pub fn script(play: impl FnOnce(Connection) + Send + 'static) -> Script {
    Box::new(play)
}

/// Reads one request and answers with these bytes, then waits for the client to close.
pub fn answer(bytes: impl Into<Vec<u8>>) -> Script {
    let bytes = bytes.into();
    script(move |mut connection| {
        connection.read_request();
        connection.write(&bytes);
        connection.wait_for_close();
    })
}

/// Answers each of this many requests on one connection.
pub fn answer_each(answers: Vec<&'static str>) -> Script {
    script(move |mut connection| {
        for answer in answers {
            connection.read_request();
            connection.write(answer.as_bytes());
        }
        connection.wait_for_close();
    })
}

pub struct Connection(pub TcpStream);

impl Connection {
    /// Reads a head and as much body as its content-length says.
    pub fn read_request(&mut self) -> String {
        let mut bytes = Vec::new();
        let mut one = [0];
        while !bytes.ends_with(b"\r\n\r\n") {
            let read = self.0.read(&mut one).expect("reading the request");
            assert_eq!(read, 1, "the client closed: {:?}", String::from_utf8_lossy(&bytes));
            bytes.push(one[0]);
        }
        let head = String::from_utf8(bytes).unwrap();
        let length = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok())
            .unwrap_or(0);
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("reading the body");
        head + std::str::from_utf8(&body).unwrap()
    }

    pub fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).expect("writing the answer");
    }

    /// Writes until the client has had enough.
    pub fn write_endlessly(&mut self, piece: &[u8]) {
        while self.0.write_all(piece).is_ok() {}
    }

    /// Waits until the client closes, without a further request.
    pub fn wait_for_close(&mut self) {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Ok(_) => assert!(rest.is_empty(), "more came: {:?}", String::from_utf8_lossy(&rest)),
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{error}"),
        }
    }

    /// Reads on, whatever comes, until the client closes.
    pub fn drain(&mut self) {
        let mut some = [0; 4096];
        while self.0.read(&mut some).is_ok_and(|read| read > 0) {}
    }

    pub fn close(self) {
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

pub struct Server {
    address: SocketAddr,
    closing: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Server {
    pub fn start(scripts: Vec<Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let closing = Arc::new(AtomicBool::new(false));
        let is_closing = closing.clone();
        let thread = thread::spawn(move || {
            let mut connections = Vec::new();
            for script in scripts {
                let (stream, _) = listener.accept().unwrap();
                assert!(!is_closing.load(Ordering::SeqCst), "a script was not played");
                // Only a safety net: no script waits that long.
                stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
                connections.push(thread::spawn(move || script(Connection(stream))));
            }
            for connection in connections {
                connection.join().unwrap();
            }
        });
        Self { address, closing, thread }
    }

    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn https_url(&self) -> String {
        format!("https://localhost:{}/", self.port())
    }

    /// Fails if a script was not played to its end. Drop the transport first: scripts wait for its
    /// connections to close, which the runtime must be free to do.
    pub async fn finish(self) {
        if let Err(panic) = tokio::task::spawn_blocking(move || self.join()).await {
            std::panic::resume_unwind(panic.into_panic());
        }
    }

    /// The same, where no runtime is left to be driven.
    pub fn join(self) {
        self.closing.store(true, Ordering::SeqCst);
        // Wakes a server that still waits for a connection.
        drop(TcpStream::connect(self.address));
        if let Err(panic) = self.thread.join() {
            std::panic::resume_unwind(panic);
        }
    }
}
