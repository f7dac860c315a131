//! The client's own pool, TLS provider, roots and proxy carry the SDK's requests, and no other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::Request;
use rustls::crypto::{CryptoProvider, GetRandomFailed, SecureRandom, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use sphere_bounded::{LIMIT, within};
use sphere_conformance::server::{Authority, Received, Server};
use sphere_core::transport::{Delivery, Transport as _, TransportErrorKind as Kind, TransportRequest};
use sphere_reqwest::ReqwestTransport;
use tokio::runtime::Runtime;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

fn post(url: &str) -> TransportRequest {
    TransportRequest::new(Request::post(url).body(bytes::Bytes::from("body").into()).unwrap())
}

fn block_on<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    within(LIMIT, || Runtime::new().unwrap().block_on(future))
}

/// A provider that counts how often it was asked for random bytes, which every handshake needs.
#[derive(Debug)]
struct Counting;

static ASKED: AtomicUsize = AtomicUsize::new(0);

impl SecureRandom for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), GetRandomFailed> {
        ASKED.fetch_add(1, Ordering::SeqCst);
        ring::default_provider().secure_random.fill(bytes)
    }
}

/// TLS by that provider, with this authority as the only root.
fn tls(authority: &Authority) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
    let provider = CryptoProvider { secure_random: &Counting, ..ring::default_provider() };
    ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// A client of which nothing is checked but what a test sets.
fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder().tls_backend_preconfigured(tls(&Authority::new())).no_proxy()
}

#[test]
fn sdk_and_program_share_one_pool() {
    let client = builder().build().unwrap();
    let server = Server::serve(|_| OK);
    let url = server.url("/");
    block_on(async move {
        let transport = ReqwestTransport::new(client.clone());
        for _ in 0..10 {
            client.get(&url).send().await.unwrap().bytes().await.unwrap();
            transport.send(post(&url)).await.unwrap();
        }
    });
    let requests = server.finish();
    assert_eq!(requests.len(), 20);
    // A connection may be back in its pool a moment after the response, so a pair may miss it, but not all do.
    let shared = requests.chunks(2).filter(|pair| pair[0].connection() == pair[1].connection()).count();
    assert!(shared > 0, "no request of the SDK went over a connection of the program's");
}

#[test]
fn the_clients_provider_and_roots_are_used() {
    let authority = Authority::new();
    let server = Server::serve_tls(&authority.good(), |_| OK);
    let client = builder().tls_backend_preconfigured(tls(&authority)).build().unwrap();
    let url = server.https_url("/");
    let before = ASKED.load(Ordering::SeqCst);
    let response = block_on(async move { ReqwestTransport::new(client).send(post(&url)).await }).unwrap();
    assert_eq!(response.status(), 200);
    assert!(ASKED.load(Ordering::SeqCst) > before);
    assert!(CryptoProvider::get_default().is_none(), "a provider was installed for the whole process");
    server.finish();
}

#[test]
fn the_clients_proxy_is_used() {
    let proxy = Server::serve(|request| match &*request.method() {
        "CONNECT" => "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n",
        _ => OK,
    });
    let client = builder().proxy(reqwest::Proxy::all(proxy.url("/")).unwrap()).build().unwrap();
    let (response, error) = block_on(async move {
        let transport = ReqwestTransport::new(client);
        let response = transport.send(post("http://sphere.invalid/v2/customers")).await.unwrap();
        (response, transport.send(post("https://sphere.invalid/")).await.unwrap_err())
    });
    assert_eq!(response.status(), 200);
    // A tunnel that is refused is a connection that was not made.
    assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::NotSent));
    let lines: Vec<_> = proxy.finish().iter().map(Received::request_line).collect();
    assert_eq!(lines[0], "POST http://sphere.invalid/v2/customers HTTP/1.1");
    assert_eq!(lines[1], "CONNECT sphere.invalid:443 HTTP/1.1");
}

#[test]
fn debug_shows_nothing_of_the_client() {
    let headers = [(http::header::COOKIE, http::HeaderValue::from_static("canary"))].into_iter().collect();
    let client = builder().default_headers(headers).build().unwrap();
    assert!(format!("{client:?}").contains("canary"), "reqwest hides it itself");
    assert_eq!(format!("{:?}", ReqwestTransport::new(client)), "ReqwestTransport { .. }");
}
