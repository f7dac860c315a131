//! Defects of minreq 3.0.0. Each assertion holds as long as the defect is there.

mod serve;

fn main() {
    // A server that closes without a word: minreq makes up a status. The same for anything that is not HTTP.
    let (url, _) = serve::serve([vec![""]]);
    let response = minreq::get(url).send().unwrap();
    assert_eq!(response.status_code, 503);

    // Half of a body is returned as the whole.
    let (url, _) = serve::serve([vec!["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"]]);
    let response = minreq::get(url).send().unwrap();
    assert_eq!(response.as_bytes(), b"half");

    // A key goes along with a redirect to another server.
    let (other, requests) = serve::serve([vec!["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]]);
    let redirect = format!("HTTP/1.1 302 Found\r\nlocation: {other}\r\ncontent-length: 0\r\n\r\n");
    let (url, _) = serve::serve([vec![&redirect]]);
    minreq::get(url).with_header("Authorization", "Bearer key").send().unwrap();
    assert!(requests.recv().unwrap().contains("Authorization: Bearer key"));
    println!("minreq: a made-up 503, half a body, a key sent to another server");
}
