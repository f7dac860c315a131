//! Every call ends when its time does, whatever the server does. No contract asks how exactly: each lets a
//! stated margin of five seconds pass before it says that a call hangs.

use std::time::Duration;

use http::Request;
use sphere_core::transport::{RequestBody, TransportErrorKind as Kind, TransportRequest};

use super::kit::{
    EMPTY, OK, Outcome, SHORT, call, exchange, exchange_with, expect_answer, expect_error, expect_kind,
    plain, post, send,
};
use crate::Candidate;
use crate::server::{Reply, Script, Server};

/// One call with little time, to a server that plays this script.
fn hurried(candidate: &Candidate, script: Script) -> Outcome {
    exchange_with(candidate, script, |request| request.with_time_left(SHORT)).0
}

/// No time is no time: nothing may go out that nobody will wait for.
pub(crate) fn no_time_left_sends_nothing(candidate: &Candidate) {
    let server = Server::start([]);
    let request = post(server.url("/"), "{}").with_time_left(Duration::ZERO);
    let outcome = call(&plain(candidate), request);
    server.finish();
    expect_kind(outcome, Kind::Timeout);
}

/// The commonest outage: the server accepts, reads, and never answers.
pub(crate) fn a_silent_server_ends_in_time(candidate: &Candidate) {
    expect_kind(hurried(candidate, Script::silence()), Kind::Timeout);
}

/// The same on a connection that worked a moment ago.
pub(crate) fn a_silence_on_a_reused_connection_ends_in_time(candidate: &Candidate) {
    let server = Server::serve(|request| match request.number() {
        0 => Reply::new(EMPTY),
        _ => Reply::new("").silence(),
    });
    let subject = plain(candidate);
    expect_answer(send(&subject, server.url("/")));
    let outcome = call(&subject, post(server.url("/"), "{}").with_time_left(SHORT));
    expect_kind(outcome, Kind::Timeout);
    server.finish();
}

/// A limit for each read is none for the call: a byte every few milliseconds keeps it going for ever.
pub(crate) fn a_dribbled_head_ends_in_time(candidate: &Candidate) {
    let script = Script::answer("HTTP/1.1 200 OK\r\nx: ").dribble_for_ever("x");
    expect_kind(hurried(candidate, script), Kind::Timeout);
}

/// The same in the body, which many libraries have no limit for at all.
pub(crate) fn a_dribbled_body_ends_in_time(candidate: &Candidate) {
    let script = Script::answer("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n").dribble_for_ever("body");
    expect_kind(hurried(candidate, script), Kind::Timeout);
}

/// The same in chunks, and in their sizes.
pub(crate) fn dribbled_chunks_end_in_time(candidate: &Candidate) {
    let script = Script::answer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        .dribble_for_ever("1\r\na\r\n");
    expect_kind(hurried(candidate, script), Kind::Timeout);
}

/// Announcements of an answer are not an answer, however many there are.
pub(crate) fn endless_announcements_end_in_time(candidate: &Candidate) {
    let script = Script::new().read_request().dribble_for_ever("HTTP/1.1 103 Early Hints\r\n\r\n");
    expect_error(hurried(candidate, script));
}

/// A server that reads nothing makes the write block, and it must end too.
pub(crate) fn a_server_that_never_reads_ends_in_time(candidate: &Candidate) {
    let server = Server::start([Script::new().stall()]);
    let request = post(server.url("/"), vec![b'x'; 32 << 20]).with_time_left(SHORT);
    expect_kind(call(&plain(candidate), request), Kind::Timeout);
    server.finish();
}

/// Slow is not silent: an answer that arrives within its time is an answer, however its bytes come.
pub(crate) fn a_slow_answer_within_its_time_is_an_answer(candidate: &Candidate) {
    let script = Script::new().read_request().dribble("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    assert_eq!(&expect_answer(exchange(candidate, script).0).body()[..], b"ok");
}

/// A call that ran out of time leaves nothing broken behind.
pub(crate) fn the_call_after_a_timeout_works(candidate: &Candidate) {
    let server = Server::start([Script::silence().drain(), Script::answer(OK)]);
    let subject = plain(candidate);
    expect_error(call(&subject, post(server.url("/"), "{}").with_time_left(SHORT)));
    assert_eq!(&expect_answer(send(&subject, server.url("/"))).body()[..], b"ok");
    server.finish();
}

/// An answer that comes too late is nobody's: not the next caller's either.
pub(crate) fn a_late_answer_never_reaches_the_next_caller(candidate: &Candidate) {
    let gate = crate::server::Gate::new();
    let until_too_late = gate.clone();
    let server = Server::serve(move |request| {
        if request.number() > 0 {
            return Reply::new(OK);
        }
        Reply::new("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate").after(&until_too_late)
    });
    let subject = plain(candidate);
    expect_error(call(&subject, post(server.url("/"), "{}").with_time_left(SHORT)));
    gate.open();
    assert_eq!(&expect_answer(send(&subject, server.url("/"))).body()[..], b"ok");
    server.finish();
}

/// The largest limits are limits like any: adding one to the present moment overflows the clock in std.
pub(crate) fn the_largest_limits_overflow_nothing(candidate: &Candidate) {
    let (outcome, _) = exchange_with(candidate, Script::answer(OK), |request| {
        request
            .with_time_left(Duration::MAX)
            .with_connect_timeout(Duration::MAX)
            .with_max_response_bytes(usize::MAX)
    });
    assert_eq!(expect_answer(outcome).status(), 200);
}

/// A GET has its time limit too.
pub(crate) fn a_request_without_a_body_ends_in_time(candidate: &Candidate) {
    let server = Server::start([Script::silence().drain()]);
    let request = Request::get(server.url("/")).body(RequestBody::empty());
    let request = TransportRequest::new(request.unwrap_or_else(|error| panic!("{error}")));
    expect_kind(call(&plain(candidate), request.with_time_left(SHORT)), Kind::Timeout);
    server.finish();
}
