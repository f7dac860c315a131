//! The native side of the tests: the servers of the five cases, what comes of the calls over sphere-hyper, and a server
//! that never responds.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::json;
use sphere_bounded::LIMIT;
use sphere_bounded::program::Running;
use sphere_conformance::server::{Received, Reply, Script, Server};

use crate::five_cases::outcomes;

/// A server for each case: 201, 422, 429 with `Retry-After`, a redirect to itself, and one that reads a request and
/// closes.
#[derive(Debug)]
pub struct Servers(Vec<Server>);

impl Servers {
    /// Starts them.
    #[must_use]
    pub fn start() -> Self {
        // A link and a customer at once.
        let created = r#"{"url":"https://check.example/1","expiresAt":"2099-01-01T00:00:00Z","id":"customer_ada","type":"individual","verificationProfiles":[]}"#;
        let invalid = r#"{"status":422,"detail":"Email is required","code":"validation_error"}"#;
        let busy = r#"{"status":429,"detail":"Too many requests"}"#;
        let replies = [
            response("201 Created", "", created),
            response("422 Unprocessable Entity", "correlation-id: corr-1\r\n", invalid),
            // Longer than the call may take, so that nobody waits.
            response("429 Too Many Requests", "retry-after: 120\r\n", busy),
            response("302 Found", "location: /elsewhere\r\n", ""),
            Reply::new("").close(),
        ];
        Self(replies.into_iter().map(|reply| Server::serve(move |_| reply.clone())).collect())
    }

    /// Their base URLs.
    #[must_use]
    pub fn urls(&self) -> Vec<String> {
        self.0.iter().map(|server| server.url("")).collect()
    }

    /// What each received: the requests' targets.
    #[must_use]
    pub fn received(&self) -> Vec<Vec<String>> {
        let targets = |server: &Server| server.requests().iter().map(Received::target).collect();
        self.0.iter().map(targets).collect()
    }

    /// What a program that called them printed, without the ports, which differ.
    #[must_use]
    pub fn without_ports(&self, lines: &str) -> String {
        self.0.iter().fold(lines.to_owned(), |lines, server| {
            lines.replace(&server.address().to_string(), "the-server")
        })
    }
}

/// The same lines without the cause of a failed connection, which is in the words of each platform.
#[must_use]
pub fn without_causes(lines: &str) -> Vec<String> {
    let without_cause = |line: &str| {
        let (before, rest) = line.split_once("the connection ended early: ")?;
        Some(format!("{before}the connection ended early ({}", rest.rsplit_once(" (")?.1))
    };
    lines.lines().map(|line| without_cause(line).unwrap_or_else(|| line.to_owned())).collect()
}

fn response(status: &str, headers: &str, body: &str) -> Reply {
    let length = body.len();
    Reply::new(format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\r\n{body}"
    ))
}

/// The outcomes over sphere-hyper, without ports, and what the servers received.
///
/// # Panics
///
/// If a client or a runtime cannot be made.
#[must_use]
pub fn native() -> (String, Vec<Vec<String>>) {
    let servers = Servers::start();
    let urls = servers.urls();
    let client = |config| sphere_hyper::client(config).expect("a client can be made");
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("there is a runtime");
    let lines =
        runtime.block_on(outcomes(urls.iter().map(String::as_str), client)).expect("the URLs are valid");
    (servers.without_ports(&lines), servers.received())
}

/// A call whose time is over is a timeout, and its connection is closed though the program goes on.
///
/// # Panics
///
/// If it is not.
pub fn connection_is_closed_when_time_is_over(subject: &mut Command) {
    let server = Server::start([Script::silence()]);
    let mut running = Running::start(subject.stdin(Stdio::piped()));
    let (mut input, output) = (running.take_stdin(), running.lines());
    let call = json!({"send": {
        "id": 1, "transport": 1, "method": "GET", "url": server.url("/"), "headers": [], "body": [], "time_left_ms": 300,
        "connect_timeout_ms": 300, "max_idle_ms": 0, "max_response_bytes": 10, "fresh_connection": false,
    }});
    writeln!(input, "{call}").expect("the subject reads");
    let reply = output.recv_timeout(LIMIT).expect("the subject replies");
    assert!(reply.contains(r#""kind":"timeout""#) && reply.contains(r#""delivery":"unknown""#), "{reply}");
    server.wait_until_closed(0);
}
