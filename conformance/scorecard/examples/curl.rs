//! Two habits of libcurl 8.22.0 that surprise. Each assertion holds as long as it has them.

mod serve;

use std::io::Write as _;

use curl::easy::Easy;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const STRAY: &str = "HTTP/1.1 408 Timeout\r\ncontent-length: 4\r\n\r\nevil";

fn post(easy: &mut Easy, url: &str) -> Vec<u8> {
    let mut body = Vec::new();
    easy.url(url).unwrap();
    easy.post_fields_copy(b"pay").unwrap();
    let mut transfer = easy.transfer();
    transfer
        .write_function(|piece| {
            body.extend_from_slice(piece);
            Ok(piece.len())
        })
        .unwrap();
    transfer.perform().unwrap();
    drop(transfer);
    body
}

fn main() {
    // A server reads the second POST on a kept connection and closes: libcurl sends it again on a new one.
    let (url, requests) = serve::serve([vec![OK, ""], vec![OK]]);
    let mut easy = Easy::new();
    post(&mut easy, &url);
    post(&mut easy, &url);
    assert_eq!(requests.iter().take(3).filter(|head| head.starts_with("POST")).count(), 3);

    // A server writes a 408 while the connection is idle: libcurl takes it for the response to the next request.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        serve::read_request(&stream);
        stream.write_all(OK.as_bytes()).unwrap();
        stream
    });
    let mut easy = Easy::new();
    post(&mut easy, &url);
    let mut idle = server.join().unwrap();
    idle.write_all(STRAY.as_bytes()).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(post(&mut easy, &url), b"evil");
    println!("curl: a POST sent twice, a stray response taken for the next");
}
