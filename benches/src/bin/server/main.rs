//! The server: reads a head, writes a response, and counts connections and handshakes. It parses no more of HTTP than
//! where a head ends and which customer is in it.
//!
//! It prints five ports: http, https, https behind a slow network, a proxy, and https with a silent `::1` beside it (0 if
//! there is no IPv6). It serves until its standard input ends. For each line on its input it prints how many connections
//! and how many full handshakes there were so far. The certificate to trust goes into the file that its argument
//! names.

mod proxy;
mod relay;
mod respond;
mod silent;

use std::io::{BufRead as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use respond::{Reply, Responder, is_upload};
use rustls::HandshakeKind;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use silent::Silent;
use sphere_benches::work::Failure;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// More than ten thousand clients may knock at once; the system cuts this down to what it allows.
const BACKLOG: u32 = 65_535;

struct Shared {
    connections: AtomicUsize,
    full_handshakes: AtomicUsize,
    responder: Responder,
}

fn main() -> Result<(), Failure> {
    let root = std::env::args().nth(1).ok_or("where to put the root certificate?")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let shared = Arc::new(Shared {
        connections: AtomicUsize::new(0),
        full_handshakes: AtomicUsize::new(0),
        responder: Responder::new(),
    });
    let tls = acceptor(&root)?;
    let _silent = runtime.block_on(start(&tls, &shared))?;
    let reporter = std::thread::spawn(move || report(&shared));
    runtime.block_on(async {
        while !reporter.is_finished() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    });
    Ok(())
}

async fn start(tls: &TlsAcceptor, shared: &Arc<Shared>) -> Result<Option<Silent>, Failure> {
    let (plain, secure, far, proxy, beside_silence) = (listen()?, listen()?, listen()?, listen()?, listen()?);
    let port = |listener: &TcpListener| listener.local_addr().map(|address| address.port());
    let silent = Silent::start(port(&beside_silence)?).await.ok();
    let silent_port = if silent.is_some() { port(&beside_silence)? } else { 0 };
    println!("{} {} {} {} {silent_port}", port(&plain)?, port(&secure)?, port(&far)?, port(&proxy)?);
    tokio::spawn(relay::serve(far, port(&secure)?));
    tokio::spawn(proxy::serve(proxy));
    tokio::spawn(accept(plain, None, Arc::clone(shared)));
    for listener in [secure, beside_silence] {
        tokio::spawn(accept(listener, Some(tls.clone()), Arc::clone(shared)));
    }
    Ok(silent)
}

fn report(shared: &Shared) {
    for _ in std::io::stdin().lock().lines() {
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        println!("{} {}", count(&shared.connections), count(&shared.full_handshakes));
        let _ = std::io::stdout().flush();
    }
}

fn listen() -> Result<TcpListener, Failure> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    Ok(socket.listen(BACKLOG)?)
}

fn acceptor(root: &str) -> Result<TlsAcceptor, Failure> {
    let mut authority = rcgen::CertificateParams::new(Vec::new())?;
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_key = rcgen::KeyPair::generate()?;
    std::fs::write(root, authority.self_signed(&authority_key)?.pem())?;
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let key = rcgen::KeyPair::generate()?;
    let certificate =
        rcgen::CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&key, &issuer)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )?;
    // As many sessions as clients like, as servers of many machines have them.
    config.ticketer = rustls::crypto::ring::Ticketer::new()?;
    Ok(Arc::new(config).into())
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        shared.connections.fetch_add(1, Ordering::Relaxed);
        let _ = stream.set_nodelay(true);
        let (shared, tls) = (Arc::clone(&shared), tls.clone());
        tokio::spawn(async move {
            match tls {
                None => serve(stream, &shared).await,
                Some(tls) => {
                    let Ok(stream) = tls.accept(stream).await else { return };
                    if stream.get_ref().1.handshake_kind() != Some(HandshakeKind::Resumed) {
                        shared.full_handshakes.fetch_add(1, Ordering::Relaxed);
                    }
                    serve(stream, &shared).await;
                }
            }
        });
    }
}

/// A connection, with TLS or without.
trait Connection: AsyncRead + AsyncWrite + Unpin {
    fn tcp(&self) -> &TcpStream;
}

impl Connection for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Connection for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Reads the rest of an upload. `None` if its head is not complete.
async fn read_form(stream: &mut impl Connection, head: &[u8]) -> Option<()> {
    let text = String::from_utf8_lossy(head);
    let (text, form) = text.split_once("\r\n\r\n").map(|(text, _)| (text, &head[text.len() + 4..]))?;
    let length = text
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut left = length.unwrap_or(0_usize).saturating_sub(form.len());
    let mut buffer = vec![0; 256 * 1024];
    while left > 0 {
        match stream.read(&mut buffer).await {
            Ok(read @ 1..) => left = left.saturating_sub(read),
            _ => break,
        }
    }
    Some(())
}

async fn serve(mut stream: impl Connection, shared: &Shared) {
    let mut head = Vec::with_capacity(1024);
    loop {
        head.clear();
        while !head.ends_with(b"\r\n\r\n") {
            if !matches!(stream.read_buf(&mut head).await, Ok(1..)) {
                return;
            }
            if is_upload(&head) && read_form(&mut stream, &head).await.is_some() {
                break;
            }
        }
        let (response, is_last) = match shared.responder.respond(&head).await {
            Reply::Send(response) => (response, false),
            Reply::SendAndClose(response) => (response, true),
            // What is closed in this state is reset.
            Reply::Reset => break drop(stream.tcp().set_zero_linger()),
        };
        if stream.write_all(&response).await.is_err() || stream.flush().await.is_err() {
            return;
        }
        if is_last {
            break drop(stream.shutdown().await);
        }
    }
}
