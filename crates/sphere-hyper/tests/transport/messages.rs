//! What goes out is what was given, and what comes in is what was sent.

use http::Method;

use super::server::{Server, answer, script};
use super::*;

#[tokio::test]
async fn a_request_goes_out_as_it_is_given_with_nothing_added_but_host() {
    let (seen, requests) = std::sync::mpsc::channel();
    let server = Server::start(vec![script(move |mut connection| {
        seen.send(connection.read_request()).unwrap();
        connection.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        connection.wait_for_close();
    })]);
    let request = http::Request::builder()
        .method(Method::PATCH)
        .uri(format!("{}a%20b/c?d=e&f", server.url()))
        .header("x-one", "1")
        .header("x-two", "a")
        .header("x-two", "b")
        .header("content-length", "4")
        .body(Bytes::from_static(b"body").into())
        .unwrap();
    let transport = transport();
    transport.send(TransportRequest::new(request)).await.unwrap();
    drop(transport);
    let host = server.url().replace("http://", "").replace('/', "");
    let request = requests.recv().unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> = head.split("\r\n").collect();
    assert_eq!(lines.remove(0), "PATCH /a%20b/c?d=e&f HTTP/1.1");
    lines.sort_unstable();
    let host = format!("host: {host}");
    assert_eq!(lines, ["content-length: 4", host.as_str(), "x-one: 1", "x-two: a", "x-two: b"]);
    assert_eq!(body, "body");
    server.finish().await;
}

#[tokio::test]
async fn every_status_is_an_answer_and_a_redirect_is_not_followed() {
    for status in [200_u16, 204, 302, 304, 401, 404, 429, 500, 503, 599, 999] {
        let bytes =
            format!("HTTP/1.1 {status} X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n");
        let server = Server::start(vec![answer(bytes)]);
        let transport = transport();
        let response = send(&transport, &server.url()).await.unwrap();
        assert_eq!(response.status().as_u16(), status);
        drop(transport);
        server.finish().await;
    }
}

#[tokio::test]
async fn headers_and_body_come_as_they_were_sent() {
    let server = Server::start(vec![answer(
        b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 201 Created\r\nset-cookie: a\r\nset-cookie: b\r\n\
          x-latin: \xe9\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\n\x1f\x8b\x00\xff\n"
            .to_vec(),
    )]);
    let transport = transport();
    let response = send(&transport, &server.url()).await.unwrap();
    assert_eq!(response.status(), 201);
    let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a", "b"]);
    assert_eq!(response.headers()["x-latin"].as_bytes(), b"\xe9");
    assert_eq!(&response.body()[..], b"\x1f\x8b\x00\xff\n");
    assert!(response.headers().get("link").is_none());
    drop(transport);
    server.finish().await;
}

#[tokio::test]
async fn a_body_in_pieces_is_put_together() {
    let server = Server::start(vec![answer(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n2\r\nef\r\n0\r\n\r\n",
    )]);
    let transport = transport();
    assert_eq!(send(&transport, &server.url()).await.unwrap().body(), "abcdef");
    drop(transport);
    server.finish().await;
}
