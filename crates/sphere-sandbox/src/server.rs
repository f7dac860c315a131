//! The server's thread. It has a runtime of its own, so that a sandbox works from blocking code and inside any
//! async runtime.

use std::{
    io,
    net::{self, Ipv4Addr},
    sync::{Arc, mpsc},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{Router, middleware};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    runtime, sync, time,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

use crate::{
    api::{self, PATIENCE},
    doors,
    error::StartError,
    pages,
    world::World,
};

/// A running server. Dropping it stops it and waits until its thread is gone.
pub(crate) struct Server {
    /// Dropped to stop the thread.
    stop: Option<sync::oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

/// Opens the port. Only this machine can reach it.
pub(crate) fn listen(port: u16) -> Result<(net::TcpListener, u16), StartError> {
    let failed = |source| StartError::Listen { port, source };
    let listener = net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    Ok((listener, port))
}

impl Server {
    pub(crate) fn start(
        listener: net::TcpListener,
        tls: Option<Arc<ServerConfig>>,
        world: Arc<World>,
    ) -> Result<Self, StartError> {
        let (stop, stopped) = sync::oneshot::channel();
        let (report, ready) = mpsc::sync_channel(1);
        let thread = thread::Builder::new()
            .name("sphere-sandbox".to_owned())
            .spawn(move || run(listener, tls, world, stopped, &report))
            .map_err(StartError::Thread)?;
        let server = Self { stop: Some(stop), thread: Some(thread) };
        match ready.recv() {
            Ok(Ok(())) => Ok(server),
            Ok(Err(error)) => Err(StartError::Thread(error)),
            Err(_) => Err(StartError::Thread(io::Error::other("the thread ended"))),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // The thread's panic has been printed. It must not cause a second one here.
            let _ = thread.join();
        }
    }
}

fn run(
    listener: net::TcpListener,
    tls: Option<Arc<ServerConfig>>,
    world: Arc<World>,
    stopped: sync::oneshot::Receiver<()>,
    report: &mpsc::SyncSender<io::Result<()>>,
) {
    let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = report.send(Err(error));
            return;
        }
    };
    let routes = api::routes(&world).merge(pages::routes()).with_state(world);
    let routes = routes.layer(middleware::from_fn(doors::check_host));
    runtime.block_on(async move {
        let listener = match TcpListener::from_std(listener) {
            Ok(listener) => listener,
            Err(error) => {
                let _ = report.send(Err(error));
                return;
            }
        };
        tokio::spawn(serve(listener, tls, routes));
        let _ = report.send(Ok(()));
        // Resolves when the sender is dropped. Requests in flight end with the runtime.
        let _ = stopped.await;
    });
}

/// Serves each connection on a task of its own, so that a client that says nothing blocks no other.
async fn serve(listener: TcpListener, tls: Option<Arc<ServerConfig>>, routes: Router) {
    let acceptor = tls.map(TlsAcceptor::from);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // No file handle is left: some connection has to end first.
            time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // Small responses must not wait for a delayed acknowledgement (RFC 1122, section 4.2.3.2).
        let _ = stream.set_nodelay(true);
        let (acceptor, routes) = (acceptor.clone(), routes.clone());
        tokio::spawn(async move {
            match acceptor {
                None => converse(stream, routes, PATIENCE).await,
                Some(acceptor) => {
                    // A client may refuse our certificate: not an error of the server.
                    if let Ok(Ok(stream)) = time::timeout(PATIENCE, acceptor.accept(stream)).await {
                        converse(stream, routes, PATIENCE).await;
                    }
                }
            }
        });
    }
}

/// Responds to the requests of one connection until its client closes it, or takes longer than this for the head of a
/// request.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    routes: Router,
    patience: Duration,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience);
    let (reader, writer) = tokio::io::split(stream);
    let stream = TokioIo::new(tokio::io::join(doors::OneFraming::new(reader), writer));
    http.auto_date_header(has_http_date(SystemTime::now()));
    // An error is the client's: a broken request, or a connection that was cut.
    let _ = http.serve_connection(stream, TowerToHyperService::new(routes)).await;
}

/// Whether hyper can write this time as a `Date`: it panics before 1970 and after 9999.
fn has_http_date(now: SystemTime) -> bool {
    const YEAR_10000: u64 = 253_402_300_800;
    now.duration_since(UNIX_EPOCH).is_ok_and(|since| since.as_secs() < YEAR_10000)
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::post};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// The clock stands still but for these waits, so that no test waits for real.
    fn run_paused<T>(test: impl Future<Output = T>) -> T {
        let mut runtime = runtime::Builder::new_current_thread();
        runtime.enable_all().start_paused(true).build().unwrap().block_on(test)
    }

    #[test]
    fn dates_that_http_cannot_write_are_left_out() {
        let (year, second) = (Duration::from_secs(31_556_952), Duration::from_secs(1));
        for (time, has_date) in [
            (UNIX_EPOCH, true),
            (UNIX_EPOCH - second, false),
            (UNIX_EPOCH + year * 8020, true),
            (UNIX_EPOCH + year * 8031, false),
        ] {
            assert_eq!(has_http_date(time), has_date, "{time:?}");
        }
    }

    #[test]
    fn a_client_that_sends_nothing_is_dropped() {
        run_paused(async {
            let (mut client, server) = tokio::io::duplex(1024);
            let began = time::Instant::now();
            converse(server, Router::new(), PATIENCE).await;
            assert!(began.elapsed() >= PATIENCE && began.elapsed() < PATIENCE * 2);
            let mut received = Vec::new();
            client.read_to_end(&mut received).await.unwrap();
            assert!(received.is_empty());
        });
    }

    #[test]
    fn half_a_body_is_given_up() {
        run_paused(async {
            let (mut client, server) = tokio::io::duplex(1024);
            let read = |body: Body| async { api::read(body, 10).await };
            client.write_all(b"POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n1").await.unwrap();
            let began = time::Instant::now();
            converse(server, Router::new().route("/", post(read)), PATIENCE).await;
            assert!(began.elapsed() >= PATIENCE && began.elapsed() < PATIENCE * 2);
            let mut received = String::new();
            client.read_to_string(&mut received).await.unwrap();
            assert!(received.starts_with("HTTP/1.1 408 "), "{received}");
        });
    }
}
