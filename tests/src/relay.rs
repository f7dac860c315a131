//! A proxy that opens every tunnel it is asked for, on loopback, and carries bytes both ways. A reset on one side
//! becomes one on the other.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

/// The proxy, and what it was told and carried. It runs until the program ends.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<u8>>>,
}

impl Relay {
    /// Starts it on a free port.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("the address of a listener");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let log = Arc::clone(&log);
                // The client may go away at any time.
                thread::spawn(move || drop(serve(&client, &log)));
            }
        });
        Self { address, seen }
    }

    /// The proxy's URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All that clients sent so far, within tunnels and before.
    pub fn seen(&self) -> Vec<u8> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn serve(mut client: &TcpStream, seen: &Mutex<Vec<u8>>) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    note(seen, &head);
    let head = String::from_utf8_lossy(&head);
    let Some(server) = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()) else {
        return client.write_all(b"HTTP/1.1 405 Method Not Allowed\r\n\r\n");
    };
    let Ok(server) = TcpStream::connect(server) else {
        return client.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n");
    };
    server.set_nodelay(true)?;
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
    let broken = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| carry(client, &server, &broken, Some(seen)));
        carry(&server, client, &broken, None);
    });
    if broken.into_inner() {
        // What is closed in this state is reset.
        SockRef::from(client).set_linger(Some(Duration::ZERO))?;
        SockRef::from(&server).set_linger(Some(Duration::ZERO))?;
    }
    Ok(())
}

/// Carries bytes until they end, and passes their end on. If they break off, so does the other direction.
fn carry(mut from: &TcpStream, mut to: &TcpStream, broken: &AtomicBool, seen: Option<&Mutex<Vec<u8>>>) {
    let mut some = [0; 16 * 1024];
    loop {
        match from.read(&mut some) {
            Ok(read @ 1..) if to.write_all(&some[..read]).is_ok() => {
                if let Some(seen) = seen {
                    note(seen, &some[..read]);
                }
            }
            Ok(0) if !broken.load(Ordering::SeqCst) => break drop(to.shutdown(Shutdown::Write)),
            _ => {
                broken.store(true, Ordering::SeqCst);
                // Wakes the other direction, and tells the peer nothing yet.
                break drop(to.shutdown(Shutdown::Read));
            }
        }
    }
}

fn note(seen: &Mutex<Vec<u8>>, bytes: &[u8]) {
    seen.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
}
