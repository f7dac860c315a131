//! A proxy: carries each connection to where its `CONNECT` asks, without a delay.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional_with_sizes};
use tokio::net::{TcpListener, TcpStream};

/// In bytes, for each direction. More than a client writes at once, so that the proxy is not what is measured.
const BUFFER: usize = 512 * 1024;

pub(crate) async fn serve(listener: TcpListener) {
    while let Ok((mut client, _)) = listener.accept().await {
        tokio::spawn(async move {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                if !matches!(client.read_buf(&mut head).await, Ok(1..)) {
                    return;
                }
            }
            let head = String::from_utf8_lossy(&head);
            let target = head.split(' ').nth(1).unwrap_or_default();
            let Ok(mut server) = TcpStream::connect(target).await else { return };
            let _ = (client.set_nodelay(true), server.set_nodelay(true));
            if client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.is_ok() {
                let _ = copy_bidirectional_with_sizes(&mut client, &mut server, BUFFER, BUFFER).await;
            }
        });
    }
}
