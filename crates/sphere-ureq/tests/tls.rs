//! How the builder sets up TLS, and TLS failures that only some servers cause.

use std::sync::Arc;

use http::Request;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::version::TLS13;
use rustls::{ClientConfig, RootCertStore};
use sphere_conformance::server::{Authority, Gate, Script, Server};
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{Delivery, RequestBody, TransportError, TransportErrorKind as Kind};
use sphere_core::transport::{TransportRequest, TransportResponse};
use sphere_ureq::UreqTransport;

const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

fn send(transport: &UreqTransport, server: &Server) -> Result<TransportResponse, TransportError> {
    let request = Request::post(server.https_url("/")).header("content-length", 0).body(RequestBody::empty());
    transport.send(TransportRequest::new(request.unwrap()))
}

/// A transport that trusts this authority too.
fn trusting(authority: &Authority) -> UreqTransport {
    UreqTransport::builder().extra_roots_pem(authority.pem()).build().unwrap()
}

/// A server with a certificate of this authority. It responds to one request.
fn server(authority: &Authority) -> Server {
    Server::start([Script::respond(EMPTY).tls(&authority.good()).drain()])
}

#[track_caller]
fn assert_is(error: &TransportError, kind: Kind, delivery: Delivery) {
    assert_eq!((error.kind(), error.delivery()), (kind, delivery), "{error:?}");
}

#[test]
fn no_default_crypto_provider_is_installed() {
    let authority = Authority::new();
    let server = server(&authority);
    send(&trusting(&authority), &server).unwrap();
    server.finish();
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

#[test]
fn several_authorities_can_be_added() {
    let (first, second) = (Authority::new(), Authority::new());
    let both = format!("some text\n{}\n{}", first.pem(), second.pem());
    let together = UreqTransport::builder().extra_roots_pem(both);
    let apart =
        UreqTransport::builder().extra_roots_pem(first.pem()).extra_roots_pem(second.pem().into_bytes());
    for builder in [together, apart] {
        let transport = builder.build().unwrap();
        for authority in [&first, &second] {
            let server = server(authority);
            send(&transport, &server).unwrap();
            server.finish();
        }
    }
}

/// A configuration of the caller's: TLS 1.3, and this authority alone.
fn config(authority: &Authority) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[&TLS13])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[test]
fn tls_version_mismatch_is_not_retried() {
    let authority = Authority::new();
    let server = Server::start([Script::new().tls(&authority.good_with_tls_1_2()).handshake_refused()]);
    let transport = UreqTransport::builder().tls_config(Arc::new(config(&authority))).build().unwrap();
    assert_is(&send(&transport, &server).unwrap_err(), Kind::Tls, Delivery::NotSent);
    server.finish();
}

/// In TLS 1.3 the client has completed its handshake before the server refuses, and may have sent its request by then.
#[test]
fn missing_client_certificate_is_not_retried() {
    let authority = Authority::new();
    let refusing = Script::new().tls(&authority.requiring_client_certificate()).handshake_refused();
    let server = Server::start([refusing]);
    assert_eq!(send(&trusting(&authority), &server).unwrap_err().kind(), Kind::Tls);
    server.finish();
}

#[test]
fn connection_ended_with_response_is_not_reused() {
    let authority = Authority::new();
    let last = Script::new().tls(&authority.good()).read_request().write_and_end_tls(EMPTY).drain();
    let server = Server::start([last, Script::respond(EMPTY).tls(&authority.good()).drain()]);
    let transport = trusting(&authority);
    for _ in 0..2 {
        send(&transport, &server).unwrap();
    }
    server.finish();
}

/// Session tickets come before the response, and are none.
#[test]
fn early_response_inside_tls_is_returned() {
    let authority = Authority::new();
    let gate = Gate::new();
    let early = "HTTP/1.1 413 X\r\ncontent-length: 0\r\n\r\n";
    let script = Script::new().tls(&authority.good()).read(1000).write(early).pause(&gate).drain();
    let server = Server::start([script]);
    let body = RequestBody::from(bytes::Bytes::from(vec![b'x'; 12 << 20]));
    let request = Request::post(server.https_url("/")).header("content-length", body.len()).body(body);
    let response = trusting(&authority).send(TransportRequest::new(request.unwrap())).unwrap();
    assert_eq!(response.status(), 413);
    gate.open();
    server.finish();
}
