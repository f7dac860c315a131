//! Whether rustls itself can choose a provider beside the SDK, which one the SDK takes, and that both transports work
//! with it.

#![forbid(unsafe_code)]

use std::panic::catch_unwind;
use std::sync::Arc;

use http::Request;
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use sphere_conformance::server::{Authority, Script, Server};
use sphere_core::transport::{RequestBody, Transport, TransportRequest, blocking};
use sphere_hyper::{HyperTransport, HyperTransportBuilder};
use sphere_net::tls::Trust;
use sphere_ureq::{UreqTransport, UreqTransportBuilder};

fn main() {
    let with_ring = cfg!(feature = "ring");
    let with_one = with_ring || cfg!(feature = "aws-lc-rs");

    // rustls' default features bring aws-lc-rs. With ring beside it, rustls cannot choose.
    assert_eq!(catch_unwind(ClientConfig::builder).is_err(), with_ring, "whether rustls can choose");
    if with_ring {
        aws_lc_rs::default_provider().install_default().expect("none is installed");
        drop(ClientConfig::builder());
    }

    let chosen = Trust::default().client_config().map(|config| format!("{:?}", config.crypto_provider()));
    match chosen {
        Ok(chosen) => assert!(with_one && chosen.contains("Ring") == with_ring, "{chosen}"),
        Err(error) => assert!(!with_one, "{error:?}"),
    }

    let (ureq, hyper) = (UreqTransport::builder(), HyperTransport::builder());
    if with_one {
        return calls(ureq, hyper);
    }
    // What ends the calls without a provider is told when the transport is built.
    ureq.clone().build().expect_err("there is no provider");
    let own = Arc::new(aws_lc_rs::default_provider());
    calls(ureq.crypto_provider(Arc::clone(&own)), hyper.crypto_provider(own));
}

/// One call over TLS with each transport.
fn calls(ureq: UreqTransportBuilder, hyper: HyperTransportBuilder) {
    let authority = Authority::new();
    let server = || {
        let response = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        Server::start([Script::respond(response).tls(&authority.good()).drain()])
    };
    let get = |server: &Server| {
        let request = Request::get(server.https_url("/")).body(RequestBody::empty());
        TransportRequest::new(request.expect("the URL is valid"))
    };
    let (first, second) = (server(), server());
    let ureq = ureq.extra_roots_pem(authority.pem()).build().expect("there is a provider");
    blocking::Transport::send(&ureq, get(&first)).expect("ureq's call succeeds");
    let hyper = hyper.extra_roots_pem(authority.pem()).build().expect("there is a provider");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(Transport::send(&hyper, get(&second))).expect("hyper's call succeeds");
    first.finish();
    second.finish();
}
