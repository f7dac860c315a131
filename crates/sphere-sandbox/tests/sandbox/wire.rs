//! Just enough HTTP to say exactly what goes over the wire.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;
use sphere_sandbox::Sandbox;

/// No test waits for this; it ends one that would otherwise hang.
pub(crate) const SAFETY_NET: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .unwrap_or_else(|| panic!("no head in {:?}", String::from_utf8_lossy(bytes)));
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        Self {
            status: status.parse().unwrap(),
            headers: lines
                .map(|line| line.split_once(": ").unwrap())
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect(),
            body: bytes[end + 4..].to_vec(),
        }
    }

    /// Every value of a header, in order.
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        let of_name = self.headers.iter().filter(|(n, _)| n == name);
        of_name.map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), ["application/json; charset=utf-8"]);
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Problem details without the correlation id, whose form is checked here.
    #[track_caller]
    pub(crate) fn problem(&self) -> Value {
        let mut problem = self.json();
        let id = problem.as_object_mut().unwrap().remove("correlationId");
        let id = id.expect("a correlation id");
        assert!(is_32_hex(id.as_str().unwrap()), "{id}");
        assert_eq!(problem["status"], self.status);
        problem
    }

    pub(crate) fn link(&self) -> String {
        assert_eq!(self.status, 201, "{}", self.text());
        self.json()["url"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn is_32_hex(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b"0123456789abcdef".contains(&b))
}

pub(crate) fn connect(base_url: &str) -> TcpStream {
    let (_, address) = base_url.split_once("://").unwrap();
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(SAFETY_NET)).unwrap();
    stream.set_write_timeout(Some(SAFETY_NET)).unwrap();
    stream
}

/// One request that closes its connection, and all that comes back.
pub(crate) fn exchange(stream: &mut (impl Read + Write), request: &[u8]) -> Response {
    stream.write_all(request).unwrap();
    read_response(stream)
}

pub(crate) fn read_response(stream: &mut impl Read) -> Response {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    Response::parse(&bytes)
}

/// The bytes of a request. `headers` are whole lines with their ends.
pub(crate) fn request(line: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

pub(crate) fn send(sandbox: &Sandbox, line: &str, headers: &str, body: &[u8]) -> Response {
    exchange(&mut connect(sandbox.base_url()), &request(line, headers, body))
}

/// The bytes of the one request that the contract knows, with the right key.
pub(crate) fn link_request(sandbox: &Sandbox, customer: &str) -> Vec<u8> {
    request(&format!("POST /v2/customer/{customer}/face-verification-link"), &bearer(sandbox), b"")
}

pub(crate) fn ask_for_link(sandbox: &Sandbox, customer: &str) -> Response {
    exchange(&mut connect(sandbox.base_url()), &link_request(sandbox, customer))
}

pub(crate) fn bearer(sandbox: &Sandbox) -> String {
    format!("authorization: Bearer {}\r\n", sandbox.api_key())
}

/// Visits a page as a browser would, by its URL.
pub(crate) fn visit(sandbox: &Sandbox, method: &str, url: &str) -> Response {
    let path = url.strip_prefix(sandbox.base_url()).unwrap_or(url);
    send(sandbox, &format!("{method} {path}"), "", b"")
}
