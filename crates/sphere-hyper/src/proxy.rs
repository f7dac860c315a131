//! A connection through an HTTP proxy: TCP to the proxy, then the tunnel. What is said, and which answers are
//! good, is decided in [`sphere_core::transport::proxy`].
//!
//! hyper-util's own `Tunnel` is not used (0.1.21): it takes no 2xx but 200, tells no status but 407, and drops
//! without a word what the proxy sent behind its answer.

use std::fmt;

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::legacy::connect::HttpConnector;
use sphere_core::transport::proxy::{HttpProxy, Tunnel};
use sphere_core::transport::{BoxError, TransportError, TransportErrorKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower_service::Service as _;

use crate::error;
use crate::resolve::SystemResolver;

/// An open tunnel to `server`'s host and port. The caller bounds the time.
pub(crate) async fn open_tunnel(
    mut tcp: HttpConnector<SystemResolver>,
    proxy: &HttpProxy,
    server: &Uri,
) -> Result<TcpStream, TransportError> {
    let at = Uri::builder()
        .scheme(Scheme::HTTP)
        .authority(proxy.address())
        .path_and_query("/")
        .build()
        .map_err(error::unsendable)?;
    let mut stream = tcp.call(at).await.map_err(unreached)?.into_inner();
    let mut tunnel = proxy.tunnel_to(server)?;
    stream.write_all(tunnel.request()).await.map_err(broken)?;
    let mut buffer = vec![0; Tunnel::READ_BYTES];
    loop {
        let read = stream.read(&mut buffer).await.map_err(broken)?;
        if tunnel.receive(&buffer[..read])? {
            return Ok(stream);
        }
    }
}

/// Says that it was the proxy, not the server, that could not be reached.
fn unreached(error: impl std::error::Error + Send + Sync + 'static) -> TransportError {
    let kind = error::kind_of_tcp(&error);
    TransportError::new(kind, AtProxy { doing: "connecting to the proxy", source: error.into() })
}

fn broken(error: std::io::Error) -> TransportError {
    let fault = AtProxy { doing: "asking the proxy for a tunnel", source: error.into() };
    TransportError::new(TransportErrorKind::Connect, fault)
}

#[derive(Debug)]
struct AtProxy {
    doing: &'static str,
    source: BoxError,
}

impl fmt::Display for AtProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.doing, self.source)
    }
}

impl std::error::Error for AtProxy {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}
