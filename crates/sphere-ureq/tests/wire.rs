//! What is special to this transport on the wire. What every transport must do is in the conformance suite
//! (`tests/both/conformance/` of the workspace).

use std::time::Duration;

use http::Request;
use sphere_conformance::server::{Gate, Script, Server};
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{RequestBody, TransportRequest};
use sphere_ureq::UreqTransport;

const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

#[test]
fn no_connection_is_reused_if_none_is_kept() {
    let builders = [
        UreqTransport::builder().idle_timeout(Duration::ZERO),
        UreqTransport::builder().max_idle_connections(0),
    ];
    for builder in builders {
        // The first connection stays open, so the transport itself must decide against reuse.
        let open = Gate::new();
        let first = Script::respond(EMPTY).pause(&open).drain();
        let server = Server::start([first, Script::respond(EMPTY)]);
        let transport = builder.build().unwrap();
        for _ in 0..2 {
            let request = Request::get(server.url("/")).body(RequestBody::empty()).unwrap();
            transport.send(TransportRequest::new(request).with_time_left(Duration::from_secs(5))).unwrap();
        }
        open.open();
        server.finish();
    }
}

#[test]
fn idle_connections_end_with_the_transport() {
    let server = Server::start([Script::respond(EMPTY)]);
    let transport = UreqTransport::new().unwrap();
    let request = Request::get(server.url("/")).body(RequestBody::empty()).unwrap();
    transport.send(TransportRequest::new(request)).unwrap();
    drop(transport);
    server.wait_until_closed(0);
    server.finish();
}
