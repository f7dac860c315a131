//! Who is let in: requests for this host, framed in one way.

use std::io::{Read as _, Write as _};

use sphere_sandbox::Sandbox;

use crate::wire::{bearer, connect, exchange};

fn status(sandbox: &Sandbox, request: &str) -> u16 {
    exchange(&mut connect(sandbox.base_url()), request.as_bytes()).status
}

#[test]
fn only_own_host_names_are_answered() {
    let sandbox = Sandbox::start().unwrap();
    let port = sandbox.base_url().rsplit(':').next().unwrap();
    let key = bearer(&sandbox);
    for path in ["/", "/v2/customer"] {
        for (host, expected) in [
            (format!("127.0.0.1:{port}"), 200),
            ("LocalHost:1".to_owned(), 200),
            (format!("[::1]:{port}"), 200),
            (format!("evil.example:{port}"), 421),
            (format!("localhost.evil.example:{port}"), 421),
            ("a b".to_owned(), 421),
            (format!("localhost:{port}\r\nhost: localhost:{port}"), 400),
        ] {
            let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{key}\r\n");
            assert_eq!(status(&sandbox, &request), expected, "{path} at {host}");
        }
        let without = format!("GET {path} HTTP/1.1\r\nconnection: close\r\n{key}\r\n");
        assert_eq!(status(&sandbox, &without), 400);
        let absolute = format!(
            "GET http://evil.example{path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{key}\r\n"
        );
        assert_eq!(status(&sandbox, &absolute), 421);
    }
    // Only what was let in is recorded.
    assert_eq!(sandbox.requests().len(), 3);
}

#[test]
fn two_framings_are_refused() {
    let sandbox = Sandbox::start().unwrap();
    let head = |headers: &str| {
        let key = bearer(&sandbox);
        format!(
            "POST /v2/customer/customer_ada/face-verification-link HTTP/1.1\r\nhost: localhost\r\n{key}{headers}\r\n"
        )
    };
    let chunked = "Transfer-Encoding: chunked\r\n";
    let smuggled = ["Content-Length: 5\r\n", chunked].map(str::to_owned);
    for headers in [smuggled.concat(), smuggled.iter().rev().cloned().collect()] {
        // Behind another request on the same connection, too.
        for before in [head(""), head("content-length: 0\r\n"), String::new()] {
            let mut client = connect(sandbox.base_url());
            client.write_all(format!("{before}{}0\r\n\r\n", head(&headers)).as_bytes()).unwrap();
            let mut responses = String::new();
            client.read_to_string(&mut responses).unwrap();
            let expected = usize::from(!before.is_empty());
            assert_eq!(responses.matches("HTTP/1.1 201").count(), expected, "{headers}: {responses}");
            assert_eq!(responses.matches("HTTP/1.1 400").count(), 1, "{headers}: {responses}");
        }
    }
    // Words of a body are no framing, and a chunked request is the last of its connection.
    let body = "content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n";
    let post = format!("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let mut client = connect(sandbox.base_url());
    let all = format!("{post}{}0\r\n\r\n{}", head(chunked), head(""));
    client.write_all(all.as_bytes()).unwrap();
    let mut responses = String::new();
    client.read_to_string(&mut responses).unwrap();
    let statuses: Vec<_> =
        responses.match_indices("HTTP/1.1 ").map(|(at, _)| &responses[at + 9..at + 12]).collect();
    assert_eq!(statuses, ["405", "201"], "{responses}");
}
