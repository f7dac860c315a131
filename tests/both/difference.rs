//! The difference between the transports that ARCHITECTURE.md lists. That they do the same otherwise is the contracts'
//! and `tests/differences`' part.

use std::time::Duration;

use sphere_conformance::server::{Script, Server};
use sphere_core::transport::{Delivery, TransportErrorKind};
use sphere_tests::transports::{AnyTransport, Options, post};

/// If this fails, ureq was fixed: remove it there.
#[test]
fn only_ureq_refuses_a_100_with_headers() {
    let [hyper, ureq] = AnyTransport::both(&Options::default()).map(|transport| {
        let response = "HTTP/1.1 100 Continue\r\nx: y\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        let server = Server::start([Script::new().read_request().try_write(response).drain()]);
        let request = post(&format!("http://{}/", server.address()), "k");
        transport.send(request.with_time_left(Duration::from_secs(10)))
    });
    assert_eq!(hyper.unwrap().status(), 200);
    let error = ureq.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (TransportErrorKind::Protocol, Delivery::Unknown));
}
