//! A tunnel through an HTTP proxy, over a connection that leads to it. What to write, and which responses
//! open a tunnel, is decided in [`sphere_net::proxy`].
//!
//! hyper-util's own `Tunnel` is not used (0.1.21): it accepts no 2xx but 200, reports no status but 407, and
//! silently drops bytes that the proxy sent after its response.

use sphere_core::transport::{Target, TransportError};
use sphere_net::failure::{Failure, Phase};
use sphere_net::proxy::{ASKING, HttpProxy, Tunnel};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Makes of a connection to the proxy one to the target. The caller bounds the time.
pub(crate) async fn open_tunnel<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    proxy: &HttpProxy,
    target: &Target,
) -> Result<S, TransportError> {
    let broken = |error| Failure::from_io(error, Phase::Connecting, ASKING);
    let mut tunnel = proxy.tunnel_to(target);
    stream.write_all(tunnel.request()).await.map_err(broken)?;
    let mut buffer = vec![0; Tunnel::READ_BYTES];
    loop {
        let read = stream.read(&mut buffer).await.map_err(broken)?;
        if tunnel.receive(&buffer[..read])? {
            return Ok(stream);
        }
    }
}
