//! A custom agent: which of our settings hold for it as well, and what can no longer be proven.

use std::error::Error as _;
use std::time::Duration;

use http::Request;
use sphere_conformance::server::{RefusingPort, Reply, Script, Server};
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{Delivery, RequestBody, TransportErrorKind as Kind, TransportRequest};
use sphere_ureq::UreqTransport;

/// A POST with the headers that core sets.
fn post(url: &str) -> TransportRequest {
    let request = Request::post(url)
        .header("accept", "application/json")
        .header("user-agent", "sphere-test/1")
        .header("content-length", 0);
    TransportRequest::new(request.body(RequestBody::empty()).unwrap())
}

/// An agent with ureq's defaults, and one with the opposite of each of our settings.
fn agents() -> [ureq::Agent; 2] {
    let opposite = ureq::Agent::config_builder()
        .http_status_as_error(true)
        .max_redirects(3)
        .user_agent("agent/1")
        .accept("text/html")
        .accept_encoding("gzip")
        .max_response_header_size(usize::MAX)
        .timeout_global(None)
        .build();
    [ureq::Agent::new_with_defaults(), opposite.new_agent()]
}

#[test]
fn safe_settings_hold_for_every_agent() {
    for agent in agents() {
        let server = Server::serve(|request| match request.target().as_str() {
            "/bare" => "HTTP/1.1 404 No\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nbody",
            _ => "HTTP/1.1 302 Go\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n",
        });
        let transport = UreqTransport::from_agent(agent);
        let bare = Request::post(server.url("/bare")).body(RequestBody::empty()).unwrap();
        let response = transport.send(TransportRequest::new(bare)).unwrap();
        assert_eq!(response.status(), 404);
        assert_eq!(response.headers()["content-encoding"], "gzip");
        assert_eq!(&response.body()[..], b"body");
        assert_eq!(transport.send(post(&server.url("/full"))).unwrap().status(), 302);

        let requests = server.finish();
        let headers = requests.iter().map(|request| {
            let mut names: Vec<_> = request.headers().into_iter().map(|(name, _)| name).collect();
            names.sort_unstable();
            names.join(" ")
        });
        assert_eq!(
            headers.collect::<Vec<_>>(),
            ["content-length host", "accept content-length host user-agent"]
        );
        assert_eq!(requests[1].header("user-agent"), [b"sphere-test/1"]);
    }
}

#[test]
fn limits_hold_for_every_agent() {
    for agent in agents() {
        let server = Server::serve(|request| match request.target().as_str() {
            "/large" => Reply::new("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n12345"),
            _ => Reply::new("").silence(),
        });
        let transport = UreqTransport::from_agent(agent);
        let request = post(&server.url("/large")).with_max_response_bytes(4);
        let error = transport.send(request).unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (Kind::TooLarge, 200));
        let request = post(&server.url("/silent")).with_time_left(Duration::from_millis(100));
        assert_eq!(transport.send(request).unwrap_err().kind(), Kind::Timeout);
        server.finish();

        let endless = Script::respond("HTTP/1.1 200 OK\r\nx: ").flood([b'x'; 1024]);
        let server = Server::start([endless]);
        let error = transport.send(post(&server.url("/"))).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (Kind::Protocol, Delivery::Unknown));
        server.finish();
    }
}

#[test]
fn error_of_an_agent_shows_no_url() {
    let agent = ureq::Agent::config_builder().https_only(true).build().new_agent();
    let error =
        UreqTransport::from_agent(agent).send(post("http://127.0.0.1:1/customer_canary")).unwrap_err();
    assert_eq!(
        (error.kind(), error.source().unwrap().to_string()),
        (Kind::Setup, "the agent sends https only".into())
    );
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
}

#[test]
fn unproven_delivery_is_unknown() {
    let refusing = RefusingPort::new();
    let url = format!("http://{}/", refusing.address());
    let transport = UreqTransport::from_agent(ureq::Agent::new_with_defaults());
    // The proof of another transport's call on the same thread is not used.
    let proving = UreqTransport::new().unwrap();
    assert_eq!(proving.send(post(&url)).unwrap_err().delivery(), Delivery::NotSent);
    let error = transport.send(post(&url)).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::Unknown));
    // We know this before the agent is asked.
    let error = transport.send(post(&url).with_time_left(Duration::ZERO)).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Kind::Timeout, Delivery::NotSent));
}
