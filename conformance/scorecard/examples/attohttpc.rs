//! Defects of attohttpc 0.31.0. Each assertion holds as long as the defect is there.

mod serve;

use std::time::Duration;

fn main() {
    // Half of a body is returned as the whole.
    let (url, _) = serve::serve([vec!["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"]]);
    assert_eq!(attohttpc::get(url).send().unwrap().bytes().unwrap(), b"half");

    // A 204 has no body, but a body is awaited until the server closes.
    let (url, _) = serve::serve([vec!["HTTP/1.1 204 No Content\r\n\r\n", ""]]);
    let response = attohttpc::get(url).timeout(Duration::from_millis(500)).send().unwrap();
    assert!(response.bytes().is_err());

    // A key goes along with a redirect to another server.
    let (other, requests) = serve::serve([vec!["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]]);
    let redirect = format!("HTTP/1.1 302 Found\r\nlocation: {other}\r\ncontent-length: 0\r\n\r\n");
    let (url, _) = serve::serve([vec![&redirect]]);
    attohttpc::get(url).header("authorization", "Bearer key").send().unwrap();
    assert!(requests.recv().unwrap().contains("authorization: Bearer key"));

    // The longest timeout panics.
    let panicked =
        std::panic::catch_unwind(|| attohttpc::get("http://127.0.0.1:1/").timeout(Duration::MAX).send());
    assert!(panicked.is_err());
    println!("attohttpc: half a body, a 204 that hangs, a key sent to another server, a panic");
}
