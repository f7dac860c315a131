//! Which failures are proven unsent, and what kind each one is.

mod support;

use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{Delivery, TransportError, TransportErrorKind as Kind};
use sphere_ureq::UreqTransport;
use support::{OK, Refused, Server, post};

#[track_caller]
fn assert_is(error: &TransportError, kind: Kind, delivery: Delivery) {
    assert_eq!((error.kind(), error.delivery()), (kind, delivery), "{error:?}");
    for text in [format!("{error} {error:?}"), format!("{:?}", std::error::Error::source(error))] {
        assert!(!text.contains("sk_test_secret"), "{text}");
    }
}

fn fail(url: &str) -> TransportError {
    UreqTransport::new().unwrap().send(post(url, "{}")).unwrap_err()
}

/// What becomes of a request to a server that gives this answer and closes.
fn answered_with(answer: &'static [u8]) -> TransportError {
    let server = Server::play(move |door| {
        let mut peer = door.accept();
        peer.request();
        peer.answer(answer);
    });
    let error = fail(&server.url("/"));
    server.finish();
    error
}

#[test]
fn a_refused_port_is_unsent() {
    let refused = Refused::new();
    for scheme in ["http", "https"] {
        let error = fail(&format!("{scheme}://{}/", refused.address()));
        assert_is(&error, Kind::Connect, Delivery::NotSent);
    }
}

#[test]
fn a_handshake_that_is_cut_off_or_reset_is_unsent() {
    let cut = Server::play(|door| {
        let peer = door.accept();
        // Read what came, so that closing is no reset.
        let mut hello = [0; 5];
        std::io::Read::read_exact(&mut &peer.0, &mut hello).unwrap();
        let mut rest = vec![0; usize::from(u16::from_be_bytes([hello[3], hello[4]]))];
        std::io::Read::read_exact(&mut &peer.0, &mut rest).unwrap();
    });
    assert_is(&fail(&format!("https://{}/", cut.address)), Kind::Connect, Delivery::NotSent);
    let reset = Server::play(|door| door.accept().reset());
    assert_is(&fail(&format!("https://{}/", reset.address)), Kind::Connect, Delivery::NotSent);
}

#[test]
fn a_server_that_speaks_no_tls_is_refused_for_good() {
    let server = Server::play(|door| {
        let mut peer = door.accept();
        peer.answer(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        peer.wait_for_the_end();
    });
    assert_is(&fail(&format!("https://{}/", server.address)), Kind::Tls, Delivery::NotSent);
    server.finish();
}

#[test]
fn an_end_or_a_reset_after_the_request_may_have_been_sent() {
    let ended = answered_with(b"");
    assert_is(&ended, Kind::Interrupted, Delivery::Unknown);
    let within_the_head = answered_with(b"HTTP/1.1 200 OK\r\ncontent-");
    assert_is(&within_the_head, Kind::Interrupted, Delivery::Unknown);

    let server = Server::play(|door| door.accept().reset());
    assert_is(&fail(&server.url("/")), Kind::Interrupted, Delivery::Unknown);
}

#[test]
fn a_reset_on_a_reused_connection_is_not_taken_for_a_failed_connect() {
    let server = Server::play(|door| {
        let mut peer = door.accept();
        peer.request();
        peer.answer(OK);
        peer.reset();
    });
    let transport = UreqTransport::new().unwrap();
    transport.send(post(&server.url("/"), "")).unwrap();
    let error = transport.send(post(&server.url("/"), "")).unwrap_err();
    assert_is(&error, Kind::Interrupted, Delivery::Unknown);
}

#[test]
fn what_an_earlier_call_sent_proves_nothing_about_this_one() {
    let transport = UreqTransport::new().unwrap();
    let server = Server::play(|door| {
        let mut peer = door.accept();
        peer.request();
        peer.answer(OK);
    });
    transport.send(post(&server.url("/"), "")).unwrap();
    let refused = Refused::new();
    let error = transport.send(post(&format!("http://{}/", refused.address()), "")).unwrap_err();
    assert_is(&error, Kind::Connect, Delivery::NotSent);
}

#[test]
fn what_is_not_http_may_have_been_sent() {
    for answer in [
        b"SSH-2.0-OpenSSH_9.9\r\n\r\n".as_slice(),
        b"HTTP/1.1 2x0 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
    ] {
        assert_is(&answered_with(answer), Kind::Protocol, Delivery::Unknown);
    }
}

#[test]
fn a_body_that_breaks_keeps_its_head() {
    for (answer, kind) in [
        (b"HTTP/1.1 422 No\r\nx-id: 7\r\ncontent-length: 9\r\n\r\nhalf".as_slice(), Kind::Interrupted),
        (b"HTTP/1.1 422 No\r\nx-id: 7\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhalf", Kind::Interrupted),
        (
            b"HTTP/1.1 422 No\r\nx-id: 7\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n3",
            Kind::Interrupted,
        ),
        (b"HTTP/1.1 422 No\r\nx-id: 7\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n\r\n", Kind::Protocol),
    ] {
        let error = answered_with(answer);
        assert_is(&error, kind, Delivery::Unknown);
        assert_eq!(error.status().unwrap(), 422);
        assert_eq!(error.headers().unwrap()["x-id"], "7");
    }
}

#[test]
fn a_body_without_length_that_a_reset_cuts_short_is_not_whole() {
    let server = Server::play(|door| {
        let mut peer = door.accept();
        // A part of the request stays unread until the end, so that closing is a reset.
        std::io::Read::read_exact(&mut peer.0, &mut [0; 40]).unwrap();
        // More than the two kernels buffer: when it is written, the client has read the head.
        let mut answer = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        answer.resize(32 << 20, b'x');
        peer.answer(&answer);
    });
    let request = post(&server.url("/"), "{}").with_max_response_bytes(64 << 20);
    let error = UreqTransport::new().unwrap().send(request).unwrap_err();
    assert_is(&error, Kind::Interrupted, Delivery::Unknown);
    assert_eq!(error.status().unwrap(), 200);
    server.finish();
}
