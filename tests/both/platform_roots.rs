//! Both transports trust the platform's certificates on request, or say that it has none.

use std::error::Error as _;

use sphere_conformance::server::{Authority, Script, Server};
use sphere_core::transport::{Delivery, TransportErrorKind};
use sphere_tests::transports::{AnyTransport, Options, post};

const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

#[test]
fn platform_roots_are_used_or_reported_missing() {
    let authority = Authority::new();
    let options = Options { platform_roots: true, ..Options::default() };
    for (_, transport) in AnyTransport::try_both(&options) {
        let (error, kind) = match transport {
            Ok(transport) => {
                let untrusted = Server::start([Script::new().tls(&authority.good()).handshake_refused()]);
                let error = transport.send(post(&untrusted.https_url("/"), "k")).unwrap_err();
                untrusted.finish();
                (error, TransportErrorKind::Tls)
            }
            Err(error) => {
                assert!(error.source().unwrap().to_string().starts_with("platform_roots: "));
                (error, TransportErrorKind::Setup)
            }
        };
        assert_eq!((error.kind(), error.delivery()), (kind, Delivery::NotSent), "{error:?}");
    }
    let options = Options { platform_roots: true, pem: Some(authority.pem()), ..Options::default() };
    for transport in AnyTransport::try_both(&options).into_iter().filter_map(|(_, transport)| transport.ok())
    {
        let server = Server::start([Script::respond(EMPTY).tls(&authority.good()).drain()]);
        assert_eq!(transport.send(post(&server.https_url("/"), "k")).unwrap().status(), 200);
        server.finish();
    }
}
