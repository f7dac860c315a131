//! An address at which nobody responds, as an IPv6 address on a network without IPv6.

use std::net::{Ipv6Addr, SocketAddr};
use std::time::Duration;

use sphere_benches::work::Failure;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

/// As long as it lives, this port of `::1` accepts no connection and refuses none.
pub(crate) struct Silent {
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

impl Silent {
    /// Fills the listener's queue, so that the system drops whatever else would connect.
    pub(crate) async fn start(port: u16) -> Result<Self, Failure> {
        let address = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
        let socket = TcpSocket::new_v6()?;
        socket.bind(address)?;
        let (listener, mut queue) = (socket.listen(1)?, Vec::new());
        while let Ok(connected) = timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
            queue.push(connected?);
        }
        Ok(Self { _listener: listener, _queue: queue })
    }
}
