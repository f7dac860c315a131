//! The network between client and server: every byte is half a round trip on its way. The kernel's handshake of TCP
//! takes no time on loopback, so the first byte of a connection waits for that round trip as well.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// How long a byte and the response to it are on their way.
const ROUND_TRIP: Duration = Duration::from_millis(50);

/// Carries every connection to the server on this port of loopback.
pub(crate) async fn serve(listener: TcpListener, port: u16) {
    while let Ok((client, _)) = listener.accept().await {
        let opened = Instant::now();
        tokio::spawn(async move {
            let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else { return };
            let _ = (client.set_nodelay(true), server.set_nodelay(true));
            let ((from_client, to_client), (from_server, to_server)) =
                (client.into_split(), server.into_split());
            tokio::spawn(carry(from_client, to_server, opened + ROUND_TRIP));
            carry(from_server, to_client, opened).await;
        });
    }
}

/// Carries bytes in one direction, and their end. None leaves before `first`.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, first: Instant) {
    let (under_way, mut arriving) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    tokio::spawn(async move {
        while let Some((at, bytes)) = arriving.recv().await {
            sleep_until(at).await;
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
    });
    loop {
        let mut bytes = Vec::with_capacity(16 * 1024);
        let read = from.read_buf(&mut bytes).await;
        let at = Instant::now().max(first) + ROUND_TRIP / 2;
        if !matches!(read, Ok(1..)) || under_way.send((at, bytes)).is_err() {
            return;
        }
    }
}
