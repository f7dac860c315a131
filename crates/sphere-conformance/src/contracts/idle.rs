//! How long connections are kept, and which one is used next: the rules by which the SDK's own transports keep their
//! calls fast and lose none to a server that closes idle connections.

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use sphere_core::transport::{Delivery, TransportErrorKind as Kind};

use super::calls::{AMPLE, OK, call, plain, post, send};
use super::connections::any_of_a_few;
use super::expect::{describe, expect_body, expect_eq, expect_response};
use crate::server::{Closing, Event, Gate, MAX_WAIT, RefusingPort, Reply, Script, Server};
use crate::subject::Candidate;
use crate::subject::Subject;

/// How long a connection is idle in these contracts.
const IDLE: Duration = Duration::from_millis(100);

/// The connection on which each request came, in the order of the requests.
fn connections(server: Server) -> Vec<usize> {
    server.finish().iter().map(crate::server::Received::connection).collect()
}

/// A request that must not be sent twice is not sent on a connection that the server may be closing. The connection
/// stays for other requests.
pub(crate) fn cautious_request_leaves_idle_connections_to_others(candidate: &Candidate) {
    let last = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let server = Server::serve(move |request| if request.target() == "/last" { last } else { OK });
    let subject = plain(candidate);
    let request = |path, max_idle_time| post(server.url(path), "").with_max_idle_time(max_idle_time);
    expect_response(call(&subject, request("/", AMPLE)));
    std::thread::sleep(IDLE);
    expect_response(call(&subject, request("/last", IDLE / 2)));
    expect_response(call(&subject, request("/", MAX_WAIT)));
    expect_eq("the connections of a call, a cautious one and another", connections(server), [0, 1, 0]);
}

/// Two calls at the same time: the first, on connection 0, gets this response after the second has ended.
fn one_call_during_another(subject: &Arc<dyn Subject>, first: &'static str) -> Server {
    let (arrived, second_is_done) = (Gate::new(), Gate::new());
    let (at_the_server, until_second) = (arrived.clone(), second_is_done.clone());
    let server = Server::serve(move |request| {
        if request.target() != "/slow" {
            return Reply::new(OK);
        }
        at_the_server.open();
        Reply::new(first).after(&until_second)
    });
    let (done, outcome) = mpsc::channel();
    let (slow, sender) = (post(server.url("/slow"), ""), Arc::clone(subject));
    std::thread::spawn(move || drop(done.send(sender.send(slow))));
    arrived.wait();
    expect_response(send(subject, server.url("/")));
    second_is_done.open();
    let outcome =
        outcome.recv_timeout(MAX_WAIT).unwrap_or_else(|_| panic!("`send` must return, but did not"));
    expect_response(outcome);
    server
}

/// The connection that was used last is used next: it is the least likely to be closed, and the others become old
/// enough to be closed.
pub(crate) fn newest_connection_is_used_first(candidate: &Candidate) {
    let used = || {
        let subject = plain(candidate);
        let server = one_call_during_another(&subject, OK);
        expect_response(send(&subject, server.url("/")));
        connections(server)
    };
    let used = any_of_a_few(used, |used| *used == [0, 1, 0]);
    expect_eq("the connections of a slow call, a call meanwhile and one after both", used, [0, 1, 0]);
}

/// A server that keeps idle connections for no time says so (`Keep-Alive: timeout=0`).
pub(crate) fn keep_alive_timeout_of_zero_prevents_reuse(candidate: &Candidate) {
    let once = "HTTP/1.1 200 OK\r\nkeep-alive: timeout=0\r\ncontent-length: 0\r\n\r\n";
    let server = Server::serve(move |_| once);
    let subject = plain(candidate);
    // Many calls: a transport that keeps the connection may do so too late for the next call.
    for _ in 0..30 {
        expect_response(send(&subject, server.url("/")));
    }
    expect_eq("the connections of 30 calls", connections(server), (0..30).collect::<Vec<_>>());
}

/// An idle connection is closed before the server closes it, whether there is another call or not, and whether others
/// may stay for longer. Otherwise each keeps a socket on both sides.
pub(crate) fn idle_connection_is_closed_without_another_call(candidate: &Candidate) {
    // A second, of which the transport leaves a margin.
    let short = "HTTP/1.1 200 OK\r\nkeep-alive: timeout=1, max=100\r\ncontent-length: 0\r\n\r\n";
    let subject = plain(candidate);
    let server = one_call_during_another(&subject, short);
    server.wait_until_closed(0);
    let by_client = server.events().iter().any(|event| {
        matches!(event, Event::Closed { connection: 0, how: Closing::ByClient | Closing::ResetByClient })
    });
    assert!(by_client, "the transport must close the idle connection, but did not");
    // It lives until here.
    drop(subject);
}

/// If the server closes an idle connection, the transport closes its side soon, whether there is another call or not.
pub(crate) fn connection_closed_while_idle_is_freed(candidate: &Candidate) {
    // A close that comes along with the response is another matter: it is seen when the response is read.
    let idle = Gate::new();
    let server = Server::start([Script::respond(OK).pause(&idle).half_close()]);
    let subject = plain(candidate);
    expect_response(send(&subject, server.url("/")));
    idle.open();
    server.wait_until_closed(0);
    server.finish();
    // It lives until here.
    drop(subject);
}

/// The connections of a burst are kept for the next one, however many there were.
pub(crate) fn second_burst_opens_no_connection(candidate: &Candidate) {
    let used = any_of_a_few(|| connections_of_two_bursts(candidate), |used| *used == CALLS);
    expect_eq(&format!("the number of connections of two bursts of {CALLS}"), used, CALLS);
}

/// How many calls are in a burst.
const CALLS: usize = 120;

fn connections_of_two_bursts(candidate: &Candidate) -> usize {
    let gates = [Gate::new(), Gate::new()];
    let at_the_server = gates.clone();
    // Each burst is in flight at once.
    let server = Server::serve(move |request| {
        let gate = &at_the_server[request.number() / CALLS];
        if request.number() % CALLS == CALLS - 1 {
            gate.open();
        }
        Reply::new(OK).after(gate)
    });
    let subject = plain(candidate);
    for _ in 0..2 {
        let (done, outcomes) = mpsc::channel();
        for _ in 0..CALLS {
            let (subject, done, request) = (Arc::clone(&subject), done.clone(), post(server.url("/"), ""));
            let request = request.with_connect_timeout(MAX_WAIT);
            std::thread::spawn(move || drop(done.send(subject.send(request))));
        }
        let since = Instant::now();
        for _ in 0..CALLS {
            let outcome = outcomes.recv_timeout(MAX_WAIT.saturating_sub(since.elapsed()));
            expect_response(outcome.unwrap_or_else(|_| panic!("all {CALLS} calls must return, but did not")));
        }
    }
    let mut used = connections(server);
    used.sort_unstable();
    used.dedup();
    used.len()
}

/// A connection that was opened ahead of a call is used by it. One is enough.
pub(crate) fn warmed_up_connection_carries_the_next_call(candidate: &Candidate) {
    let server = Server::serve(|_| OK);
    let subject = plain(candidate);
    for _ in 0..2 {
        let outcome = subject.warm_up(post(server.url("/"), ""));
        outcome.unwrap_or_else(|error| panic!("`warm_up` must connect, but failed: {}", describe(&error)));
    }
    server.wait_for(|event| matches!(event, Event::Accepted { .. }));
    expect_eq("the number of requests after `warm_up`", server.requests().len(), 0);
    expect_response(send(&subject, server.url("/")));
    let accepted = |event: &&Event| matches!(event, Event::Accepted { .. });
    let connections = server.events().iter().filter(accepted).count();
    expect_eq("the number of connections of two `warm_up` and a call", connections, 1);
}

/// A connection that cannot be opened ahead of a call is the same error as in a call.
pub(crate) fn failed_warm_up_is_reported_as_not_sent(candidate: &Candidate) {
    let refusing = RefusingPort::new();
    let port = refusing.address().port();
    let error = plain(candidate).warm_up(post(format!("http://127.0.0.1:{port}/"), ""));
    let Err(error) = error else { panic!("the port refused, but `warm_up` succeeded") };
    expect_eq("the error's kind", error.kind(), Kind::Connect);
    expect_eq("the error's delivery", error.delivery(), Delivery::NotSent);
}

/// Bytes that were there before the first request belong to no request.
pub(crate) fn bytes_before_the_first_request_are_never_returned(candidate: &Candidate) {
    let written = Gate::new();
    let evil = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil";
    let server = Server::start([Script::new().try_write(evil).open(&written).drain(), Script::respond(OK)]);
    let subject = plain(candidate);
    if subject.warm_up(post(server.url("/"), "")).is_err() {
        // They were refused at once.
        return;
    }
    written.wait();
    std::thread::sleep(IDLE);
    // An error is safe as well.
    if let Ok(response) = send(&subject, server.url("/")) {
        expect_body(&response, "ok");
    }
}
