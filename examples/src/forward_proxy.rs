//! A small HTTP proxy on loopback that tunnels to wherever it is asked to (CONNECT; RFC 9110, section 9.3.6), and
//! prints what it is told. For trying things: it asks nobody who they are.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;

/// A proxy that runs until the program ends.
#[derive(Debug)]
pub struct ForwardProxy {
    address: SocketAddr,
}

impl ForwardProxy {
    /// Starts it on a free port.
    ///
    /// # Errors
    ///
    /// If there is no port or no thread for it.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        thread::Builder::new().spawn(move || {
            for client in listener.incoming().flatten() {
                thread::spawn(move || {
                    if let Err(error) = serve(&client) {
                        println!("proxy: {error}");
                    }
                });
            }
        })?;
        Ok(Self { address })
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Prints all that a proxy of https is told, and carries the rest without understanding it.
fn serve(mut client: &TcpStream) -> io::Result<()> {
    // It may read ahead safely: the client sends nothing more before it has its response.
    let mut lines = BufReader::new(client).lines();
    let line = lines.next().transpose()?.unwrap_or_default();
    println!("proxy: asked to {line}");
    while lines.next().transpose()?.is_some_and(|header| !header.is_empty()) {}
    let Some(server) = line.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()) else {
        return client.write_all(b"HTTP/1.1 405 Method Not Allowed\r\nallow: CONNECT\r\n\r\n");
    };
    let Ok(server) = TcpStream::connect(server) else {
        return client.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n");
    };
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    thread::scope(|scope| {
        scope.spawn(|| carry(client, &server));
        carry(&server, client);
    });
    Ok(())
}

/// Carries bytes until they end, and passes their end on.
fn carry(mut from: &TcpStream, mut to: &TcpStream) {
    // An end by force is an end: it is passed on as one.
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
