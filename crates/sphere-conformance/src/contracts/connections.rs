//! Connections are reused while they are usable, and only then.

use std::sync::{Arc, Barrier, mpsc};
use std::time::Duration;

use super::calls::{AMPLE, EMPTY, OK, SHORT, call, large_body, plain, post, send, try_call};
use super::expect::{expect_body, expect_eq, expect_requests, expect_response};
use crate::server::{Gate, Received, Reply, Script, Server};
use crate::subject::Candidate;

/// How long a connection is idle in these contracts: long enough that the end of the connection, or stray bytes,
/// have reached the transport; far below the time for which it may keep one.
const IDLE: Duration = Duration::from_millis(100);

/// How many connections these requests came on.
fn connections(requests: &[Received]) -> usize {
    let mut numbers: Vec<_> = requests.iter().map(Received::connection).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.len()
}

/// Makes one call after the other, one for each of these responses, and returns how many connections they took.
fn connections_for(candidate: &Candidate, responses: &[&'static str]) -> usize {
    let given = responses.to_vec();
    let server = Server::serve(move |request| given[request.number() % given.len()]);
    let subject = plain(candidate);
    for _ in responses {
        expect_response(send(&subject, server.url("/")));
    }
    connections(&server.finish())
}

/// The calls take this many connections.
fn take_connections(candidate: &Candidate, responses: &[&'static str], count: usize) {
    let taken = connections_for(candidate, responses);
    expect_eq(&format!("the number of connections for {} calls", responses.len()), taken, count);
}

/// The calls share a connection.
fn share_a_connection(candidate: &Candidate, responses: &[&'static str]) {
    let taken = any_of_a_few(|| connections_for(candidate, responses), |taken| *taken == 1);
    expect_eq(&format!("the number of connections for {} calls", responses.len()), taken, 1);
}

/// The result of the first of a few tries that is as it should be, or else of the last. Some transports keep a
/// connection a moment after the response is complete, and on a busy machine the next call may be earlier.
pub(super) fn any_of_a_few<T>(attempt: impl Fn() -> T, is_right: impl Fn(&T) -> bool) -> T {
    let mut result = attempt();
    for _ in 1..5 {
        if is_right(&result) {
            break;
        }
        result = attempt();
    }
    result
}

/// A new connection costs three more round trips than an existing one.
pub(crate) fn sequential_calls_share_a_connection(candidate: &Candidate) {
    share_a_connection(candidate, &[EMPTY, OK, EMPTY, OK]);
}

/// An error status is a response and says nothing against its connection. If every error closed its connection,
/// every retry would have to connect, which makes an outage worse.
pub(crate) fn error_statuses_keep_the_connection(candidate: &Candidate) {
    let responses = &[
        "HTTP/1.1 404 No\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 429 No\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
        "HTTP/1.1 503 No\r\ncontent-length: 3\r\n\r\nnot",
        "HTTP/1.1 302 No\r\nlocation: /\r\ncontent-length: 2\r\n\r\ngo",
        "HTTP/1.1 204 No\r\n\r\n",
    ];
    share_a_connection(candidate, responses);
}

/// The SDK asks for a new connection if the server said that the last one was the wrong one (421, RFC 9110,
/// section 15.5.20).
pub(crate) fn required_fresh_connection_is_opened(candidate: &Candidate) {
    let server = Server::serve(|_| OK);
    let subject = plain(candidate);
    expect_response(send(&subject, server.url("/")));
    expect_response(call(&subject, post(server.url("/"), "").with_fresh_connection(true)));
    let taken = connections(&server.finish());
    expect_eq("the number of connections for 2 calls, the second on a fresh one,", taken, 2);
}

/// After `connection: close` the server closes, sooner or later.
pub(crate) fn connection_close_header_prevents_reuse(candidate: &Candidate) {
    let last = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    take_connections(candidate, &[last, last], 2);
}

/// HTTP/1.0 connections are not kept (RFC 9112, section 9.3).
pub(crate) fn http_1_0_connection_is_not_reused(candidate: &Candidate) {
    let last = "HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n";
    take_connections(candidate, &[last, last], 2);
}

/// Servers close idle connections. The next call must not fail because of one that was closed a while ago.
pub(crate) fn connection_closed_while_idle_fails_no_call(candidate: &Candidate) {
    for first in [Script::respond(OK).close(), Script::respond(OK).reset()] {
        let server = Server::start([first, Script::respond(OK)]);
        let subject = plain(candidate);
        expect_response(send(&subject, server.url("/")));
        server.wait_until_closed(0);
        std::thread::sleep(IDLE);
        expect_body(&expect_response(send(&subject, server.url("/"))), "ok");
        server.finish();
    }
}

/// Bytes after a response belong to no request. If the next caller got them, an attacker or a confused gateway
/// would choose the response.
pub(crate) fn bytes_after_a_response_are_never_returned(candidate: &Candidate) {
    let evil = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil";
    for body in ["content-length: 2\r\n\r\nok", "transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"] {
        let first = format!("HTTP/1.1 200 OK\r\n{body}{evil}");
        let server = Server::serve(move |request| match request.number() {
            0 => first.clone(),
            _ => OK.to_owned(),
        });
        let subject = plain(candidate);
        for _ in 0..2 {
            expect_body(&expect_response(send(&subject, server.url("/"))), "ok");
        }
    }
}

/// The same for bytes that arrive while the connection is idle, such as the 408 of a server that closes it.
pub(crate) fn bytes_while_idle_are_never_returned(candidate: &Candidate) {
    let (responded, written) = (Gate::new(), Gate::new());
    let stray = "HTTP/1.1 408 Timeout\r\ncontent-length: 4\r\n\r\nevil";
    let first = Script::respond(OK).pause(&responded).try_write(stray).open(&written).drain();
    let server = Server::start([first, Script::respond(OK)]);
    let subject = plain(candidate);
    expect_response(send(&subject, server.url("/")));
    responded.open();
    written.wait();
    std::thread::sleep(IDLE);
    // An error is safe as well.
    if let Ok(response) = send(&subject, server.url("/")) {
        expect_body(&response, "ok");
    }
}

/// A server may respond before it has read the whole request. The rest of that request must not come before the
/// next one.
pub(crate) fn early_response_does_not_harm_the_next_call(candidate: &Candidate) {
    // More than once: how much of the request is written by then differs. But what hangs does so each time.
    for _ in 0..3 {
        if !call_after_an_early_response_succeeds(candidate) {
            break;
        }
    }
}

/// Returns whether the first call ended.
fn call_after_an_early_response_succeeds(candidate: &Candidate) -> bool {
    let early = "HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n";
    let mut time_left = SHORT;
    loop {
        let (responded, gate) = (Gate::new(), Gate::new());
        let first = Script::new().read(1000).write(early).open(&responded).pause(&gate).drain();
        let server = Server::start([first, Script::respond(OK)]);
        let subject = plain(candidate);
        let large = post(server.url("/"), large_body());
        // A transport that writes everything first runs out of time, or hangs. All that is allowed here.
        let has_ended = try_call(&subject, large.with_time_left(time_left)).is_ok();
        if !responded.is_open() && time_left < AMPLE {
            // On a busy machine the time may run out before the response.
            time_left *= 5;
            continue;
        }
        expect_body(&expect_response(send(&subject, server.url("/"))), "ok");
        gate.open();
        server.finish();
        return has_ended;
    }
}

/// A failure of one call does not break the next.
pub(crate) fn call_after_a_failure_succeeds(candidate: &Candidate) {
    for reply in [
        Reply::new("").close(),
        Reply::new("").reset(),
        Reply::new("garbage\r\n\r\n"),
        Reply::new("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").close(),
        Reply::new("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
    ] {
        let server = Server::serve(move |request| match request.target().as_str() {
            "/bad" => reply.clone(),
            _ => OK.into(),
        });
        let subject = plain(candidate);
        drop(send(&subject, server.url("/bad")));
        expect_body(&expect_response(send(&subject, server.url("/good"))), "ok");
    }
}

/// A connection to one server is not used for another.
pub(crate) fn each_server_has_its_own_connections(candidate: &Candidate) {
    let one = Server::serve(|_| "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\none");
    let two = Server::serve(|_| "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\ntwo");
    let subject = plain(candidate);
    for _ in 0..2 {
        for (server, body) in [(&one, "one"), (&two, "two")] {
            let request = post(server.url("/"), "").with_time_left(AMPLE);
            expect_body(&expect_response(call(&subject, request)), body);
        }
    }
}

/// Each of 64 concurrent callers gets the response to its own request.
pub(crate) fn concurrent_calls_get_their_own_responses(candidate: &Candidate) {
    const CALLS: usize = 64;
    let server = Server::serve(|request| {
        let body = [request.target().as_bytes(), request.body()].concat();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        [head.as_bytes(), &body].concat()
    });
    let subject = plain(candidate);
    let start = Arc::new(Barrier::new(CALLS));
    let (done, outcomes) = mpsc::channel();
    for number in 0..CALLS {
        let (subject, start, done) = (Arc::clone(&subject), Arc::clone(&start), done.clone());
        let request = post(server.url(&format!("/{number}")), format!("[{number}]"));
        std::thread::spawn(move || {
            start.wait();
            let _ = done.send((number, subject.send(request)));
        });
    }
    drop(done);
    for finished in 0..CALLS {
        let outcome = outcomes.recv_timeout(crate::server::MAX_WAIT);
        let (number, outcome) = outcome
            .unwrap_or_else(|_| panic!("all {CALLS} concurrent calls must return, but only {finished} did"));
        expect_body(&expect_response(outcome), format!("/{number}[{number}]"));
    }
    expect_requests(&server.finish(), CALLS);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_success_counts_and_failure_ends() {
        let tries = std::cell::Cell::new(0);
        let attempt = || {
            tries.set(tries.get() + 1);
            tries.get()
        };
        assert_eq!(any_of_a_few(attempt, |&number| number == 3), 3);
        assert_eq!(any_of_a_few(attempt, |_| false), 8);
    }
}
