//! A transport of somebody else's, written against sphere-core alone, drives both clients.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;

use sphere_bounded::{LIMIT, within};
use sphere_core::clock::SystemClock;
use sphere_core::transport::{
    Transport, TransportError, TransportErrorKind, TransportRequest, TransportResponse, blocking,
};
use sphere_core::{Client, CustomerId};
use sphere_hyper::TokioClock;
use sphere_sandbox::Sandbox;
use sphere_tests::config_for;
use tokio::runtime::Runtime;

/// HTTP/1.0 over one plain socket per request.
struct Plain;

impl blocking::Transport for Plain {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let http = request.http();
        let host = http.uri().authority().map_or("", |authority| authority.as_str());
        let mut socket = TcpStream::connect(host)
            .map_err(|error| TransportError::new(TransportErrorKind::Connect, error).not_sent())?;
        let mut head = format!("{} {} HTTP/1.0\r\nhost: {host}\r\n", http.method(), http.uri().path());
        for (name, value) in http.headers() {
            let value = value.to_str().map_err(TransportError::other)?;
            head.extend([name.as_str(), ": ", value, "\r\n"]);
        }
        let interrupted = |error: io::Error| TransportError::new(TransportErrorKind::Interrupted, error);
        socket.set_read_timeout(Some(request.time_left())).map_err(interrupted)?;
        socket.write_all(format!("{head}\r\n").as_bytes()).map_err(interrupted)?;
        let mut answer = String::new();
        socket.take(request.max_response_bytes() as u64).read_to_string(&mut answer).map_err(interrupted)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| TransportError::other("no head"))?;
        let status = head.get(9..12).unwrap_or_default();
        let response = http::Response::builder().status(status).body(body.to_owned().into());
        Ok(response.map_err(TransportError::other)?.into())
    }
}

#[async_trait::async_trait]
impl Transport for Plain {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        blocking::Transport::send(self, request)
    }
}

#[test]
fn it_drives_the_blocking_client() {
    within(LIMIT, || {
        let sandbox = Sandbox::start().unwrap();
        let client = sphere_core::blocking::Client::new(
            config_for(&sandbox).build().unwrap(),
            Plain,
            SystemClock::new(),
        );
        let link =
            client.generate_face_verification_link(&CustomerId::new("customer_ada").unwrap()).send().unwrap();
        assert!(link.url().starts_with(sandbox.base_url()));
        let error = client
            .generate_face_verification_link(&CustomerId::new("customer_unknown").unwrap())
            .send()
            .unwrap_err();
        assert!(error.is_not_found());
    });
}

#[test]
fn it_drives_the_async_client() {
    let calls = async {
        let sandbox = Sandbox::start().unwrap();
        // Behind a pointer, as an application that chooses its transport at run time has it.
        let transport: std::sync::Arc<dyn Transport> = std::sync::Arc::new(Plain);
        let client = Client::new(config_for(&sandbox).build().unwrap(), transport, TokioClock::new());
        let link = client
            .generate_face_verification_link(&CustomerId::new("customer_ada").unwrap())
            .send()
            .await
            .unwrap();
        assert!(link.url().starts_with(sandbox.base_url()));
        let error = client
            .generate_face_verification_link(&CustomerId::new("customer_unknown").unwrap())
            .send()
            .await
            .unwrap_err();
        assert!(error.is_not_found());
    };
    within(LIMIT, || Runtime::new().unwrap().block_on(calls));
}
