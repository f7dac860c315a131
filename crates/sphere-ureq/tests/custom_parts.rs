//! An agent that was handed in: what holds for it as for ours, and what can no longer be proven.

mod support;

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{Delivery, TransportErrorKind as Kind, TransportRequest};
use sphere_ureq::UreqTransport;
use support::{OK, Refused, Server, post};

/// An agent with ureq's defaults, and one with everything set the other way.
fn agents() -> [ureq::Agent; 2] {
    let contrary = ureq::Agent::config_builder()
        .http_status_as_error(true)
        .max_redirects(3)
        .user_agent("agent/1")
        .accept("text/html")
        .accept_encoding("gzip")
        .max_response_header_size(usize::MAX)
        .timeout_global(None)
        .build();
    [ureq::Agent::new_with_defaults(), contrary.new_agent()]
}

#[test]
fn the_safe_settings_hold_for_every_agent() {
    for agent in agents() {
        let server = Server::play(|door| {
            let mut peer = door.accept();
            let bare = peer.request();
            peer.answer(b"HTTP/1.1 404 No\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nbody");
            // Without a user agent of its own, that request has a connection for itself.
            let mut peer = door.accept();
            let full = peer.request();
            peer.answer(b"HTTP/1.1 302 Go\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n");
            peer.request();
            peer.answer(OK);
            [bare, full]
        });
        let transport = UreqTransport::from_agent(agent);
        let bare = Request::post(server.url("/bare")).body(Bytes::new().into()).unwrap();
        let response = transport.send(TransportRequest::new(bare)).unwrap();
        assert_eq!(response.status(), 404);
        assert_eq!(response.headers()["content-encoding"], "gzip");
        assert_eq!(&response.body()[..], b"body");
        assert_eq!(transport.send(post(&server.url("/full"), "{}")).unwrap().status(), 302);
        assert_eq!(transport.send(post(&server.url("/next"), "{}")).unwrap().status(), 200);

        let address = server.address;
        let [bare, full] = server.finish().map(|seen| String::from_utf8(seen).unwrap());
        let mut lines: Vec<_> = bare.trim_end().lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, ["POST /bare HTTP/1.1", "content-length: 0", &format!("host: {address}")]);
        assert!(full.contains("user-agent: sphere-test/1\r\n") && !full.contains("gzip"), "{full}");
    }
}

#[test]
fn the_limits_hold_for_every_agent() {
    for agent in agents() {
        let server = Server::play(|door| {
            let mut peer = door.accept();
            peer.request();
            peer.answer(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n12345");
            let mut peer = door.accept();
            peer.request();
            peer.wait_for_the_end();
            let mut peer = door.accept();
            peer.request();
            peer.answer(b"HTTP/1.1 200 OK\r\nx: ");
            peer.flood(&[b'x'; 1024]);
        });
        let transport = UreqTransport::from_agent(agent);
        let request = post(&server.url("/"), "");
        let error = transport.send(request.with_max_response_bytes(4)).unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (Kind::TooLarge, 200));
        let request = post(&server.url("/"), "").with_time_left(Duration::from_millis(100));
        let error = transport.send(request).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (Kind::Timeout, Delivery::Unknown));
        let error = transport.send(post(&server.url("/"), "")).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (Kind::Protocol, Delivery::Unknown));
        server.finish();
    }
}

#[test]
fn what_nobody_watched_is_not_claimed_to_be_unsent() {
    let refused = Refused::new();
    let transport = UreqTransport::from_agent(ureq::Agent::new_with_defaults());
    // A call on the same thread that was witnessed proves nothing about the next.
    let witnessed = UreqTransport::new().unwrap();
    let url = format!("http://{}/", refused.address());
    assert_eq!(witnessed.send(post(&url, "")).unwrap_err().delivery(), Delivery::NotSent);
    let error = transport.send(post(&url, "")).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::Unknown));
    // Ours to say, before the agent is asked.
    let error = transport.send(post(&url, "").with_time_left(Duration::ZERO)).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Kind::Timeout, Delivery::NotSent));
}
