//! A port that refuses connections.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, Socket, Type};

/// A port of this machine that refuses connections as long as this lives: it is bound, so that no other program can
/// get it, and does not listen. (A port that is not bound would not do: the system may give it to the very socket that
/// connects to it, which then is connected to itself.)
#[derive(Debug)]
pub struct RefusingPort {
    address: SocketAddr,
    _socket: Socket,
}

impl RefusingPort {
    /// Takes a free port.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[allow(clippy::new_without_default)] // A default that takes a port would surprise.
    pub fn new() -> Self {
        let made = Socket::new(Domain::IPV4, Type::STREAM, None).and_then(|socket| {
            socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
            let address = socket.local_addr()?.as_socket();
            let address = address.ok_or_else(|| io::Error::other("its address is unknown"))?;
            Ok(Self { address, _socket: socket })
        });
        made.unwrap_or_else(|error| panic!("there is no free port: {error}"))
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn it_refuses() {
        let port = RefusingPort::new();
        let error = TcpStream::connect(port.address()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    }
}
