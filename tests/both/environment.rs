//! No proxy from the environment is used. The environment belongs to the process, so the calls are made in another one:
//! this program again, with the variables set and a single test to run.

use std::process::Command;

use sphere_conformance::server::{RefusingPort, Script, Server};
use sphere_core::transport::{Delivery, TransportErrorKind as Kind};
use sphere_tests::transports::{AnyTransport, Options, post};

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
    let output = child.args(["--exact", "environment::calls_beside_a_proxy", "--ignored"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
#[ignore = "run by the test above, in its own process"]
fn calls_beside_a_proxy() {
    for transport in AnyTransport::both(&Options::default()) {
        let server = Server::start([Script::respond("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")]);
        transport.send(post(&server.url("/"), "k")).unwrap();
        server.finish();

        // The error would name a proxy.
        let refusing = RefusingPort::new();
        let url = format!("https://{}/", refusing.address());
        let error = transport.send(post(&url, "k")).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::NotSent));
        assert!(format!("{error:?}").contains("proxy: None"), "{error:?}");
    }
}
