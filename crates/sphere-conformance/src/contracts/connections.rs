//! Connections are used again while they are good, and only then.

use std::sync::{Arc, Barrier, mpsc};
use std::time::Duration;

use super::kit::{EMPTY, OK, SHORT, call, expect_answer, plain, post, send};
use crate::Candidate;
use crate::server::{Gate, Received, Reply, Script, Server};

/// How long a connection rests in these contracts: long enough that a transport has noticed what happened to
/// it, far below the four seconds for which it may be kept.
const REST: Duration = Duration::from_millis(100);

/// How many connections these requests came on.
fn connections(requests: &[Received]) -> usize {
    let mut numbers: Vec<_> = requests.iter().map(Received::connection).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.len()
}

/// Makes one call after the other, one for each of these answers, and says how many connections they took.
fn connections_for(candidate: &Candidate, answers: &[&'static str]) -> usize {
    let given = answers.to_vec();
    let server = Server::serve(move |request| given[request.number() % given.len()]);
    let subject = plain(candidate);
    for _ in answers {
        drop(send(&subject, server.url("/")));
    }
    connections(&server.finish())
}

/// A new connection costs three round trips more than one that is there.
pub(crate) fn calls_in_sequence_share_a_connection(candidate: &Candidate) {
    assert_eq!(connections_for(candidate, &[EMPTY, OK, EMPTY, OK]), 1);
}

/// An error status is an answer and says nothing against its connection. Throwing it away makes an outage
/// worse, since every retry then has to connect.
pub(crate) fn error_statuses_keep_the_connection(candidate: &Candidate) {
    let answers = &[
        "HTTP/1.1 404 No\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 429 No\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
        "HTTP/1.1 503 No\r\ncontent-length: 3\r\n\r\nnot",
        "HTTP/1.1 302 No\r\nlocation: /\r\ncontent-length: 2\r\n\r\ngo",
        "HTTP/1.1 204 No\r\n\r\n",
    ];
    assert_eq!(connections_for(candidate, answers), 1);
}

/// A server that says `connection: close` closes after its answer, whether it has yet or not.
pub(crate) fn a_connection_that_the_server_ends_is_not_used_again(candidate: &Candidate) {
    let last = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(connections_for(candidate, &[last, last]), 2);
}

/// In HTTP/1.0 that is the rule (RFC 9112, section 9.3).
pub(crate) fn a_connection_of_http_1_0_is_not_used_again(candidate: &Candidate) {
    let last = "HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(connections_for(candidate, &[last, last]), 2);
}

/// Servers close connections that rest. If that was a while ago, the next call must not fail for it.
pub(crate) fn a_connection_closed_at_rest_costs_no_request(candidate: &Candidate) {
    for first in [Script::answer(OK).close(), Script::answer(OK).reset()] {
        let server = Server::start([first, Script::answer(OK)]);
        let subject = plain(candidate);
        expect_answer(send(&subject, server.url("/")));
        server.wait_until_closed(0);
        std::thread::sleep(REST);
        assert_eq!(&expect_answer(send(&subject, server.url("/"))).body()[..], b"ok");
        server.finish();
    }
}

/// Bytes after an answer belong to no request. If they reach the next caller, he gets an answer that an
/// attacker, or a confused gateway, has chosen.
pub(crate) fn bytes_after_an_answer_never_reach_the_next_caller(candidate: &Candidate) {
    let evil = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil";
    for body in ["content-length: 2\r\n\r\nok", "transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"] {
        let first = format!("HTTP/1.1 200 OK\r\n{body}{evil}");
        let server = Server::serve(move |request| match request.number() {
            0 => first.clone(),
            _ => OK.to_owned(),
        });
        let subject = plain(candidate);
        for _ in 0..2 {
            assert_eq!(&expect_answer(send(&subject, server.url("/"))).body()[..], b"ok");
        }
    }
}

/// Nor do bytes that come while the connection rests, such as the 408 of a server that is tired of waiting.
pub(crate) fn bytes_at_rest_never_reach_the_next_caller(candidate: &Candidate) {
    let (answered, said) = (Gate::new(), Gate::new());
    let stray = "HTTP/1.1 408 Timeout\r\ncontent-length: 4\r\n\r\nevil";
    let first = Script::answer(OK).pause(&answered).offer(stray).open(&said).drain();
    let server = Server::start([first, Script::answer(OK)]);
    let subject = plain(candidate);
    expect_answer(send(&subject, server.url("/")));
    answered.open();
    said.wait();
    std::thread::sleep(REST);
    // To refuse the connection, or to fail, are both safe.
    if let Ok(response) = send(&subject, server.url("/")) {
        assert_eq!(&response.body()[..], b"ok");
    }
}

/// A server may answer before it has read the whole request. What is left of that must not stand before the
/// next one.
pub(crate) fn an_early_answer_does_not_harm_the_next_call(candidate: &Candidate) {
    let early = "HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n";
    let gate = Gate::new();
    let first = Script::new().read(1000).write(early).pause(&gate).drain();
    let server = Server::start([first, Script::answer(OK)]);
    let subject = plain(candidate);
    let large = post(server.url("/"), vec![b'x'; 16 << 20]);
    // A transport that insists on writing everything first runs out of time; both are allowed.
    drop(call(&subject, large.with_time_left(SHORT * 4)));
    assert_eq!(&expect_answer(send(&subject, server.url("/"))).body()[..], b"ok");
    gate.open();
    server.finish();
}

/// Whatever went wrong, the transport goes on working.
pub(crate) fn the_call_after_a_failure_works(candidate: &Candidate) {
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
        assert_eq!(&expect_answer(send(&subject, server.url("/good"))).body()[..], b"ok");
    }
}

/// Two servers are two: what is kept for one is not used for the other.
pub(crate) fn connections_are_kept_apart_by_server(candidate: &Candidate) {
    let one = Server::serve(|_| "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\none");
    let two = Server::serve(|_| "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\ntwo");
    let subject = plain(candidate);
    for _ in 0..2 {
        assert_eq!(&expect_answer(send(&subject, one.url("/"))).body()[..], b"one");
        assert_eq!(&expect_answer(send(&subject, two.url("/"))).body()[..], b"two");
    }
}

/// Each of 64 callers at once gets the answer to its own question.
pub(crate) fn concurrent_calls_get_their_own_answers(candidate: &Candidate) {
    const CALLS: usize = 64;
    let server = Server::serve(|request| {
        let body = [request.target().as_bytes(), request.body()].concat();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        [head.as_bytes(), &body].concat()
    });
    let subject = plain(candidate);
    let all_at_once = Arc::new(Barrier::new(CALLS));
    let (done, outcomes) = mpsc::channel();
    for number in 0..CALLS {
        let (subject, all_at_once, done) = (Arc::clone(&subject), Arc::clone(&all_at_once), done.clone());
        let request = post(server.url(&format!("/{number}")), format!("[{number}]"));
        std::thread::spawn(move || {
            all_at_once.wait();
            let _ = done.send((number, subject.send(request)));
        });
    }
    for _ in 0..CALLS {
        let outcome = outcomes.recv_timeout(crate::server::PATIENCE);
        let (number, outcome) = outcome.unwrap_or_else(|error| panic!("not every call returned: {error}"));
        let body = expect_answer(outcome).into_http().into_body();
        assert_eq!(body, format!("/{number}[{number}]"));
    }
    assert_eq!(server.finish().len(), CALLS);
}
