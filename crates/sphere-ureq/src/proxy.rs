//! A tunnel through an HTTP proxy, over a socket that leads to it. What to write, and which responses open a
//! tunnel, is decided in [`sphere_net::proxy`].
//!
//! ureq's own `ConnectProxyConnector` is not used (ureq 3.5.2, `transport/connect.rs`): it accepts no 2xx but
//! 200; it gives lookup, TCP and CONNECT the whole connect timeout each; and bytes that the proxy sent after
//! its response stay in the buffer, where they would be taken for the response to a plain request.

use std::io::{self, Read, Write};
use std::sync::Arc;

use sphere_net::failure::{Failure, Phase};
use sphere_net::proxy::{ASKING, HttpProxy, Tunnel};
use sphere_net::target::Target;
use ureq::unversioned::transport::{ConnectionDetails, NextTimeout, Transport, TransportAdapter};

use crate::error::other;

/// Makes of a socket to the proxy one to the target, within the timeout.
pub(crate) fn open_tunnel<T: Transport>(
    socket: T,
    proxy: &HttpProxy,
    target: &Target,
    details: &ConnectionDetails<'_>,
    timeout: NextTimeout,
) -> Result<T, ureq::Error> {
    let mut tunnel = proxy.tunnel_to(target);
    let mut socket = TransportAdapter::new(socket, Arc::clone(&details.current_time));
    socket.set_timeout(timeout);
    socket.write_all(tunnel.request()).map_err(broken)?;
    let mut buffer = vec![0; Tunnel::READ_BYTES];
    loop {
        let read = socket.read(&mut buffer).map_err(broken)?;
        if tunnel.receive(&buffer[..read]).map_err(other)? {
            return Ok(socket.into_inner());
        }
    }
}

fn broken(error: io::Error) -> ureq::Error {
    // ureq wraps its timeouts in I/O errors; `From` takes them out again.
    match ureq::Error::from(error) {
        timeout @ ureq::Error::Timeout(_) => timeout,
        error => other(Failure::from_io(error.into_io(), Phase::Connecting, ASKING)),
    }
}
