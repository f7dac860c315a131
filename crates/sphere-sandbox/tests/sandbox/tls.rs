//! https: trusted by a client that knows the authority, refused by any other.

use std::{io, net::TcpStream, sync::Arc};

use sphere_sandbox::Sandbox;
use tokio_rustls::rustls::{
    self, ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};

use crate::wire::{connect, exchange, link_request, request};

fn client(
    sandbox: &Sandbox,
    authority: Option<&str>,
    name: &'static str,
) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    if let Some(pem) = authority {
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name).unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    StreamOwned::new(connection, connect(sandbox.base_url()))
}

fn handshake(stream: &mut StreamOwned<ClientConnection, TcpStream>) -> io::Result<()> {
    stream.conn.complete_io(&mut stream.sock).map(|_| ())
}

#[test]
fn trusting_client_is_served_under_each_name() {
    let sandbox = Sandbox::builder().tls().start().unwrap();
    assert!(sandbox.base_url().starts_with("https://127.0.0.1:"));
    for name in ["127.0.0.1", "localhost", "::1"] {
        let mut stream = client(&sandbox, sandbox.authority_pem(), name);

        let response = exchange(&mut stream, &link_request(&sandbox, "customer_ada"));

        let url = response.link();
        let path = url.strip_prefix(sandbox.base_url()).unwrap();
        let mut stream = client(&sandbox, sandbox.authority_pem(), name);
        let page = exchange(&mut stream, &request(&format!("GET {path}"), "", b""));
        assert_eq!(page.status, 200);
    }
}

#[test]
fn other_clients_refuse_the_certificate() {
    let sandbox = Sandbox::builder().tls().start().unwrap();
    let other = Sandbox::builder().tls().start().unwrap();
    for (authority, name) in [
        (None, "localhost"),
        (other.authority_pem(), "localhost"),
        (sandbox.authority_pem(), "api.spherepay.co"),
    ] {
        let error = handshake(&mut client(&sandbox, authority, name)).unwrap_err();
        let cause = error.get_ref().unwrap().downcast_ref::<rustls::Error>();
        assert!(matches!(cause, Some(rustls::Error::InvalidCertificate(_))), "{error:?}");
    }
    assert!(sandbox.requests().is_empty());
}

#[test]
fn unfinished_handshake_delays_nobody() {
    let sandbox = Sandbox::builder().tls().start().unwrap();
    let _silent = connect(sandbox.base_url());
    let mut stream = client(&sandbox, sandbox.authority_pem(), "localhost");
    let response = exchange(&mut stream, &link_request(&sandbox, "customer_ada"));
    assert_eq!(response.status, 201);
}

#[test]
fn plain_http_gets_no_response() {
    use std::io::{Read as _, Write as _};

    let sandbox = Sandbox::builder().tls().start().unwrap();
    let mut stream = connect(sandbox.base_url());
    stream.write_all(&link_request(&sandbox, "customer_ada")).unwrap();
    let mut bytes = Vec::new();
    // A TLS alert or a reset, but no HTTP.
    let _ = stream.read_to_end(&mut bytes);
    assert!(!bytes.starts_with(b"HTTP"), "{bytes:?}");
    assert!(sandbox.requests().is_empty());
}
