//! A tunnel through an HTTP proxy, over a socket that leads to it. What to write, and which responses open a
//! tunnel, is decided in [`sphere_net::proxy`].
//!
//! ureq's own `ConnectProxyConnector` is not used (ureq 3.5.2, `transport/connect.rs`): it accepts no 2xx but
//! 200; it gives lookup, TCP and CONNECT the whole connect timeout each; and bytes that the proxy sent after
//! its response stay in the buffer, where they would be taken for the response to a plain request.

use std::io::{Read, Write};

use sphere_core::transport::{Target, TransportError};
use sphere_net::failure::{Failure, Phase};
use sphere_net::proxy::{ASKING, HttpProxy, Tunnel};

use crate::socket::Socket;

/// Makes of a socket to the proxy one to the target, before the socket's deadline.
pub(crate) fn open_tunnel(
    mut socket: Socket,
    proxy: &HttpProxy,
    target: &Target,
) -> Result<Socket, TransportError> {
    let broken = |error| Failure::from_io(error, Phase::Connecting, ASKING);
    let mut tunnel = proxy.tunnel_to(target);
    socket.write_all(tunnel.request()).map_err(broken)?;
    let mut buffer = vec![0; Tunnel::READ_BYTES];
    loop {
        let read = socket.read(&mut buffer).map_err(broken)?;
        if tunnel.receive(&buffer[..read])? {
            return Ok(socket);
        }
    }
}
