//! Whom the transport trusts.

use std::io::{Read as _, Write as _};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::server::{Script, Server, answer, script};
use super::*;

/// A server's configuration, and the authority that signed its certificate as PEM.
pub fn authority() -> (Arc<rustls::ServerConfig>, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let server_key = KeyPair::generate().unwrap();
    let names = vec!["localhost".to_owned()];
    let certificate = CertificateParams::new(names).unwrap().signed_by(&server_key, &issuer).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(certificate.der().to_vec())],
            PrivateKeyDer::try_from(server_key.serialize_der()).unwrap(),
        )
        .unwrap();
    (Arc::new(config), pem)
}

/// Answers one request over TLS, if the client goes through with the handshake.
pub fn secure(config: Arc<rustls::ServerConfig>) -> Script {
    script(move |mut connection| {
        let mut session = rustls::ServerConnection::new(config).unwrap();
        let mut stream = rustls::Stream::new(&mut session, &mut connection.0);
        let mut request = [0; 1024];
        if stream.read(&mut request).is_ok_and(|read| read > 0) {
            stream.write_all(b"HTTP/1.1 201 X\r\ncontent-length: 4\r\n\r\nsafe").unwrap();
        }
    })
}

#[tokio::test]
async fn a_test_authority_is_trusted_if_asked_and_refused_if_not() {
    let (config, pem) = authority();
    let server = Server::start(vec![secure(config.clone()), secure(config)]);
    let trusting = HyperTransport::builder().extra_roots_pem(pem).build().unwrap();
    assert_eq!(send(&trusting, &server.https_url()).await.unwrap().body(), "safe");

    let error = send(&transport(), &server.https_url()).await.unwrap_err();
    assert_eq!(facts(&error), (TransportErrorKind::Tls, Delivery::NotSent, None));
    drop(trusting);
    server.finish().await;
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let (config, pem) = authority();
    let server = Server::start(vec![secure(config)]);
    let trusting = HyperTransport::builder().extra_roots_pem(pem).build().unwrap();
    let url = server.https_url().replace("localhost", "127.0.0.1");
    let error = send(&trusting, &url).await.unwrap_err();
    assert_eq!(facts(&error), (TransportErrorKind::Tls, Delivery::NotSent, None));
    server.finish().await;
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_refused() {
    let server = Server::start(vec![script(|mut connection| {
        connection.write(b"HTTP/1.1 400 X\r\n\r\n");
        connection.drain();
    })]);
    let error = send(&transport(), &server.https_url()).await.unwrap_err();
    assert_eq!(facts(&error), (TransportErrorKind::Tls, Delivery::NotSent, None));
    drop(error);
    server.finish().await;
}

#[tokio::test]
async fn a_handshake_cut_off_is_no_connection() {
    let server = Server::start(vec![script(super::server::Connection::close)]);
    let error = send(&transport(), &server.https_url()).await.unwrap_err();
    assert_eq!(facts(&error), (TransportErrorKind::Connect, Delivery::NotSent, None));
    server.finish().await;
}

#[test]
fn bad_roots_name_the_option_and_the_fault() {
    let bad = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (pem, fault) in [("", "extra_roots_pem: there is no certificate"), (bad, "extra_roots_pem: ")] {
        let error = HyperTransport::builder().extra_roots_pem(pem).build().unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Setup);
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.starts_with(fault), "{source}");
    }
}

#[tokio::test]
async fn a_configuration_of_ones_own_is_used() {
    let (config, pem) = authority();
    let mut roots = rustls::RootCertStore::empty();
    let der = rustls::pki_types::pem::PemObject::from_pem_slice(pem.as_bytes()).unwrap();
    roots.add(der).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let transport = HyperTransport::builder().tls_config(Arc::new(client)).build().unwrap();
    let server = Server::start(vec![secure(config)]);
    assert_eq!(send(&transport, &server.https_url()).await.unwrap().status(), 201);
    drop(transport);
    server.finish().await;
}

#[test]
fn a_configuration_of_ones_own_excludes_other_roots_and_other_protocols() {
    let config = |protocol: &[u8]| {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        config.alpn_protocols = vec![protocol.to_vec()];
        HyperTransport::builder().tls_config(Arc::new(config))
    };
    config(b"http/1.1").build().unwrap();
    for builder in [config(b"h2"), config(b"http/1.1").extra_roots_pem(authority().1)] {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Setup);
        assert!(std::error::Error::source(&error).unwrap().to_string().starts_with("tls_config: "));
    }
}

#[tokio::test]
async fn plain_http_stays_plain() {
    let server = Server::start(vec![answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")]);
    let transport = transport();
    send(&transport, &server.url()).await.unwrap();
    drop(transport);
    server.finish().await;
}
