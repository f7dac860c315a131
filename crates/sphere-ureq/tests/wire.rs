//! What goes out and what comes back, byte for byte, and on which connection.

mod support;

use bytes::Bytes;
use http::Request;
use sphere_core::transport::TransportRequest;
use sphere_core::transport::blocking::Transport;
use sphere_ureq::UreqTransport;
use support::{OK, Server, post};

/// Sends one request to a server that gives this answer.
fn answered_with(answer: &'static [u8]) -> sphere_core::transport::TransportResponse {
    let server = Server::play(move |door| {
        let mut peer = door.accept();
        peer.request();
        peer.answer(answer);
    });
    let response = UreqTransport::new().unwrap().send(post(&server.url("/"), "")).unwrap();
    server.finish();
    response
}

#[test]
fn a_request_goes_out_as_it_is_given_with_nothing_added_but_host() {
    let server = Server::play(|door| {
        let mut peer = door.accept();
        let seen = peer.request();
        peer.answer(OK);
        seen
    });
    let transport = UreqTransport::new().unwrap();
    let response = transport.send(post(&server.url("/v2/customer/a_b-1/x?q=%2F&r"), "{\"a\":1}")).unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(&response.body()[..], b"ok");

    let address = server.address;
    let seen = String::from_utf8(server.finish()).unwrap();
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> = head.lines().collect();
    assert_eq!(lines.remove(0), "POST /v2/customer/a_b-1/x?q=%2F&r HTTP/1.1");
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "accept: application/json",
            "authorization: Bearer sk_test_secret",
            "content-length: 7",
            &format!("host: {address}"),
            "user-agent: sphere-test/1",
        ]
    );
    assert_eq!(body, "{\"a\":1}");
}

#[test]
fn an_empty_post_says_length_zero_and_is_not_chunked() {
    let server = Server::play(|door| {
        let mut peer = door.accept();
        let seen = peer.request();
        peer.answer(OK);
        // If a chunked end had followed, it would stand before the next request.
        let next = peer.request();
        peer.answer(OK);
        (seen, next)
    });
    let transport = UreqTransport::new().unwrap();
    for _ in 0..2 {
        transport.send(post(&server.url("/"), "")).unwrap();
    }
    let (seen, next) = server.finish();
    let text = String::from_utf8(seen.clone()).unwrap();
    assert!(text.contains("\r\ncontent-length: 0\r\n"), "{text}");
    assert!(!text.contains("transfer-encoding"), "{text}");
    assert_eq!(seen, next);
}

#[test]
fn a_bare_request_gets_no_header_but_host_and_what_frames_it() {
    for (method, framing) in
        [("GET", None), ("DELETE", None), ("HEAD", None), ("POST", Some("content-length: 0"))]
    {
        let server = Server::play(|door| {
            let mut peer = door.accept();
            let seen = peer.request();
            peer.answer(b"HTTP/1.1 204 No Content\r\n\r\n");
            seen
        });
        let request =
            Request::builder().method(method).uri(server.url("/x")).body(Bytes::new().into()).unwrap();
        UreqTransport::new().unwrap().send(TransportRequest::new(request)).unwrap();
        let address = server.address;
        let seen = String::from_utf8(server.finish()).unwrap();
        let mut lines: Vec<_> = seen.trim_end().lines().collect();
        assert_eq!(lines.remove(0), format!("{method} /x HTTP/1.1"));
        lines.sort_unstable();
        let host = format!("host: {address}");
        let expected: Vec<&str> = framing.into_iter().chain([host.as_str()]).collect();
        assert_eq!(lines, expected, "{method}");
    }
}

#[test]
fn every_status_is_an_answer() {
    for status in [200, 201, 204, 304, 400, 401, 404, 422, 429, 500, 503, 599] {
        let server = Server::play(move |door| {
            let mut peer = door.accept();
            peer.request();
            peer.answer(format!("HTTP/1.1 {status} Whatever\r\ncontent-length: 0\r\n\r\n").as_bytes());
        });
        let response = UreqTransport::new().unwrap().send(post(&server.url("/"), "")).unwrap();
        assert_eq!(response.status(), status);
    }
}

#[test]
fn headers_come_back_all_of_them_and_raw() {
    let response = answered_with(
        b"HTTP/1.1 422 No\r\nx-twice: 1\r\nx-twice: 2\r\nx-raw: caf\xe9\r\ncontent-length: 3\r\n\r\n\xff\x00!",
    );
    assert_eq!(response.headers().get_all("x-twice").iter().collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(response.headers()["x-raw"].as_bytes(), b"caf\xe9");
    assert_eq!(&response.body()[..], b"\xff\x00!");
}

#[test]
fn a_redirect_is_an_answer_and_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::play(move |door| {
            let mut peer = door.accept();
            peer.request();
            let head = format!("HTTP/1.1 {status} Go\r\nlocation: /elsewhere\r\ncontent-length: 2\r\n\r\ngo");
            peer.answer(head.as_bytes());
            // The same connection serves the next call; a followed redirect would stand here.
            let next = peer.request();
            peer.answer(OK);
            next
        });
        let transport = UreqTransport::new().unwrap();
        let response = transport.send(post(&server.url("/first"), "")).unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["location"], "/elsewhere");
        assert_eq!(&response.body()[..], b"go");
        transport.send(post(&server.url("/second"), "")).unwrap();
        assert!(server.finish().starts_with(b"POST /second "));
    }
}

#[test]
fn a_redirect_with_a_location_that_is_none_is_an_answer_too() {
    for answer in [
        b"HTTP/1.1 302 Go\r\ncontent-length: 0\r\n\r\n".as_slice(),
        b"HTTP/1.1 302 Go\r\nlocation: http://[\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 302 Go\r\nlocation: \xff\r\ncontent-length: 0\r\n\r\n",
    ] {
        assert_eq!(answered_with(answer).status(), 302);
    }
}

#[test]
fn a_compressed_body_comes_back_compressed() {
    let response = answered_with(
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-type: text/plain; charset=latin1\r\n\
          content-length: 5\r\n\r\n\x1f\x8b\x08\x00\xe9",
    );
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(&response.body()[..], b"\x1f\x8b\x08\x00\xe9");
}

#[test]
fn a_chunked_body_and_one_that_ends_with_the_connection_come_back_whole() {
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n2;x=y\r\nbc\r\n0\r\n\r\n";
    assert_eq!(&answered_with(chunked).body()[..], b"abc");
    assert_eq!(&answered_with(b"HTTP/1.1 200 OK\r\n\r\nto the end").body()[..], b"to the end");
}

#[test]
fn interim_answers_are_skipped() {
    let response = answered_with(
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n\
          HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
    );
    assert_eq!(response.status(), 200);
    assert_eq!(&response.body()[..], b"ok");
}

#[test]
fn one_connection_serves_one_call_after_the_other_whatever_the_status() {
    let server = Server::play(|door| {
        let mut peer = door.accept();
        for status in [200, 404, 422, 500, 503, 302] {
            peer.request();
            peer.answer(format!("HTTP/1.1 {status} X\r\ncontent-length: 1\r\n\r\nx").as_bytes());
        }
    });
    let transport = UreqTransport::new().unwrap();
    for status in [200, 404, 422, 500, 503, 302] {
        assert_eq!(transport.clone().send(post(&server.url("/"), "{}")).unwrap().status(), status);
    }
    server.finish();
}

#[test]
fn a_connection_that_the_server_closed_while_idle_does_not_break_the_next_call() {
    let (closed, is_closed) = std::sync::mpsc::channel();
    let server = Server::play(move |door| {
        let mut peer = door.accept();
        peer.request();
        peer.answer(OK);
        drop(peer);
        closed.send(()).unwrap();
        let mut peer = door.accept();
        peer.request();
        peer.answer(OK);
    });
    let transport = UreqTransport::new().unwrap();
    transport.send(post(&server.url("/"), "")).unwrap();
    is_closed.recv().unwrap();
    assert_eq!(transport.send(post(&server.url("/"), "")).unwrap().status(), 200);
    server.finish();
}

#[test]
fn bytes_after_an_answer_retire_the_connection() {
    let server = Server::play(|door| {
        let mut peer = door.accept();
        peer.request();
        peer.answer(
            b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil",
        );
        let mut next = door.accept();
        next.request();
        next.answer(OK);
    });
    let transport = UreqTransport::new().unwrap();
    for _ in 0..2 {
        assert_eq!(&transport.send(post(&server.url("/"), "")).unwrap().body()[..], b"ok");
    }
    server.finish();
}

#[test]
fn no_connection_serves_twice_if_idle_ones_are_not_kept() {
    let builders = [
        UreqTransport::builder().idle_timeout(std::time::Duration::ZERO),
        UreqTransport::builder().max_idle_connections(0),
    ];
    for builder in builders {
        let server = Server::play(|door| {
            let mut first = door.accept();
            first.request();
            first.answer(OK);
            let mut second = door.accept();
            second.request();
            second.answer(OK);
            // Open until now: nothing but its own choice kept the transport from using it again.
            drop(first);
        });
        let transport = builder.build().unwrap();
        for _ in 0..2 {
            let request = post(&server.url("/"), "").with_time_left(std::time::Duration::from_secs(5));
            transport.send(request).unwrap();
        }
        server.finish();
    }
}
