//! The server's thread. It has a runtime of its own, so that a sandbox works from blocking code and inside any
//! async runtime.

use std::{
    future::{self, IntoFuture as _},
    io,
    net::{self, Ipv4Addr},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use axum::{
    Router,
    serve::{Listener, ListenerExt as _},
};
use tokio::{
    net::{TcpListener, TcpStream},
    runtime, sync,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig, server::TlsStream};

use crate::{StartError, api, pages, world::World};

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
    runtime.block_on(async move {
        let listener = match TcpListener::from_std(listener) {
            Ok(listener) => listener,
            Err(error) => {
                let _ = report.send(Err(error));
                return;
            }
        };
        serve(listener, tls, routes);
        let _ = report.send(Ok(()));
        // Resolves when the sender is dropped. Requests in flight end with the runtime.
        let _ = stopped.await;
    });
}

fn serve(listener: TcpListener, tls: Option<Arc<ServerConfig>>, routes: Router) {
    // Small responses must not wait for a delayed acknowledgement (RFC 1122, section 4.2.3.2).
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    match tls {
        None => {
            tokio::spawn(axum::serve(listener, routes).into_future());
        }
        Some(config) => {
            let listener = TlsListener::new(listener, config);
            tokio::spawn(axum::serve(listener, routes).into_future());
        }
    }
}

/// Does handshakes concurrently, so that a client that never finishes one blocks no other.
struct TlsListener {
    established: sync::mpsc::Receiver<TlsStream<TcpStream>>,
}

const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(30);

impl TlsListener {
    fn new<L>(mut listener: L, config: Arc<ServerConfig>) -> Self
    where
        L: Listener<Io = TcpStream>,
    {
        let (sender, established) = sync::mpsc::channel(16);
        let acceptor = TlsAcceptor::from(config);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await;
                let (acceptor, sender) = (acceptor.clone(), sender.clone());
                tokio::spawn(async move {
                    let handshake = acceptor.accept(stream);
                    // A client may refuse our certificate: not an error of the server.
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_TIMEOUT, handshake).await {
                        let _ = sender.send(stream).await;
                    }
                });
            }
        });
        Self { established }
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    /// The address is never used.
    type Addr = ();

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.established.recv().await {
            Some(stream) => (stream, ()),
            // The accepting task ends only with the runtime, and so does this.
            None => future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(())
    }
}
