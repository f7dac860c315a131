//! Through an HTTP proxy that was asked for: what it is told, what it may answer, and what it never sees.

mod support;

use std::error::Error as _;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{Delivery, TransportError, TransportErrorKind as Kind};
use sphere_ureq::UreqTransport;
use support::{OK, Peer, Refused, Server, post};

const OPEN: &[u8] = b"HTTP/1.1 200 Connection established\r\nvia: 1.1 proxy\r\ncontent-length: 7\r\n\r\n";

/// The key that `support::post` sends.
const KEY: &[u8] = b"sk_test_secret";

fn through<T: Send + 'static>(proxy: &Server<T>) -> UreqTransport {
    UreqTransport::builder().proxy(proxy.url("")).build().unwrap()
}

#[track_caller]
fn assert_is(error: &TransportError, kind: Kind, cause: &str) {
    assert_eq!((error.kind(), error.delivery()), (kind, Delivery::NotSent), "{error:?}");
    assert_eq!(error.source().unwrap().to_string(), cause);
    assert!(!format!("{error:?}").to_ascii_lowercase().contains("secret"), "{error:?}");
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Whether nothing more comes until the client goes away.
fn nothing_follows(peer: &mut Peer<TcpStream>) -> bool {
    peer.0.read(&mut [0]).map_or(true, |read| read == 0)
}

/// Carries bytes between the client and a server, and returns those that the client sent.
fn relay(client: &TcpStream, server: SocketAddr) -> Vec<u8> {
    let server = TcpStream::connect(server).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _ = std::io::copy(&mut &server, &mut &*client);
            let _ = client.shutdown(Shutdown::Write);
        });
        let mut seen = Vec::new();
        let mut some = [0; 4096];
        while let Ok(read @ 1..) = (&mut &*client).read(&mut some) {
            seen.extend_from_slice(&some[..read]);
            (&mut &server).write_all(&some[..read]).unwrap();
        }
        let _ = server.shutdown(Shutdown::Write);
        seen
    })
}

/// A server's configuration for `localhost`, and the authority that signed its certificate as PEM.
fn authority() -> (Arc<ServerConfig>, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = CertificateDer::from(params.signed_by(&key, &issuer).unwrap());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .unwrap();
    (Arc::new(config), pem)
}

#[test]
fn a_proxy_is_told_host_and_port_and_the_tunnel_serves_two_calls() {
    let proxy = Server::play(|door| {
        let mut peer = door.accept();
        let connect = peer.request();
        peer.answer(OPEN);
        let first = peer.request();
        peer.answer(OK);
        let second = peer.request();
        peer.answer(OK);
        [connect, first, second]
    });
    let transport = through(&proxy);
    for _ in 0..2 {
        // The name is not looked up here.
        transport.send(post("http://api.test/x", "{}")).unwrap();
    }
    let [connect, first, second] = proxy.finish();
    assert_eq!(text(&connect), "CONNECT api.test:80 HTTP/1.1\r\nHost: api.test:80\r\n\r\n");
    assert!(text(&first).starts_with("POST /x HTTP/1.1\r\n") && first.ends_with(b"\r\n\r\n{}"));
    assert!(text(&first).contains("host: api.test\r\n"), "{}", text(&first));
    assert_eq!(first, second);
}

#[test]
fn each_party_gets_its_own_credentials_only() {
    let proxy = Server::play(|door| {
        let mut peer = door.accept();
        let connect = peer.request();
        peer.answer(OPEN);
        let request = peer.request();
        peer.answer(OK);
        [connect, request]
    });
    let url = format!("http://Aladdin:open%20sesame@{}/", proxy.address);
    let transport = UreqTransport::builder().proxy(url).build().unwrap();
    transport.send(post("http://127.0.0.1:8080/", "")).unwrap();
    let [connect, request] = proxy.finish();
    assert_eq!(
        text(&connect),
        "CONNECT 127.0.0.1:8080 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\
         Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n"
    );
    assert!(text(&request).contains("authorization: Bearer sk_test_secret\r\n"));
    assert!(!text(&request).to_ascii_lowercase().contains("proxy"), "{}", text(&request));
}

#[test]
fn of_an_https_call_the_proxy_sees_no_more_than_host_and_port() {
    let (config, pem) = authority();
    let server = Server::play(move |door| {
        let mut trusted = door.accept_tls(&config);
        trusted.request();
        trusted.answer(OK);
        drop(trusted);
        door.accept_tls(&config).try_request().is_err()
    });
    let address = server.address;
    let proxy = Server::play(move |door| {
        [(); 2].map(|()| {
            let mut peer = door.accept();
            let connect = peer.request();
            peer.answer(OPEN);
            (connect, relay(&peer.0, address))
        })
    });
    let url = format!("https://localhost:{}/", address.port());
    let builder = UreqTransport::builder().extra_roots_pem(pem).proxy(proxy.url(""));
    assert_eq!(&builder.build().unwrap().send(post(&url, "{}")).unwrap().body()[..], b"ok");
    // Inside the tunnel as outside: a server that is not trusted gets nothing.
    let error = through(&proxy).send(post(&url, "{}")).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Kind::Tls, Delivery::NotSent), "{error:?}");
    for (connect, seen) in proxy.finish() {
        let port = address.port();
        let expected = format!("CONNECT localhost:{port} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
        assert_eq!(text(&connect), expected);
        // A TLS handshake, as it begins (RFC 8446, section 5.1), and nothing in plain.
        assert!(seen.starts_with(&[22, 3, 1]));
        assert!(!seen.windows(KEY.len()).any(|window| window == KEY));
    }
    assert!(server.finish());
}

#[test]
fn a_proxy_that_opens_no_tunnel_is_no_connection() {
    for (answer, cause) in [
        ("HTTP/1.1 407 Secret\r\nproxy-authenticate: Basic\r\n\r\n", "the proxy answered 407"),
        ("HTTP/1.1 502 Secret\r\ncontent-length: 6\r\n\r\nSecret", "the proxy answered 502"),
        ("HTTP/1.1 302 Secret\r\nlocation: http://secret/\r\n\r\n", "the proxy answered 302"),
        ("HTTP/1.1 101 Secret\r\n\r\n", "the proxy answered 101"),
        ("Secret garbage", "the proxy's answer is not HTTP/1"),
        ("\x15\x03\x01\x00\x02\x02\x28", "the proxy's answer is not HTTP/1"),
        ("", "the proxy ended the connection before it had answered"),
        ("HTTP/1.1 200 Secret\r\nx: y\r\n", "the proxy ended the connection before it had answered"),
    ] {
        for scheme in ["http", "https"] {
            let proxy = Server::play(move |door| {
                let mut peer = door.accept();
                peer.request();
                peer.answer(answer.as_bytes());
                // The client may have had enough before.
                let _ = peer.0.shutdown(Shutdown::Write);
                nothing_follows(&mut peer)
            });
            let transport = through(&proxy);
            assert_is(
                &transport.send(post(&format!("{scheme}://api.test/"), "")).unwrap_err(),
                Kind::Connect,
                cause,
            );
            assert!(proxy.finish());
        }
    }
}

#[test]
fn what_stands_behind_the_proxys_answer_is_never_the_servers() {
    for (scheme, kind) in [("http", Kind::Connect), ("https", Kind::Tls)] {
        let proxy = Server::play(|door| {
            let mut peer = door.accept();
            peer.request();
            peer.answer(&[OPEN, b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"].concat());
            nothing_follows(&mut peer)
        });
        let error = through(&proxy).send(post(&format!("{scheme}://api.test/"), "")).unwrap_err();
        assert_is(&error, kind, "the proxy sent more than an answer to CONNECT");
        assert!(proxy.finish());
    }
}

#[test]
fn an_endless_answer_is_cut_off() {
    for piece in ["x: y\r\n", "x"] {
        let proxy = Server::play(move |door| {
            let mut peer = door.accept();
            peer.request();
            peer.answer(b"HTTP/1.1 200 OK\r\n");
            peer.flood(piece.as_bytes());
        });
        let error = through(&proxy).send(post("https://api.test/", "")).unwrap_err();
        assert_is(&error, Kind::Connect, "the proxy's answer is over the limit of 16384 bytes");
        proxy.finish();
    }
}

#[test]
fn a_silent_proxy_ends_with_the_time_to_connect() {
    for beginning in ["", "HTTP/1.1 200 OK\r\nx: "] {
        let proxy = Server::play(move |door| {
            let mut peer = door.accept();
            peer.request();
            peer.answer(beginning.as_bytes());
            nothing_follows(&mut peer)
        });
        let request = post("https://api.test/", "").with_connect_timeout(Duration::from_millis(100));
        let error = through(&proxy).send(request).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (Kind::Timeout, Delivery::NotSent));
        let cause = error.source().unwrap().to_string();
        assert!(cause.starts_with("connecting: no connection within "), "{cause}");
        assert!(proxy.finish());
    }
}

#[test]
fn a_proxy_that_refuses_or_resets_is_named() {
    let refused = Refused::new();
    let transport = UreqTransport::builder().proxy(format!("http://{}", refused.address())).build().unwrap();
    let error = transport.send(post("https://api.test/", "")).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::NotSent));
    let cause = error.source().unwrap().to_string();
    assert!(cause.starts_with("connecting to the proxy: "), "{cause}");

    let proxy = Server::play(|door| door.accept().reset());
    let error = through(&proxy).send(post("https://api.test/", "")).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::NotSent));
    let cause = error.source().unwrap().to_string();
    assert!(cause.starts_with("asking the proxy for a tunnel: "), "{cause}");
}

/// As a connection to the server itself: the request goes out on another.
#[test]
fn a_tunnel_that_was_closed_is_not_used_again() {
    let (closed, proxy_has_closed) = std::sync::mpsc::channel();
    let proxy = Server::play(move |door| {
        for _ in 0..2 {
            let mut peer = door.accept();
            assert!(peer.request().starts_with(b"CONNECT api.test:80 "));
            peer.answer(OPEN);
            peer.request();
            peer.answer(OK);
            drop(peer);
            closed.send(()).unwrap();
        }
    });
    let transport = through(&proxy);
    for _ in 0..2 {
        transport.send(post("http://api.test/", "")).unwrap();
        proxy_has_closed.recv().unwrap();
    }
    proxy.finish();
}

/// The table of what is good and bad is core's.
#[test]
fn a_bad_url_names_the_option_and_is_not_shown() {
    for (url, fault) in [
        ("https://u:secret@proxy.test:3128", "proxy: the URL does not begin with http://"),
        ("http://u:secret@proxy.test", "proxy: the URL has no port"),
        ("http://u:secret@proxy.test:1/x", "proxy: the URL has something after its port"),
    ] {
        let builder = UreqTransport::builder().proxy(url);
        assert!(!format!("{builder:?}").contains("secret"));
        assert_is(&builder.build().unwrap_err(), Kind::Setup, fault);
    }
}
