//! How the builder sets up TLS.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use sphere_conformance::server::{Authority, Script, Server};

use super::*;

/// A configuration of the caller's, which trusts this authority alone.
fn config(authority: &Authority) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[test]
fn custom_tls_config_is_used() {
    bounded(|| {
        let authority = Authority::new();
        let transport = HyperTransport::builder().tls_config(Arc::new(config(&authority))).build().unwrap();
        let server = Server::start([Script::respond(EMPTY).tls(&authority.good()).drain()]);
        runtime().block_on(send(&transport, &server.https_url("/"))).unwrap();
        server.finish();
    });
}
