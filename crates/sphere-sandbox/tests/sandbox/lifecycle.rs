//! Starting, sharing and stopping.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
};

use sphere_sandbox::{Reply, Sandbox, StartError, Turn};

use crate::wire::{SAFETY_NET, ask_for_link, connect, link_request};

/// The server has gone: nothing more can be read.
#[track_caller]
fn assert_is_cut_off(client: &mut TcpStream) {
    match client.read(&mut [0; 1]) {
        Ok(0) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn sandbox_listens_on_loopback_only() {
    let sandbox = Sandbox::start().unwrap();
    let port = sandbox.base_url().strip_prefix("http://127.0.0.1:");
    port.unwrap().parse::<u16>().unwrap();
    assert_eq!(sandbox.api_key(), Sandbox::DEFAULT_API_KEY);
    assert_eq!(sandbox.authority_pem(), None);
}

#[test]
fn drop_ends_held_requests() {
    let sandbox = Sandbox::start().unwrap();
    let (turn, gate) = Turn::held();
    sandbox.reply_next(turn);
    let mut client = connect(sandbox.base_url());
    client.write_all(&link_request(&sandbox, "customer_ada")).unwrap();
    assert!(sandbox.wait_for_requests(1, SAFETY_NET));

    drop(sandbox);

    assert_is_cut_off(&mut client);
    gate.open();
}

#[test]
fn drop_closes_idle_connections() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = connect(sandbox.base_url());
    // Its thread has seen the connection once a later one has been served.
    ask_for_link(&sandbox, "customer_ada");
    drop(sandbox);
    assert_is_cut_off(&mut client);
}

#[test]
fn sandbox_works_inside_an_async_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let sandbox = Sandbox::start().unwrap();
        // Blocking this runtime's only thread must not stop the sandbox from answering.
        assert_eq!(ask_for_link(&sandbox, "customer_ada").status, 201);
        drop(sandbox);
    });
}

#[test]
fn connection_can_be_reused() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = connect(sandbox.base_url());
    let keep_alive = b"GET /favicon.ico HTTP/1.1\r\nhost: localhost\r\n\r\n";
    client.write_all(keep_alive).unwrap();
    client.write_all(&link_request(&sandbox, "customer_ada")).unwrap();
    let mut responses = String::new();
    client.read_to_string(&mut responses).unwrap();
    assert!(responses.starts_with("HTTP/1.1 204 "), "{responses}");
    assert!(responses.contains("HTTP/1.1 201 "), "{responses}");
}

#[test]
fn taken_port_is_named_in_the_error() {
    let first = Sandbox::start().unwrap();
    let port = first.base_url().rsplit(':').next().unwrap();
    let error = Sandbox::builder().port(port.parse().unwrap()).start().unwrap_err();
    assert!(matches!(error, StartError::Listen { .. }), "{error:?}");
    assert!(error.to_string().contains(port), "{error}");
}

#[test]
fn unsendable_key_is_an_error() {
    for key in ["", "two words", "tab\t", "line\n", "é"] {
        let error = Sandbox::builder().api_key(key).start().unwrap_err();
        assert!(matches!(error, StartError::UnusableApiKey), "{error:?}");
    }
}

#[test]
fn bad_return_url_is_an_error() {
    for url in [
        "",
        "/return",
        "shop.example",
        "javascript:alert(1)",
        "ftp://shop.example/",
        "https://a b/",
        "https://shop.example/é",
        "https://",
    ] {
        let error = Sandbox::builder().return_to(url).start().unwrap_err();
        assert!(matches!(error, StartError::UnusableReturnUrl), "{url:?}: {error:?}");
    }
    for url in ["http://127.0.0.1:8080", "https://shop.example/return?to=1"] {
        assert!(Sandbox::builder().return_to(url).start().is_ok(), "{url}");
    }
}

#[test]
fn sandbox_can_be_shared_between_threads() {
    fn assert_shareable<T: Send + Sync + 'static>() {}
    assert_shareable::<Sandbox>();
    assert_shareable::<Reply>();
    assert_shareable::<Turn>();
    assert_shareable::<StartError>();
}
