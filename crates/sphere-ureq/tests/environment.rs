//! No proxy from the environment is used. The environment belongs to the process, so each case runs in its own:
//! this program again, with the variables set and a single test to run.

use std::process::Command;

use http::Request;
use sphere_conformance::server::{RefusingPort, Script, Server};
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{Delivery, RequestBody, TransportErrorKind as Kind, TransportRequest};
use sphere_ureq::UreqTransport;

const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

fn get(url: &str) -> TransportRequest {
    TransportRequest::new(Request::get(url).body(RequestBody::empty()).unwrap())
}

#[test]
fn proxy_from_the_environment_is_not_used() {
    // A transport that used this proxy would be refused.
    let refusing = RefusingPort::new();
    let proxy = format!("http://{}", refusing.address());
    let mut child = Command::new(std::env::current_exe().unwrap());
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        child.env(name, &proxy).env(name.to_ascii_lowercase(), &proxy);
    }
    for name in ["NO_PROXY", "no_proxy", "REQUEST_METHOD"] {
        child.env_remove(name);
    }
    let output = child.args(["--exact", "inside_the_child", "--ignored"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
#[ignore = "run by the test above, in its own process"]
fn inside_the_child() {
    let server = Server::start([Script::respond(EMPTY)]);
    // The variables are set: ureq on its own would use the proxy.
    let agent = ureq::Agent::new_with_defaults();
    assert!(agent.config().proxy().is_some());
    assert!(agent.get(server.url("/")).call().is_err());

    UreqTransport::new().unwrap().send(get(&server.url("/"))).unwrap();
    server.finish();

    let refusing = RefusingPort::new();
    let url = format!("https://{}/", refusing.address());
    let error = UreqTransport::new().unwrap().send(get(&url)).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::NotSent));
}
