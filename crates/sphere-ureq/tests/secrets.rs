//! What is logged and shown. The logger belongs to the process, so this test has its own program.

use std::sync::Mutex;

use http::Request;

use sphere_conformance::server::{RefusingPort, Script, Server};
use sphere_core::blocking::Client;
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{RequestBody, TransportRequest};
use sphere_core::{ApiKey, Config};
use sphere_ureq::UreqTransport;

/// An API key, a link's token, and a proxy's password as given and as sent.
const SECRETS: [&str; 4] = ["sk_test_secret", "tok_secret", "pw_secret", "dTpwd19zZWNyZXQ="];

struct Collect(Mutex<Vec<(log::Level, String, String)>>);

impl log::Log for Collect {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = (record.level(), record.target().to_owned(), record.args().to_string());
        self.0.lock().unwrap().push(line);
    }

    fn flush(&self) {}
}

static LOG: Collect = Collect(Mutex::new(Vec::new()));

fn post(url: &str) -> TransportRequest {
    let request = Request::post(url).header("authorization", "Bearer sk_test_secret");
    TransportRequest::new(request.header("content-length", 0).body(RequestBody::empty()).unwrap())
}

#[test]
fn secrets_are_logged_only_in_the_traffic_dump() {
    log::set_logger(&LOG).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let server = Server::start([Script::respond_each([
        "HTTP/1.1 200 OK\r\ncontent-length: 21\r\n\r\n{\"url\": \"tok_secret\"}",
        "HTTP/1.1 500 No\r\ncontent-length: 100\r\n\r\ntok_secret",
    ])
    .close()]);
    let transport = UreqTransport::new().unwrap();
    let response = transport.send(post(&server.url("/"))).unwrap();
    let error = transport.send(post(&server.url("/"))).unwrap_err();
    server.finish();

    let (opened, empty) = ("HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let proxy = Server::start([Script::respond_each([opened, empty])]);
    let builder = UreqTransport::builder().proxy(format!("http://u:pw_secret@{}", proxy.address()));
    let through_proxy = builder.clone().build().unwrap();
    through_proxy.send(post("http://api.test/")).unwrap();
    let connect = proxy.finish().remove(0);
    assert!(String::from_utf8_lossy(connect.head()).contains(SECRETS[3]));
    let refusing = RefusingPort::new();
    let refused =
        builder.clone().proxy(format!("http://u:pw_secret@{}", refusing.address())).build().unwrap();
    let refused = refused.send(post("http://api.test/")).unwrap_err();

    let client = Client::new(
        Config::new(ApiKey::new("sk_test_secret").unwrap()),
        transport.clone(),
        sphere_core::clock::SystemClock::new(),
    );
    let shown = format!(
        "{response:?} {error:?} {error} {transport:?} {client:?} {builder:?} {through_proxy:?} {refused:?} {:?}",
        UreqTransport::builder().extra_roots_pem("sk_test_secret")
    );
    assert!(SECRETS.iter().all(|secret| !shown.contains(secret)), "{shown}");

    let log = LOG.0.lock().unwrap();
    // The filter that the crate's documentation gives.
    let kept = log.iter().filter(|(level, target, _)| {
        !target.starts_with("ureq_proto") && (*level <= log::Level::Debug || !target.starts_with("ureq"))
    });
    for (level, target, line) in kept {
        assert!(SECRETS.iter().all(|secret| !line.contains(secret)), "{level} {target} {line}");
    }
    // Sixteen bytes stand at the end of each row.
    let dumped: String = log
        .iter()
        .filter(|(_, target, _)| target == "ureq_proto::util")
        .filter_map(|(_, _, row)| row.get(row.len().checked_sub(16)?..))
        .collect();
    assert!(
        SECRETS.iter().any(|secret| dumped.contains(secret)),
        "ureq no longer dumps its traffic: the warning in the documentation can go\n{dumped}"
    );
}
