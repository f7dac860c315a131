//! The same bytes from a server have the same outcome over both transports. The contracts say which outcome is
//! right; this table shows that there is only one. `cargo test -p sphere-tests --test agreement -- --nocapture`
//! prints it.

use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use sphere_conformance::server::{Authority, Script, Server};
use sphere_core::transport::{TransportError, TransportRequest, TransportResponse};
use sphere_tests::transports::{AnyTransport, Options, post};

const CHUNKED: &str = "HTTP/1.1 422 No\r\ntransfer-encoding: chunked\r\n\r\n";

fn outcome(result: Result<TransportResponse, TransportError>) -> String {
    match result {
        Ok(response) => format!("{} with {} bytes", response.status().as_u16(), response.body().len()),
        Err(error) => {
            let head = error.status().map_or(String::new(), |status| format!(", head {}", status.as_u16()));
            format!("`{:?}`, `{:?}`{head}", error.kind(), error.delivery())
        }
    }
}

/// The outcome of one call over each transport, to a server that plays this script.
fn outcomes(script: &Script, scheme: &str, authority: &Authority) -> [String; 2] {
    let options = Options { pem: Some(authority.pem()), ..Options::default() };
    AnyTransport::both(&options).map(|transport| {
        let server = Server::start([script.clone()]);
        let request = post(&format!("{scheme}://{}/", server.address()), "k");
        outcome(transport.send(request.with_time_left(Duration::from_secs(10))))
    })
}

/// Scripts over plain HTTP: each reads a request first.
fn responses() -> Vec<(String, Script)> {
    let after = |bytes: &str| Script::new().read_request().offer(bytes).drain();
    let closed_after = |bytes: &str| Script::new().read_request().offer(bytes).close();
    let flooded =
        |start: &str, piece: &str| Script::new().read_request().offer(start).flood(piece.repeat(1000));
    let lines = |count: usize| "x: y\r\n".repeat(count);
    let head = |bytes: usize| {
        let frame = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: \r\n\r\n";
        after(&frame.replace("x: ", &format!("x: {}", "y".repeat(bytes - frame.len()))))
    };
    let headers =
        |count: usize| after(&format!("HTTP/1.1 200 OK\r\n{}content-length: 0\r\n\r\n", lines(count - 1)));
    let trailers = |count: usize| after(&format!("{CHUNKED}2\r\nok\r\n0\r\n{}\r\n", lines(count)));
    let chunk = |line: &str| after(&format!("{CHUNKED}{line}\r\nok\r\n0\r\n\r\n"));
    let mut rows = vec![
        ("head of 32 KiB", head(32 * 1024)),
        ("head of 32 KiB and one byte", head(32 * 1024 + 1)),
        ("head of 40 KiB", head(40 * 1024)),
        ("endless header line", flooded("HTTP/1.1 200 OK\r\nx: ", "x")),
        ("100 header lines", headers(100)),
        ("101 header lines", headers(101)),
        ("103 header lines", headers(103)),
        ("endless header lines", flooded("HTTP/1.1 200 OK\r\n", "x: y\r\n")),
        ("100 trailers", trailers(100)),
        ("300 trailers", trailers(300)),
        ("endless trailers", flooded(&format!("{CHUNKED}0\r\n"), "x: y\r\n")),
        ("endless trailer line", flooded(&format!("{CHUNKED}0\r\n"), "x")),
        ("malformed trailer", after(&format!("{CHUNKED}0\r\nno colon\r\n\r\n"))),
        ("chunk extension of 18 bytes", chunk("2;aaaaaaaaaaaaaaaaaa")),
        ("chunk extension of 19 bytes", chunk("2;aaaaaaaaaaaaaaaaaaa")),
        ("endless chunk extension", flooded(&format!("{CHUNKED}2;"), "a")),
        ("chunk size with leading zeros", chunk("00000002")),
        ("chunk size with 20 digits, mostly zeros", chunk("00000000000000000002")),
        ("chunk size of 64 bits", flooded(&format!("{CHUNKED}ffffffffffffffff\r\n"), "x")),
        ("chunk size of 65 bits", chunk("10000000000000000")),
        ("chunk size with a sign", chunk("+2")),
        ("chunk size with a bare line feed", after(&format!("{CHUNKED}2\nok\r\n0\r\n\r\n"))),
        ("chunk longer than its size", after(&format!("{CHUNKED}2\r\nokx"))),
        ("end before the last chunk", closed_after(&format!("{CHUNKED}2\r\nok\r\n"))),
        ("end within the last chunk", closed_after(&format!("{CHUNKED}2\r\nok\r\n0\r\n"))),
        (
            "transfer-encoding: gzip, chunked",
            after("HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n"),
        ),
        ("two equal lengths", after("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok")),
        (
            "two lengths that differ",
            after("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok"),
        ),
        ("length of 64 bits", after("HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551615\r\n\r\nok")),
        ("status 099", after("HTTP/1.1 099 X\r\ncontent-length: 0\r\n\r\n")),
        ("status 999", after("HTTP/1.1 999 X\r\ncontent-length: 0\r\n\r\n")),
        ("bare line feeds in a head", after("HTTP/1.1 200 OK\ncontent-length: 2\n\nok")),
        ("HTTP/2", after("HTTP/2 200 OK\r\ncontent-length: 0\r\n\r\n")),
        ("not HTTP, without a line break", closed_after("SSH-2.0-OpenSSH")),
        ("end before the response", closed_after("")),
        ("end within the head", closed_after("HTTP/1.1 200 OK\r\nx: ")),
        ("reset after the request", Script::new().read_request().reset()),
    ];
    rows.push((
        "102 and 103 before the response",
        after(&format!(
            "HTTP/1.1 102 X\r\n\r\nHTTP/1.1 103 X\r\nlink: y\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
        )),
    ));
    rows.into_iter().map(|(name, script)| (name.to_owned(), script)).collect()
}

#[test]
fn both_transports_have_the_same_outcomes() {
    let authority = Authority::new();
    let mut table = String::from("| case | sphere-hyper | sphere-ureq |\n| --- | --- | --- |\n");
    let mut differences = Vec::new();
    let mut row = |case: String, [hyper, ureq]: [String; 2]| {
        let _ = writeln!(table, "| {case} | {hyper} | {ureq} |");
        if hyper != ureq {
            differences.push(case);
        }
    };
    for (case, script) in responses() {
        row(case, outcomes(&script, "http", &authority));
    }
    for (alert, name) in [
        (0, "close_notify"),
        (10, "unexpected_message"),
        (40, "handshake_failure"),
        (42, "bad_certificate"),
        (48, "unknown_ca"),
        (49, "access_denied"),
        (70, "protocol_version"),
        (80, "internal_error"),
        (90, "user_canceled"),
        (112, "unrecognized_name"),
        (116, "certificate_required"),
        (255, "unknown"),
    ] {
        let in_handshake = Script::new().read(5).offer([21, 3, 3, 0, 2, 2, alert]).half_close().drain();
        row(format!("alert `{name}` in the handshake"), outcomes(&in_handshake, "https", &authority));
        let after = Script::new().tls(&authority.good()).read_request().alert(alert).drain();
        row(format!("alert `{name}` after the request"), outcomes(&after, "https", &authority));
    }
    for url in
        ["/path", "ftp://h/", "http://u:p@h/", "http://h:99999/", "https://999.999.999.999/", "https://a..b/"]
    {
        let transports = AnyTransport::both(&Options::default());
        row(
            format!("request to `{url}`"),
            transports.map(|transport| outcome(transport.send(post(url, "k")))),
        );
    }
    for (name, value) in [("content-length", "1"), ("content-length", "+2"), ("transfer-encoding", "chunked")]
    {
        let sent = AnyTransport::both(&Options::default()).map(|transport| {
            let request = Request::post("http://127.0.0.1/").header(name, value);
            outcome(
                transport
                    .send(TransportRequest::new(request.body(Bytes::from_static(b"ok").into()).unwrap())),
            )
        });
        row(format!("two bytes with `{name}: {value}`"), sent);
    }
    println!("{table}");
    assert!(differences.is_empty(), "{differences:?} differ:\n{table}");
}

/// On the list of differences in ARCHITECTURE.md. If this fails, ureq was fixed: strike it there.
#[test]
fn a_100_with_headers_is_refused_by_ureq_only() {
    let bytes = "HTTP/1.1 100 Continue\r\nx: y\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    let script = Script::new().read_request().offer(bytes).drain();
    let [hyper, ureq] = outcomes(&script, "http", &Authority::new());
    assert_eq!((hyper.as_str(), ureq.as_str()), ("200 with 0 bytes", "`Protocol`, `Unknown`"));
}
