//! The server: reads a head, writes an answer, and counts connections. It parses no more of HTTP than where a
//! head ends and which customer is in it.
//!
//! It prints `<http port> <https port>` and serves until its standard input ends. For each line on its input
//! it prints how many connections it has accepted so far. The certificate to trust goes into the file that
//! its argument names.

use std::collections::HashMap;
use std::io::{BufRead as _, Write as _};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use sphere_benches::work::{Failure, LINK, PROBLEM};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

/// More than ten thousand clients may knock at once; the system cuts this down to what it allows.
const BACKLOG: u32 = 65_535;

struct Shared {
    connections: AtomicUsize,
    /// Calls that are held until there are as many as their customer's id says.
    held: Mutex<HashMap<usize, (usize, Arc<Notify>)>>,
    link: Vec<u8>,
    problem: Vec<u8>,
}

fn main() -> Result<(), Failure> {
    let root = std::env::args().nth(1).ok_or("where to put the root certificate?")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let shared = Arc::new(Shared {
        connections: AtomicUsize::new(0),
        held: Mutex::default(),
        link: answer("201 Created", LINK),
        problem: answer("422 Unprocessable Entity", PROBLEM),
    });
    let tls = acceptor(&root)?;
    let (plain, secure) = runtime.block_on(async { Ok::<_, Failure>((listen()?, listen()?)) })?;
    println!("{} {}", plain.local_addr()?.port(), secure.local_addr()?.port());
    let reporter = std::thread::spawn({
        let shared = Arc::clone(&shared);
        move || report(&shared)
    });
    runtime.spawn(accept(plain, None, Arc::clone(&shared)));
    runtime.spawn(accept(secure, Some(tls), shared));
    runtime.block_on(async {
        while !reporter.is_finished() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    });
    Ok(())
}

fn report(shared: &Shared) {
    for _ in std::io::stdin().lock().lines() {
        println!("{}", shared.connections.load(Ordering::Relaxed));
        let _ = std::io::stdout().flush();
    }
}

fn answer(status: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\ndate: Mon, 09 Mar 2026 \
         20:16:31 GMT\r\n\r\n{body}",
        body.len(),
    )
    .into_bytes()
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
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )?;
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
                    if let Ok(stream) = tls.accept(stream).await {
                        serve(stream, &shared).await;
                    }
                }
            }
        });
    }
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, shared: &Shared) {
    let mut head = Vec::with_capacity(1024);
    loop {
        head.clear();
        while !head.ends_with(b"\r\n\r\n") {
            if !matches!(stream.read_buf(&mut head).await, Ok(1..)) {
                return;
            }
        }
        let customer = customer(&head);
        if let Some(wanted) = customer.strip_prefix(b"customer_held_".as_slice()) {
            hold(shared, wanted).await;
        }
        let answer = if customer.starts_with(b"customer_422") { &shared.problem } else { &shared.link };
        if stream.write_all(answer).await.is_err() || stream.flush().await.is_err() {
            return;
        }
    }
}

/// The third segment of the path.
fn customer(head: &[u8]) -> &[u8] {
    head.split(|&byte| byte == b'/').nth(3).unwrap_or_default()
}

async fn hold(shared: &Shared, wanted: &[u8]) {
    let Some(wanted) = std::str::from_utf8(wanted).ok().and_then(|text| text.parse().ok()) else { return };
    let notify = {
        let mut held = shared.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, notify) = held.entry(wanted).or_default();
        *count += 1;
        let notify = Arc::clone(notify);
        if *count == wanted {
            held.remove(&wanted);
            notify.notify_waiters();
            return;
        }
        notify
    };
    notify.notified().await;
}
