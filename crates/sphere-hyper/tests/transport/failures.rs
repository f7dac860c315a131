//! What kind of failure it was, and whether the request may have been sent.

use std::net::TcpListener;

use super::server::{Server, answer, script};
use super::*;

#[tokio::test]
async fn a_refused_connection_and_an_unknown_name_are_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let error = send(&transport(), &url).await.unwrap_err();
    assert_eq!(facts(&error), (TransportErrorKind::Connect, Delivery::NotSent, None));

    // Where there is no resolver, looking up a name may also take longer than the time to connect.
    let error = send(&transport(), "http://name.invalid/").await.unwrap_err();
    assert_eq!(error.delivery(), Delivery::NotSent);
}

#[tokio::test]
async fn an_end_after_the_request_is_unknown_and_the_request_is_not_sent_again() {
    // One script: a second connection would be refused, and be another kind of error.
    let server = Server::start(vec![script(|mut connection| {
        connection.read_request();
        connection.close();
    })]);
    let error = send(&transport(), &server.url()).await.unwrap_err();
    assert_eq!(facts(&error), (TransportErrorKind::Interrupted, Delivery::Unknown, None));
    server.finish().await;
}

#[tokio::test]
async fn an_end_on_a_reused_connection_is_unknown_too() {
    let server = Server::start(vec![script(|mut connection| {
        connection.read_request();
        connection.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        connection.read_request();
        connection.close();
    })]);
    let transport = transport();
    send(&transport, &server.url()).await.unwrap();
    let error = send(&transport, &server.url()).await.unwrap_err();
    assert_eq!(facts(&error), (TransportErrorKind::Interrupted, Delivery::Unknown, None));
    server.finish().await;
}

#[tokio::test]
async fn what_is_not_http_is_a_protocol_error() {
    for garbage in [
        "nonsense\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\x15\x03\x01\x00\x02\x02\x28",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n",
    ] {
        let server = Server::start(vec![answer(garbage)]);
        let transport = transport();
        let error = send(&transport, &server.url()).await.unwrap_err();
        assert_eq!(facts(&error), (TransportErrorKind::Protocol, Delivery::Unknown, None), "{garbage:?}");
        drop(transport);
        server.finish().await;
    }
}

#[tokio::test]
async fn a_broken_body_keeps_the_head() {
    for (body, kind) in [
        ("content-length: 9\r\n\r\nhalf", TransportErrorKind::Interrupted),
        ("transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n", TransportErrorKind::Interrupted),
        ("transfer-encoding: chunked\r\n\r\nzz\r\n", TransportErrorKind::Protocol),
    ] {
        let server = Server::start(vec![script(move |mut connection| {
            connection.read_request();
            connection.write(format!("HTTP/1.1 422 X\r\nx-id: 7\r\n{body}").as_bytes());
            connection.close();
        })]);
        let error = send(&transport(), &server.url()).await.unwrap_err();
        assert_eq!(facts(&error), (kind, Delivery::Unknown, Some(422)), "{body:?}");
        assert_eq!(error.headers().unwrap()["x-id"], "7");
        server.finish().await;
    }
}

#[test]
fn a_missing_runtime_is_an_error_and_not_a_panic() {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let transport = transport();
    let mut sending = transport.send(post("http://127.0.0.1:1/"));
    let std::task::Poll::Ready(outcome) = sending.as_mut().poll(&mut context) else { panic!("it waits") };
    assert_eq!(facts(&outcome.unwrap_err()), (TransportErrorKind::Setup, Delivery::NotSent, None));
    let clock = sphere_hyper::TokioClock::new();
    assert!(sphere_core::clock::Clock::sleep(&clock, LONG).as_mut().poll(&mut context).is_ready());
}

#[tokio::test]
async fn a_url_that_cannot_be_sent_to_is_an_error() {
    for url in ["ftp://host/", "/path/only", "https://999.999.999.999:1/", "http://user:pw@127.0.0.1:1/"] {
        let error = send(&transport(), url).await.unwrap_err();
        assert_eq!(error.delivery(), Delivery::NotSent, "{url}");
    }
}
