//! A tunnel through an HTTP proxy, over a socket that leads to it. What is said, and which answers are good, is
//! decided in [`sphere_core::transport::proxy`].
//!
//! ureq's own `ConnectProxyConnector` is not used (ureq 3.5.2, `transport/connect.rs`): it takes no 2xx but 200;
//! it gives look-up, TCP and CONNECT the whole connect timeout each; and what the proxy sent behind its answer
//! stays in the buffer, where it would be taken for the answer to a plain request.

use std::io::{Read, Write};
use std::sync::Arc;

use sphere_core::transport::TransportErrorKind as Kind;
use sphere_core::transport::proxy::{HttpProxy, Tunnel};
use ureq::unversioned::transport::{ConnectionDetails, NextTimeout, Transport, TransportAdapter};

use crate::error::Fault;

pub(crate) const TO_THE_PROXY: &str = "connecting to the proxy";
const ASKING: &str = "asking the proxy for a tunnel";

/// Makes of a socket to the proxy one to the request's server, within the timeout.
pub(crate) fn open_tunnel<T: Transport>(
    socket: T,
    proxy: &HttpProxy,
    details: &ConnectionDetails<'_>,
    timeout: NextTimeout,
) -> Result<T, ureq::Error> {
    let mut tunnel = proxy.tunnel_to(details.uri).map_err(|error| ureq::Error::Other(error.into()))?;
    let mut socket = TransportAdapter::new(socket, Arc::clone(&details.current_time));
    socket.set_timeout(timeout);
    socket.write_all(tunnel.request()).map_err(broken)?;
    let mut buffer = vec![0; Tunnel::READ_BYTES];
    loop {
        let read = socket.read(&mut buffer).map_err(broken)?;
        if tunnel.receive(&buffer[..read]).map_err(|error| ureq::Error::Other(error.into()))? {
            return Ok(socket.into_inner());
        }
    }
}

fn broken(error: std::io::Error) -> ureq::Error {
    // An error of the socket comes wrapped by ureq; `From` takes it out again.
    match ureq::Error::from(error) {
        timeout @ ureq::Error::Timeout(_) => timeout,
        error => Fault::new(Kind::Connect, ASKING, error.into_io()).into(),
    }
}
