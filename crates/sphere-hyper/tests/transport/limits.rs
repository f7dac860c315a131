//! Time and size: every phase ends, and no answer takes more memory than it was allowed.

use std::net::TcpListener;

use super::server::{Server, answer, script};
use super::*;

#[tokio::test]
async fn no_time_left_is_not_sent() {
    let request = post("http://127.0.0.1:1/").with_time_left(Duration::ZERO);
    let error = transport().send(request).await.unwrap_err();
    assert_eq!(facts(&error), (TransportErrorKind::Timeout, Delivery::NotSent, None));
}

#[tokio::test]
async fn a_silent_server_ends_in_time_and_the_next_call_works() {
    let server = Server::start(vec![
        script(|mut connection| {
            connection.read_request();
            connection.wait_for_close();
        }),
        answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"),
    ]);
    let transport = transport();
    let error = transport.send(post(&server.url()).with_time_left(SHORT)).await.unwrap_err();
    assert_eq!(facts(&error), (TransportErrorKind::Timeout, Delivery::Unknown, None));
    send(&transport, &server.url()).await.unwrap();
    drop(transport);
    server.finish().await;
}

#[tokio::test]
async fn half_a_head_and_half_a_body_end_in_time() {
    for (sent, status) in
        [("HTTP/1.1 20", None), ("HTTP/1.1 422 X\r\ncontent-length: 9\r\n\r\nhalf", Some(422))]
    {
        let server = Server::start(vec![answer(sent)]);
        let transport = transport();
        let error = transport.send(post(&server.url()).with_time_left(SHORT)).await.unwrap_err();
        assert_eq!(facts(&error), (TransportErrorKind::Timeout, Delivery::Unknown, status));
        drop(transport);
        server.finish().await;
    }
}

#[tokio::test]
async fn a_handshake_that_stalls_ends_with_the_time_to_connect() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    let request = post(&url).with_connect_timeout(SHORT);
    let error = transport().send(request).await.unwrap_err();
    assert_eq!(facts(&error), (TransportErrorKind::Timeout, Delivery::NotSent, None));
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(cause, "no connection within 100ms");
}

#[tokio::test]
async fn a_server_that_reads_nothing_ends_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let body = Bytes::from(vec![b'x'; 32 << 20]);
    let request = http::Request::post(url).header("content-length", body.len()).body(body.into()).unwrap();
    let error = transport().send(TransportRequest::new(request).with_time_left(SHORT)).await.unwrap_err();
    assert_eq!(facts(&error), (TransportErrorKind::Timeout, Delivery::Unknown, None));
}

async fn limited(head: &str, body: &str, limit: usize) -> Result<TransportResponse, TransportError> {
    let server = Server::start(vec![answer(format!("{head}\r\n\r\n{body}"))]);
    let transport = transport();
    let outcome = transport.send(post(&server.url()).with_max_response_bytes(limit)).await;
    drop(transport);
    server.finish().await;
    outcome
}

#[tokio::test]
async fn a_body_may_have_the_limit_and_not_one_byte_more() {
    let length = "HTTP/1.1 500 X\r\ncontent-length: 10";
    let chunked = "HTTP/1.1 500 X\r\ntransfer-encoding: chunked";
    let chunks = "6\r\nabcdef\r\n4\r\nghij\r\n0\r\n\r\n";
    for (head, body) in [(length, "abcdefghij"), (chunked, chunks)] {
        assert_eq!(limited(head, body, 10).await.unwrap().body(), "abcdefghij");
        let error = limited(head, body, 9).await.unwrap_err();
        assert_eq!(facts(&error), (TransportErrorKind::TooLarge, Delivery::Unknown, Some(500)));
    }
}

#[tokio::test]
async fn a_declared_length_beyond_the_limit_is_refused_before_the_body_comes() {
    let error = limited("HTTP/1.1 201 X\r\ncontent-length: 11", "", 10).await.unwrap_err();
    assert_eq!(facts(&error), (TransportErrorKind::TooLarge, Delivery::Unknown, Some(201)));
}

#[tokio::test]
async fn an_endless_body_is_cut_off() {
    let server = Server::start(vec![script(|mut connection| {
        connection.read_request();
        connection.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        connection.write_endlessly(b"8\r\nabcdefgh\r\n");
    })]);
    let error = send(&transport(), &server.url()).await.unwrap_err();
    assert_eq!(facts(&error), (TransportErrorKind::TooLarge, Delivery::Unknown, Some(200)));
    server.finish().await;
}

#[tokio::test]
async fn too_many_or_endless_headers_are_refused() {
    for piece in ["x: y\r\n", "x"] {
        let server = Server::start(vec![script(move |mut connection| {
            connection.read_request();
            connection.write(b"HTTP/1.1 200 OK\r\n");
            connection.write_endlessly(piece.as_bytes());
        })]);
        let error = send(&transport(), &server.url()).await.unwrap_err();
        assert_eq!(facts(&error), (TransportErrorKind::Protocol, Delivery::Unknown, None));
        server.finish().await;
    }
}
