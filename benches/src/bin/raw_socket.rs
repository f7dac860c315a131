//! An upload over a bare socket, without HTTP's checks: what the system needs at least.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;

use sphere_benches::client::BlockingClient;
use sphere_benches::program;
use sphere_benches::work::{self, API_KEY, Failure, Outcome};

struct RawSocket(Mutex<TcpStream>);

impl BlockingClient for RawSocket {
    type Customer = String;

    fn new(base_url: &str, _: Option<Vec<u8>>) -> Result<Self, Failure> {
        let stream = TcpStream::connect(base_url.strip_prefix("http://").ok_or("http only")?)?;
        stream.set_nodelay(true)?;
        Ok(Self(Mutex::new(stream)))
    }

    fn customer(id: String) -> Result<String, Failure> {
        Ok(id)
    }

    fn call(&self, _: &String) -> Result<Outcome, Failure> {
        Err("it only uploads".into())
    }

    fn upload(&self, customer: &String, file: &'static [u8]) -> Result<Outcome, Failure> {
        let mut stream = self.0.lock().map_err(|_| "a call panicked")?;
        let (content_type, form, tail) = work::form_by_hand(customer);
        let length = form.len() + file.len() + tail.len();
        let head = format!(
            "POST /v2/document HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {API_KEY}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n{form}"
        );
        for piece in [head.as_bytes(), file, tail.as_bytes()] {
            stream.write_all(piece)?;
        }
        let mut response = Vec::new();
        while !response.ends_with(b"}") {
            let mut piece = [0; 1024];
            match stream.read(&mut piece)? {
                0 => return Err("the server closed the connection".into()),
                read => response.extend_from_slice(&piece[..read]),
            }
        }
        Ok(Outcome::Document)
    }
}

fn main() -> Result<(), Failure> {
    program::run_blocking::<RawSocket>()
}
