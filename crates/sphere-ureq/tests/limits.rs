//! Limits of time and of size.

mod support;

use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{Delivery, TransportError, TransportErrorKind as Kind, TransportRequest};
use sphere_ureq::UreqTransport;
use support::{Server, post};

const SHORT: Duration = Duration::from_millis(150);

/// Far more than [`SHORT`], far less than the 30 seconds that a request has by default.
const SOON: Duration = Duration::from_secs(8);

fn fail(request: TransportRequest) -> TransportError {
    let start = Instant::now();
    let error = UreqTransport::new().unwrap().send(request).unwrap_err();
    assert!(start.elapsed() < SOON, "{error:?} took {:?}", start.elapsed());
    error
}

#[track_caller]
fn assert_timeout(error: &TransportError, delivery: Delivery) {
    assert_eq!((error.kind(), error.delivery()), (Kind::Timeout, delivery), "{error:?}");
}

#[test]
fn no_time_left_fails_at_once_and_unsent() {
    // Nobody listens: connecting would be another error.
    let error = fail(post("http://127.0.0.1:1/", "").with_time_left(Duration::ZERO));
    assert_timeout(&error, Delivery::NotSent);
}

#[test]
fn endless_limits_overflow_nothing() {
    let server = Server::play(|door| {
        let mut peer = door.accept();
        peer.request();
        peer.answer(support::OK);
    });
    let request = post(&server.url("/"), "")
        .with_time_left(Duration::MAX)
        .with_connect_timeout(Duration::MAX)
        .with_max_response_bytes(usize::MAX);
    assert_eq!(UreqTransport::new().unwrap().send(request).unwrap().status(), 200);
}

#[test]
fn a_server_that_never_answers_times_out() {
    let server = Server::play(|door| {
        let mut peer = door.accept();
        peer.request();
        peer.wait_for_the_end();
    });
    let error = fail(post(&server.url("/"), "").with_time_left(SHORT));
    assert_timeout(&error, Delivery::Unknown);
    assert_eq!(error.status(), None);
    server.finish();
}

#[test]
fn a_head_that_dribbles_times_out() {
    let server = Server::play(|door| {
        let mut peer = door.accept();
        peer.request();
        peer.answer(b"HTTP/1.1 200 OK\r\nx-long: ");
        peer.wait_for_the_end();
    });
    assert_timeout(&fail(post(&server.url("/"), "").with_time_left(SHORT)), Delivery::Unknown);
    server.finish();
}

#[test]
fn a_body_that_stops_times_out_and_its_head_is_kept() {
    let server = Server::play(|door| {
        let mut peer = door.accept();
        peer.request();
        peer.answer(b"HTTP/1.1 503 Busy\r\nretry-after: 7\r\ncontent-length: 100\r\n\r\nhalf");
        peer.wait_for_the_end();
    });
    let error = fail(post(&server.url("/"), "").with_time_left(SHORT));
    assert_timeout(&error, Delivery::Unknown);
    assert_eq!(error.status().unwrap(), 503);
    assert_eq!(error.headers().unwrap()["retry-after"], "7");
    server.finish();
}

#[test]
fn a_body_that_dribbles_for_ever_times_out() {
    let server = Server::play(|door| {
        let mut peer = door.accept();
        peer.request();
        peer.answer(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        // Always something to read, never an end, until the client goes away.
        peer.flood(b"1\r\na\r\n");
    });
    let request = post(&server.url("/"), "").with_time_left(SHORT).with_max_response_bytes(usize::MAX);
    let error = fail(request);
    assert_timeout(&error, Delivery::Unknown);
    assert_eq!(error.status().unwrap(), 200);
    server.finish();
}

#[test]
fn a_server_that_never_reads_times_out_while_writing() {
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    let server = Server::play(move |door| {
        let _peer = door.accept();
        let _ = is_done.recv();
    });
    // More than the two kernels buffer.
    let body: &'static str = "x".repeat(32 << 20).leak();
    let error = fail(post(&server.url("/"), body).with_time_left(SHORT));
    assert_timeout(&error, Delivery::Unknown);
    drop(done);
    server.finish();
}

#[test]
fn endless_interim_answers_time_out() {
    let server = Server::play(|door| {
        let mut peer = door.accept();
        peer.request();
        peer.flood(b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n");
    });
    assert_timeout(&fail(post(&server.url("/"), "").with_time_left(SHORT)), Delivery::Unknown);
    server.finish();
}

#[test]
fn a_tls_handshake_that_never_ends_is_bounded_by_the_connect_timeout() {
    let server = Server::play(|door| door.accept().wait_for_the_end());
    let url = format!("https://{}/", server.address);
    assert_timeout(&fail(post(&url, "").with_connect_timeout(SHORT)), Delivery::NotSent);
    server.finish();
}

#[test]
fn a_connect_that_nobody_answers_is_bounded_by_the_connect_timeout() {
    // Fill the queue of a listener that accepts nobody: then the system drops what comes next.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while waiting.len() < 10_000 {
        match TcpStream::connect_timeout(&address, SHORT) {
            Ok(stream) => waiting.push(stream),
            Err(_) => break,
        }
    }
    let error = fail(post(&format!("http://{address}/"), "").with_connect_timeout(SHORT));
    assert_timeout(&error, Delivery::NotSent);
}

/// Sends one request, with a limit of four bytes for the body, to a server that gives this answer.
fn of_four(answer: &'static [u8]) -> Result<Vec<u8>, TransportError> {
    let server = Server::play(move |door| {
        let mut peer = door.accept();
        peer.request();
        peer.answer(answer);
    });
    let request = post(&server.url("/"), "").with_max_response_bytes(4);
    let result = UreqTransport::new().unwrap().send(request);
    server.finish();
    result.map(|response| response.body().to_vec())
}

#[test]
fn exactly_the_limit_is_accepted() {
    for answer in [
        b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n1234".as_slice(),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n1234\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n1234",
    ] {
        assert_eq!(of_four(answer).unwrap(), b"1234");
    }
}

#[test]
fn one_byte_more_is_too_large_and_the_head_is_kept() {
    for answer in [
        b"HTTP/1.1 422 No\r\nx-id: 7\r\ncontent-length: 5\r\n\r\n12345".as_slice(),
        b"HTTP/1.1 422 No\r\nx-id: 7\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n",
        b"HTTP/1.1 422 No\r\nx-id: 7\r\n\r\n12345",
    ] {
        let error = of_four(answer).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (Kind::TooLarge, Delivery::Unknown), "{error:?}");
        assert_eq!(error.status().unwrap(), 422);
        assert_eq!(error.headers().unwrap()["x-id"], "7");
    }
}

#[test]
fn an_endless_chunked_body_is_cut_off() {
    let server = Server::play(|door| {
        let mut peer = door.accept();
        peer.request();
        peer.answer(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        peer.flood(b"4\r\nmore\r\n");
    });
    let error = fail(post(&server.url("/"), ""));
    assert_eq!(error.kind(), Kind::TooLarge);
    assert_eq!(error.status().unwrap(), 200);
    server.finish();
}

#[test]
fn a_large_body_right_behind_an_interim_answer_is_no_large_head() {
    let server = Server::play(|door| {
        let mut peer = door.accept();
        peer.request();
        let mut answer =
            b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n".to_vec();
        answer.resize(answer.len() + 100_000, b'x');
        peer.answer(&answer);
    });
    let response = UreqTransport::new().unwrap().send(post(&server.url("/"), "")).unwrap();
    assert_eq!(response.body().len(), 100_000);
    server.finish();
}

#[test]
fn a_head_that_is_too_long_or_has_too_many_headers_is_a_protocol_error() {
    let endless = Server::play(|door| {
        let mut peer = door.accept();
        peer.request();
        peer.answer(b"HTTP/1.1 200 OK\r\nx: ");
        peer.flood(&[b'x'; 1024]);
    });
    let long = Server::play(|door| {
        let mut peer = door.accept();
        peer.request();
        peer.answer(format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(40_000)).as_bytes());
        peer.wait_for_the_end();
    });
    let many = Server::play(|door| {
        let mut peer = door.accept();
        peer.request();
        peer.answer(format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(200)).as_bytes());
        peer.wait_for_the_end();
    });
    for server in [endless, long, many] {
        let error = fail(post(&server.url("/"), ""));
        assert_eq!((error.kind(), error.delivery()), (Kind::Protocol, Delivery::Unknown), "{error:?}");
        server.finish();
    }
}
