//! A server for the smallest programs: it reads one request for each response, writes the response as it is, and closes
//! at the end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

/// The URL of a server that plays one list of responses on each connection, and the first lines of its requests.
pub fn serve<const N: usize>(connections: [Vec<&str>; N]) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let connections =
        connections.map(|responses| responses.into_iter().map(str::to_owned).collect::<Vec<_>>());
    let (seen, requests) = channel();
    std::thread::spawn(move || {
        for responses in connections {
            let (mut stream, _) = listener.accept().unwrap();
            for response in responses {
                seen.send(read_request(&stream)).ok();
                stream.write_all(response.as_bytes()).unwrap();
            }
        }
    });
    (url, requests)
}

/// Reads one request and returns its head.
pub fn read_request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    while !head.ends_with("\r\n\r\n") {
        let start = head.len();
        reader.read_line(&mut head).unwrap();
        if let Some(value) = head[start..].to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    reader.read_exact(&mut vec![0; length]).unwrap();
    head
}
