//! The same bytes from a server have the same outcome over both transports, and it is the one in this table. The
//! contracts give the reasons. `cargo test -p sphere-tests --test both agreement -- --nocapture` prints the table.

use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use sphere_conformance::server::{Authority, Received, Script, Server};
use sphere_core::transport::Delivery::{self, NotSent, Unknown};
use sphere_core::transport::TransportErrorKind::{self as Kind, Connect, Interrupted, Protocol, Setup, Tls};
use sphere_core::transport::{TransportError, TransportRequest, TransportResponse};
use sphere_tests::transports::{AnyTransport, Options, post};

/// The outcome of a call, as far as it is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    /// The status, and the number of bytes in the body.
    Response(u16, usize),
    /// The error, without a head.
    Error(Kind, Delivery),
    /// The error of a body that did not arrive completely, with the status of its head. Delivery is unknown.
    Broken(Kind, u16),
}

use Outcome::{Broken, Error, Response};

impl From<Result<TransportResponse, TransportError>> for Outcome {
    fn from(result: Result<TransportResponse, TransportError>) -> Self {
        match result {
            Ok(response) => Response(response.status().as_u16(), response.body().len()),
            Err(error) => match error.status() {
                Some(status) => {
                    assert_eq!(error.delivery(), Unknown, "a response has begun: {error:?}");
                    Broken(error.kind(), status.as_u16())
                }
                None => Error(error.kind(), error.delivery()),
            },
        }
    }
}

/// The rows so far, and those that are not as expected.
#[derive(Default)]
struct Table {
    text: String,
    wrong: Vec<String>,
}

impl Table {
    fn row(&mut self, case: &str, expected: Outcome, [hyper, ureq]: [Outcome; 2]) {
        let row = format!("| {case} | `{expected:?}` | `{hyper:?}` | `{ureq:?}` |");
        let _ = writeln!(self.text, "{row}");
        if (hyper, ureq) != (expected, expected) {
            self.wrong.push(row);
        }
    }

    #[track_caller]
    fn check(self) {
        let head = "| case | expected | sphere-hyper | sphere-ureq |\n| --- | --- | --- | --- |\n";
        println!("{head}{}", self.text);
        assert!(self.wrong.is_empty(), "not as expected:\n{head}{}", self.wrong.join("\n"));
    }
}

/// The outcomes of one call over each transport, to a server that plays this script.
fn outcomes(script: &Script, scheme: &str, authority: &Authority) -> [Outcome; 2] {
    let options = Options { pem: Some(authority.pem()), ..Options::default() };
    AnyTransport::both(&options).map(|transport| {
        let server = Server::start([script.clone()]);
        let request = post(&format!("{scheme}://{}/", server.address()), "k");
        transport.send(request.with_time_left(Duration::from_secs(10))).into()
    })
}

/// Reads a request, writes this and stays open.
fn after(bytes: impl AsRef<[u8]>) -> Script {
    Script::new().read_request().try_write(bytes).drain()
}

/// Reads a request, writes this and closes.
fn closed_after(bytes: impl AsRef<[u8]>) -> Script {
    Script::new().read_request().try_write(bytes).close()
}

/// Reads a request, writes this byte by byte and closes.
fn after_parts(bytes: impl AsRef<[u8]>) -> Script {
    Script::new().read_request().dribble(bytes).close()
}

/// Reads a request, and writes this and then this piece for ever.
fn flooded(start: impl AsRef<[u8]>, piece: &str) -> Script {
    Script::new().read_request().try_write(start).flood(piece.repeat(1000))
}

fn lines(count: usize) -> String {
    "x: y\r\n".repeat(count)
}

#[test]
fn heads_have_the_same_outcomes() {
    const NOT_HTTP: Outcome = Error(Protocol, Unknown);
    let head = |bytes: usize| {
        let frame = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: \r\n\r\n";
        after(frame.replace("x: ", &format!("x: {}", "y".repeat(bytes - frame.len()))))
    };
    let headers =
        |count: usize| after(format!("HTTP/1.1 200 OK\r\n{}content-length: 0\r\n\r\n", lines(count - 1)));
    let lengths = |lengths: &str| after(format!("HTTP/1.1 200 OK\r\n{lengths}\r\nok"));
    let (ok, none) = ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", "content-length: 0\r\n\r\n");
    let authority = Authority::new();
    let mut table = Table::default();
    for (case, script, expected) in [
        ("head of 32 KiB", head(32 * 1024), Response(200, 0)),
        ("head of 32 KiB and one byte", head(32 * 1024 + 1), NOT_HTTP),
        ("head of 40 KiB", head(40 * 1024), NOT_HTTP),
        ("endless header line", flooded("HTTP/1.1 200 OK\r\nx: ", "x"), NOT_HTTP),
        ("100 header lines", headers(100), Response(200, 0)),
        ("101 header lines", headers(101), NOT_HTTP),
        ("103 header lines", headers(103), NOT_HTTP),
        ("endless header lines", flooded("HTTP/1.1 200 OK\r\n", "x: y\r\n"), NOT_HTTP),
        (
            "transfer-encoding: gzip, chunked",
            after("HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n"),
            NOT_HTTP,
        ),
        ("two equal lengths", lengths("content-length: 2\r\ncontent-length: 2\r\n"), Response(200, 2)),
        ("two lengths that differ", lengths("content-length: 2\r\ncontent-length: 3\r\n"), NOT_HTTP),
        ("length of 64 bits", lengths("content-length: 18446744073709551615\r\n"), NOT_HTTP),
        ("status 099", after(format!("HTTP/1.1 099 X\r\n{none}")), NOT_HTTP),
        ("status 999", after(format!("HTTP/1.1 999 X\r\n{none}")), Response(999, 0)),
        ("bare line feeds in a head", after("HTTP/1.1 200 OK\ncontent-length: 2\n\nok"), Response(200, 2)),
        ("HTTP/2", after(format!("HTTP/2 200 OK\r\n{none}")), NOT_HTTP),
        ("not HTTP, without a line break", closed_after("SSH-2.0-OpenSSH"), NOT_HTTP),
        ("end before the response", closed_after(""), Error(Interrupted, Unknown)),
        ("malformed head, in parts", after_parts("HTTP/1.1 200 OK\r\nx: a\rb"), NOT_HTTP),
        ("malformed status line, in parts", after_parts("HTTP/1.1 200 a\rb"), NOT_HTTP),
        ("end within the head", closed_after("HTTP/1.1 200 OK\r\nx: "), Error(Interrupted, Unknown)),
        ("reset after the request", Script::new().read_request().reset(), Error(Interrupted, Unknown)),
        (
            "102 and 103 before the response",
            after(format!("HTTP/1.1 102 X\r\n\r\nHTTP/1.1 103 X\r\nlink: y\r\n\r\n{ok}")),
            Response(200, 2),
        ),
    ] {
        table.row(case, expected, outcomes(&script, "http", &authority));
    }
    table.check();
}

#[test]
fn chunked_bodies_have_the_same_outcomes() {
    const CHUNKED: &str = "HTTP/1.1 422 No\r\ntransfer-encoding: chunked\r\n\r\n";
    const WHOLE: Outcome = Response(422, 2);
    const INVALID: Outcome = Broken(Protocol, 422);
    let body = |bytes: &str| format!("{CHUNKED}{bytes}");
    let chunk = |line: &str| after(body(&format!("{line}\r\nok\r\n0\r\n\r\n")));
    let trailers = |count: usize| after(body(&format!("2\r\nok\r\n0\r\n{}\r\n", lines(count))));
    let authority = Authority::new();
    let mut table = Table::default();
    for (case, script, expected) in [
        ("100 trailers", trailers(100), WHOLE),
        ("300 trailers", trailers(300), INVALID),
        ("endless trailers", flooded(body("0\r\n"), "x: y\r\n"), INVALID),
        ("endless trailer line", flooded(body("0\r\n"), "x"), INVALID),
        ("invalid trailer", after(body("0\r\nno colon\r\n\r\n")), INVALID),
        ("chunk extension of 18 bytes", chunk("2;aaaaaaaaaaaaaaaaaa"), WHOLE),
        ("chunk extension of 19 bytes", chunk("2;aaaaaaaaaaaaaaaaaaa"), INVALID),
        ("endless chunk extension", flooded(body("2;"), "a"), INVALID),
        ("chunk size with leading zeros", chunk("00000002"), WHOLE),
        ("chunk size with 20 digits, mostly zeros", chunk("00000000000000000002"), WHOLE),
        ("chunk size of 64 bits", flooded(body("ffffffffffffffff\r\n"), "x"), Broken(Kind::TooLarge, 422)),
        ("chunk size of 65 bits", chunk("10000000000000000"), INVALID),
        ("chunk size with a sign", chunk("+2"), INVALID),
        ("chunk size with a bare line feed", after(body("2\nok\r\n0\r\n\r\n")), INVALID),
        ("chunk longer than its size", after(body("2\r\nokx")), INVALID),
        ("end before the last chunk", closed_after(body("2\r\nok\r\n")), Broken(Interrupted, 422)),
        ("end within the last chunk", closed_after(body("2\r\nok\r\n0\r\n")), Broken(Interrupted, 422)),
    ] {
        table.row(case, expected, outcomes(&script, "http", &authority));
    }
    table.check();
}

#[test]
fn tls_alerts_have_the_same_outcomes() {
    let authority = Authority::new();
    let mut table = Table::default();
    // The kind in the handshake, and the kind after the request.
    for (alert, name, in_handshake, after_request) in [
        (0, "close_notify", Connect, Interrupted),
        (10, "unexpected_message", Tls, Interrupted),
        (40, "handshake_failure", Tls, Interrupted),
        (42, "bad_certificate", Tls, Tls),
        (48, "unknown_ca", Tls, Tls),
        (49, "access_denied", Tls, Tls),
        (70, "protocol_version", Tls, Interrupted),
        (80, "internal_error", Connect, Interrupted),
        (90, "user_canceled", Connect, Interrupted),
        (112, "unrecognized_name", Tls, Interrupted),
        (116, "certificate_required", Tls, Tls),
        (255, "unknown", Tls, Interrupted),
    ] {
        let script = Script::new().read(5).try_write([21, 3, 3, 0, 2, 2, alert]).half_close().drain();
        let case = format!("alert `{name}` in the handshake");
        table.row(&case, Error(in_handshake, NotSent), outcomes(&script, "https", &authority));
        let script = Script::new().tls(&authority.good()).read_request().alert(alert).drain();
        let case = format!("alert `{name}` after the request");
        table.row(&case, Error(after_request, Unknown), outcomes(&script, "https", &authority));
    }
    table.check();
}

#[test]
fn unsendable_requests_have_the_same_outcomes() {
    const UNSENDABLE: Outcome = Error(Setup, NotSent);
    let sent = |request: &dyn Fn() -> TransportRequest| {
        AnyTransport::both(&Options::default()).map(|transport| transport.send(request()).into())
    };
    let mut table = Table::default();
    for url in
        ["/path", "ftp://h/", "http://u:p@h/", "http://h:99999/", "https://999.999.999.999/", "https://a..b/"]
    {
        table.row(&format!("request to `{url}`"), UNSENDABLE, sent(&|| post(url, "k")));
    }
    for (name, value) in [("content-length", "1"), ("content-length", "+2"), ("transfer-encoding", "chunked")]
    {
        let request = || {
            let request = Request::post("http://127.0.0.1/").header(name, value);
            TransportRequest::new(request.body(Bytes::from_static(b"ok").into()).unwrap())
        };
        table.row(&format!("two bytes with `{name}: {value}`"), UNSENDABLE, sent(&request));
    }
    table.check();
}

/// HTTP/1.0 has no safe way to keep a connection: an old proxy may pass `keep-alive` on without understanding it
/// (RFC 9112, appendix C.2.2).
#[test]
fn http_1_0_connections_are_not_used_again() {
    for transport in AnyTransport::both(&Options::default()) {
        let server =
            Server::serve(|_| "HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n");
        for _ in 0..2 {
            transport.send(post(&server.url("/"), "k")).unwrap();
        }
        let connections = server.requests().iter().map(Received::connection).collect::<Vec<_>>();
        assert_eq!(connections, [0, 1], "{transport:?}");
    }
}

/// A difference that ARCHITECTURE.md lists. If this fails, ureq was fixed: remove it there.
#[test]
fn only_ureq_refuses_a_100_with_headers() {
    let script = after("HTTP/1.1 100 Continue\r\nx: y\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let outcomes = outcomes(&script, "http", &Authority::new());
    assert_eq!(outcomes, [Response(200, 0), Error(Protocol, Unknown)]);
}
