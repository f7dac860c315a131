//! A server may respond before it has read the whole request.

use super::calls::{AMPLE, LARGE, OK, call, large_body, plain, post, send};
use super::expect::{expect_body, expect_response, expect_status};
use crate::server::{Gate, MAX_WAIT, Script, Server};
use crate::subject::Candidate;

/// A server that refuses a request before it has read all of it (413, 401), or closes the connection, may read no more.
/// Its response is returned, sending stops, and the connection is closed (RFC 9112, section 9.5).
pub(crate) fn early_response_is_returned_and_ends_the_connection(candidate: &Candidate) {
    for (status, option) in [(413, "x: y"), (401, "connection: close"), (201, "connection: close")] {
        refusal_ends_the_upload(candidate, status, option);
    }
}

fn refusal_ends_the_upload(candidate: &Candidate, status: u16, option: &str) {
    let early = format!("HTTP/1.1 {status} X\r\n{option}\r\ncontent-length: 2\r\n\r\n{{}}");
    let (gate, everything_came) = (Gate::new(), Gate::new());
    // It reads again only after the response was returned.
    let first = Script::new().read(1000).write(early).pause(&gate).try_read(LARGE - 1000);
    let first = first.open(&everything_came).drain();
    let server = Server::start([first, Script::respond(OK)]);
    let subject = plain(candidate);
    let response =
        expect_response(call(&subject, post(server.url("/"), large_body()).with_time_left(AMPLE * 3)));
    expect_status(&response, status);
    expect_body(&response, "{}");
    gate.open();
    server.wait_until_closed(0);
    assert!(!everything_came.is_open(), "the transport must stop sending, but sent the whole body");
    expect_body(&expect_response(send(&subject, server.url("/"))), "ok");
    server.finish();
}

/// Many frameworks write a head, or a whole response, as soon as a handler begins. Only an error status or
/// `connection: close` says that the rest of the request is not wanted (RFC 9112, section 9.5).
pub(crate) fn response_without_refusal_does_not_end_the_upload(candidate: &Candidate) {
    let head = "HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n";
    for (now, later, size) in
        [(head.to_owned(), "ok", 300_000), (head.to_owned(), "ok", LARGE), (format!("{head}ok"), "", 300_000)]
    {
        let everything_came = Gate::new();
        let first = Script::new().read(1000).write(&now).read(size - 1000).open(&everything_came);
        let server = Server::start([first.try_write(later).drain()]);
        let subject = plain(candidate);
        let upload = post(server.url("/"), large_body().slice(..size)).with_time_left(MAX_WAIT);
        let response = expect_response(call(&subject, upload));
        expect_status(&response, 201);
        expect_body(&response, "ok");
        everything_came.wait();
        // Some bytes of the body were not read, so the connection may be closed.
        drop(subject);
        server.finish();
    }
}

/// An interim response during a long request is not the response to it: the rest of the request is sent.
pub(crate) fn interim_response_does_not_end_the_request(candidate: &Candidate) {
    let first = Script::new().read(1000).write("HTTP/1.1 102 Processing\r\n\r\n").read(LARGE - 1000);
    let server = Server::start([first.write(OK).drain()]);
    let subject = plain(candidate);
    let response = expect_response(call(&subject, post(server.url("/"), large_body())));
    expect_body(&response, "ok");
    // Some bytes of the body were not read, so the connection may be closed.
    drop(subject);
    server.finish();
}
