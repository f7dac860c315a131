//! No proxy from the environment. The environment belongs to the process, so each case runs in one of its
//! own: this program again, with the variables set and only one test to run.

mod support;

use std::process::Command;

use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{Delivery, TransportErrorKind as Kind};
use sphere_ureq::UreqTransport;
use support::{OK, Refused, Server, post};

#[test]
fn a_proxy_from_the_environment_is_not_used() {
    // Whoever used this proxy would be refused.
    let refused = Refused::new();
    let proxy = format!("http://{}", refused.address());
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
#[ignore = "run by the test above, in a process of its own"]
fn inside_the_child() {
    let server = Server::play(|door| {
        for _ in 0..2 {
            let mut peer = door.accept();
            peer.request();
            peer.answer(OK);
        }
    });
    // The variables are what they should be: ureq by itself would use the proxy.
    let agent = ureq::Agent::new_with_defaults();
    assert!(agent.config().proxy().is_some());
    assert!(agent.get(server.url("/")).call().is_err());

    UreqTransport::new().unwrap().send(post(&server.url("/"), "")).unwrap();
    UreqTransport::from_agent(agent).send(post(&server.url("/"), "")).unwrap();
    server.finish();

    let tls = Refused::new();
    let error = UreqTransport::new().unwrap().send(post(&format!("https://{}/", tls.address()), ""));
    let error = error.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Kind::Connect, Delivery::NotSent));
}

#[test]
fn a_proxy_that_was_set_by_hand_is_used() {
    let proxy = Server::play(|door| {
        let mut peer = door.accept();
        let seen = peer.request();
        peer.answer(b"HTTP/1.1 200 OK\r\n\r\n");
        let inner = peer.request();
        peer.answer(OK);
        (seen, inner)
    });
    let setting = ureq::Proxy::new(&proxy.url("")).unwrap();
    let agent = ureq::Agent::config_builder().proxy(Some(setting)).build().new_agent();
    UreqTransport::from_agent(agent).send(post("http://api.test/x", "")).unwrap();
    let (connect, inner) = proxy.finish();
    assert!(connect.starts_with(b"CONNECT api.test:80 "));
    assert!(inner.starts_with(b"POST /x "));
}
