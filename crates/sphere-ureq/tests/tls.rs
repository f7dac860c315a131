//! Whom the transport trusts, and what becomes of a request when TLS fails.

mod support;

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, ServerConfig, SupportedProtocolVersion};
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{Delivery, TransportError, TransportErrorKind as Kind, TransportResponse};
use sphere_ureq::UreqTransport;
use support::{OK, Server, post};

/// A certificate authority, made for one test.
struct Authority {
    pem: String,
    der: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { pem: certificate.pem(), der: certificate.der().clone(), issuer: Issuer::new(params, key) }
    }

    /// A certificate for this host.
    fn vouch_for(&self, host: &str) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (vec![certificate.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.der.clone()).unwrap();
        roots
    }

    /// A server for 127.0.0.1.
    fn server(&self, versions: &[&'static SupportedProtocolVersion]) -> Arc<ServerConfig> {
        let (chain, key) = self.vouch_for("127.0.0.1");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        Arc::new(config)
    }

    fn transport(&self) -> UreqTransport {
        UreqTransport::builder().extra_roots_pem(self.pem.clone()).build().unwrap()
    }
}

fn url<T: Send + 'static>(server: &Server<T>) -> String {
    format!("https://{}/", server.address)
}

fn send(transport: &UreqTransport, url: &str) -> Result<TransportResponse, TransportError> {
    transport.send(post(url, "{}"))
}

#[track_caller]
fn assert_is(error: &TransportError, kind: Kind, delivery: Delivery) {
    assert_eq!((error.kind(), error.delivery()), (kind, delivery), "{error:?}");
}

/// A server that answers two requests on one connection, and says whether it saw one at all.
fn two_answers(config: Arc<ServerConfig>) -> Server<bool> {
    Server::play(move |door| {
        let mut peer = door.accept_tls(&config);
        for _ in 0..2 {
            if peer.try_request().is_err() {
                return false;
            }
            peer.answer(OK);
        }
        true
    })
}

#[test]
fn an_authority_of_ones_own_is_trusted_when_it_is_given_with_either_tls_version() {
    for versions in [&[&TLS12][..], &[&TLS13], &[&TLS12, &TLS13]] {
        let authority = Authority::new();
        let server = two_answers(authority.server(versions));
        let transport = authority.transport();
        for _ in 0..2 {
            assert_eq!(&send(&transport, &url(&server)).unwrap().body()[..], b"ok");
        }
        assert!(server.finish());
    }
    // All of this without a provider of the process.
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

#[test]
fn a_certificate_of_an_unknown_authority_is_refused_and_nothing_is_sent() {
    for versions in [&[&TLS12][..], &[&TLS13]] {
        let server = two_answers(Authority::new().server(versions));
        let error = send(&UreqTransport::new().unwrap(), &url(&server)).unwrap_err();
        assert_is(&error, Kind::Tls, Delivery::NotSent);
        assert!(!server.finish());
        let other = two_answers(Authority::new().server(versions));
        let error = send(&Authority::new().transport(), &url(&other)).unwrap_err();
        assert_is(&error, Kind::Tls, Delivery::NotSent);
        assert!(!other.finish());
    }
}

#[test]
fn a_certificate_for_another_host_is_refused() {
    let authority = Authority::new();
    let server = two_answers(authority.server(&[&TLS13]));
    let url = format!("https://localhost:{}/", server.address.port());
    assert_is(&send(&authority.transport(), &url).unwrap_err(), Kind::Tls, Delivery::NotSent);
    assert!(!server.finish());
}

#[test]
fn several_authorities_can_be_added_in_one_piece_or_in_several() {
    let (first, second) = (Authority::new(), Authority::new());
    let both = format!("some text\n{}\n{}", first.pem, second.pem);
    let together = UreqTransport::builder().extra_roots_pem(both);
    let apart = UreqTransport::builder()
        .extra_roots_pem(first.pem.clone())
        .extra_roots_pem(second.pem.clone().into_bytes());
    for builder in [together, apart] {
        let transport = builder.build().unwrap();
        for authority in [&first, &second] {
            let server = two_answers(authority.server(&[&TLS13]));
            for _ in 0..2 {
                send(&transport, &url(&server)).unwrap();
            }
            server.finish();
        }
    }
}

#[test]
fn roots_that_are_none_are_named_when_the_transport_is_built() {
    let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let broken = "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n";
    let key = KeyPair::generate().unwrap().serialize_pem();
    for pem in ["", "no pem", garbage, broken, &key] {
        let error = UreqTransport::builder().extra_roots_pem(pem).build().unwrap_err();
        assert_is(&error, Kind::Setup, Delivery::NotSent);
        let text = std::error::Error::source(&error).unwrap().to_string();
        assert!(text.starts_with("extra_roots_pem: "), "{text}");
    }
}

fn client_config(versions: &[&'static SupportedProtocolVersion], roots: RootCertStore) -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[test]
fn two_sides_without_a_common_tls_version_is_for_good() {
    let authority = Authority::new();
    let server = two_answers(authority.server(&[&TLS12]));
    let config = client_config(&[&TLS13], authority.roots());
    let transport = UreqTransport::builder().tls_config(Arc::new(config)).build().unwrap();
    assert_is(&send(&transport, &url(&server)).unwrap_err(), Kind::Tls, Delivery::NotSent);
    assert!(!server.finish());
}

#[test]
fn a_ready_configuration_must_be_one_that_can_be_used() {
    let authority = Authority::new();
    let config = client_config(&[&TLS13], authority.roots());
    let mut http2 = config.clone();
    http2.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let both = UreqTransport::builder().tls_config(Arc::new(config)).extra_roots_pem(authority.pem);
    for builder in [both, UreqTransport::builder().tls_config(Arc::new(http2))] {
        let error = builder.build().unwrap_err();
        assert_is(&error, Kind::Setup, Delivery::NotSent);
        assert!(std::error::Error::source(&error).unwrap().to_string().starts_with("tls_config: "));
    }
}

#[test]
fn a_server_in_trouble_is_tried_again_and_one_that_refuses_is_not() {
    // A TLS alert record: fatal, and what is wrong.
    for (alert, kind) in [(70, Kind::Tls), (40, Kind::Tls), (112, Kind::Tls), (80, Kind::Connect)] {
        let server = Server::play(move |door| {
            let mut peer = door.accept();
            peer.answer(&[21, 3, 3, 0, 2, 2, alert]);
            peer.wait_for_the_end();
        });
        let error = send(&UreqTransport::new().unwrap(), &url(&server)).unwrap_err();
        assert_is(&error, kind, Delivery::NotSent);
        server.finish();
    }
}

#[test]
fn a_connection_that_ends_after_the_request_may_have_been_sent() {
    for versions in [&[&TLS12][..], &[&TLS13]] {
        let authority = Authority::new();
        let config = authority.server(versions);
        let server = Server::play(move |door| {
            door.accept_tls(&config).request();
        });
        let error = send(&authority.transport(), &url(&server)).unwrap_err();
        assert_is(&error, Kind::Interrupted, Delivery::Unknown);
        server.finish();
    }
}

#[test]
fn a_server_that_wants_a_client_certificate_is_not_asked_again() {
    let authority = Authority::new();
    let (chain, key) = authority.vouch_for("127.0.0.1");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = Arc::new(authority.roots());
    let verifier = WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(&provider)).build().unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    let server = Server::play(move |door| {
        let mut peer = door.accept_tls(&config);
        assert!(peer.try_request().is_err());
        // Let the client read the alert before the connection ends: what it sent stays unread.
        let _ = std::io::Read::read_to_end(&mut peer.0.sock, &mut Vec::new());
    });
    // With TLS 1.3 the client has finished, and has sent its request, before the server says no.
    let error = send(&authority.transport(), &url(&server)).unwrap_err();
    assert_is(&error, Kind::Tls, Delivery::Unknown);
    server.finish();
}

#[test]
fn a_body_that_ends_with_the_connection_is_whole_only_if_tls_says_so() {
    for whole in [true, false] {
        let authority = Authority::new();
        let config = authority.server(&[&TLS13]);
        let server = Server::play(move |door| {
            let mut peer = door.accept_tls(&config);
            peer.request();
            peer.answer(b"HTTP/1.1 200 OK\r\n\r\nbody");
            if whole {
                peer.0.conn.send_close_notify();
                peer.answer(b"");
            }
        });
        let result = send(&authority.transport(), &url(&server));
        if whole {
            assert_eq!(&result.unwrap().body()[..], b"body");
        } else {
            let error = result.unwrap_err();
            assert_is(&error, Kind::Interrupted, Delivery::Unknown);
            assert_eq!(error.status().unwrap(), 200);
        }
        server.finish();
    }
}

#[test]
fn a_connection_whose_end_came_with_the_answer_is_not_used_again() {
    let authority = Authority::new();
    let config = authority.server(&[&TLS13]);
    let server = Server::play(move |door| {
        let mut peer = door.accept_tls(&config);
        peer.request();
        // Both records in one write; TCP stays open.
        std::io::Write::write_all(&mut peer.0.conn.writer(), OK).unwrap();
        peer.0.conn.send_close_notify();
        peer.answer(b"");
        let mut next = door.accept_tls(&config);
        next.request();
        next.answer(OK);
    });
    let transport = authority.transport();
    for _ in 0..2 {
        assert_eq!(&send(&transport, &url(&server)).unwrap().body()[..], b"ok");
    }
    server.finish();
}

#[test]
fn the_second_connection_resumes_the_first_ones_session() {
    let authority = Authority::new();
    let config = authority.server(&[&TLS13]);
    let server = Server::play(move |door| {
        let mut kinds = Vec::new();
        for _ in 0..2 {
            let mut peer = door.accept_tls(&config);
            peer.request();
            peer.answer(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
            kinds.push(peer.0.conn.handshake_kind().unwrap());
        }
        kinds
    });
    let transport = authority.transport();
    for _ in 0..2 {
        send(&transport, &url(&server)).unwrap();
    }
    assert_eq!(server.finish(), [rustls::HandshakeKind::Full, rustls::HandshakeKind::Resumed]);
}

#[test]
fn a_large_body_goes_both_ways() {
    let authority = Authority::new();
    let config = authority.server(&[&TLS13]);
    let server = Server::play(move |door| {
        let mut peer = door.accept_tls(&config);
        let seen = peer.request();
        let mut answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", 1 << 20).into_bytes();
        answer.resize(answer.len() + (1 << 20), b'y');
        peer.answer(&answer);
        seen.len()
    });
    let body: &'static str = "x".repeat(1 << 20).leak();
    let response = authority.transport().send(post(&url(&server), body)).unwrap();
    assert_eq!(response.body().len(), 1 << 20);
    assert!(response.body().iter().all(|byte| *byte == b'y'));
    assert!(server.finish() > 1 << 20);
}

#[cfg(feature = "platform-roots")]
#[test]
fn the_platforms_roots_are_used_or_their_absence_is_named() {
    let server = two_answers(Authority::new().server(&[&TLS13]));
    match UreqTransport::builder().platform_roots().build() {
        Ok(transport) => {
            assert_is(&send(&transport, &url(&server)).unwrap_err(), Kind::Tls, Delivery::NotSent);
        }
        Err(error) => {
            assert_is(&error, Kind::Setup, Delivery::NotSent);
            assert!(std::error::Error::source(&error).unwrap().to_string().starts_with("platform_roots: "));
        }
    }
    let authority = Authority::new();
    if let Ok(transport) =
        UreqTransport::builder().platform_roots().extra_roots_pem(authority.pem.clone()).build()
    {
        let server = two_answers(authority.server(&[&TLS13]));
        for _ in 0..2 {
            send(&transport, &url(&server)).unwrap();
        }
        server.finish();
    }
}
