//! Every call ends when its time is over, whatever the server does. A contract says that a call hangs only if it
//! is four seconds late, so that a busy machine fails no contract.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::panic::resume_unwind;
use std::thread;
use std::time::{Duration, Instant};

use http::Request;
use socket2::{Domain, Socket, Type};
use sphere_core::transport::{Delivery, RequestBody, TransportErrorKind as Kind, TransportRequest};

use super::calls::{
    AMPLE, EMPTY, OK, SHORT, call, connect, exchange, exchange_with, large_body, plain, post,
    request_arrived, send, time_runs_out,
};
use super::expect::{
    Outcome, expect_body, expect_eq, expect_error, expect_kind, expect_response, expect_status,
    expect_unknown,
};
use crate::server::{Event, Gate, Reply, Script, Server};
use crate::subject::Candidate;

/// The time of one call runs out while a server plays this script.
fn ends_in_time(candidate: &Candidate, script: &Script) {
    let request = |server: &Server| post(server.url("/"), "{}");
    expect_kind(time_runs_out(candidate, script, request, request_arrived), Kind::Timeout);
}

/// If no time is left, nothing is sent.
pub(crate) fn no_time_left_sends_nothing(candidate: &Candidate) {
    let server = Server::serve(|_| OK);
    let subject = plain(candidate);
    // With a connection that is ready, and often: a transport that is wrong may be too slow to show it each time.
    expect_response(send(&subject, server.url("/")));
    let no_time = || post(server.url("/"), "{}").with_time_left(Duration::ZERO);
    let outcomes: Vec<_> = (0..100).map(|_| call(&subject, no_time())).collect();
    expect_eq("the number of requests, of which one had time left,", server.finish().len(), 1);
    for outcome in outcomes {
        expect_kind(outcome, Kind::Timeout);
    }
}

/// A listener whose queue is full, so that the system ignores further connections. The streams keep it full.
fn full_queue() -> (SocketAddr, TcpListener, Vec<TcpStream>) {
    let made = (|| {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        socket.listen(0)?;
        let listener = TcpListener::from(socket);
        let address = listener.local_addr()?;
        Ok((address, listener))
    })();
    let (address, listener) =
        made.unwrap_or_else(|error: std::io::Error| panic!("there is no free port: {error}"));
    let fill = |_| TcpStream::connect_timeout(&address, SHORT).ok();
    (address, listener, (0..10_000).map_while(fill).collect())
}

/// A host that ignores connections, as behind a firewall, costs at most the connect timeout.
pub(crate) fn unanswered_connect_ends_with_the_connect_timeout(candidate: &Candidate) {
    let (address, _listener, _streams) = full_queue();
    let request = post(format!("http://{address}/"), "{}").with_connect_timeout(SHORT);
    expect_kind(connect(&plain(candidate), request), Kind::Timeout);
}

/// The most common outage: the server accepts, reads and never responds.
pub(crate) fn silent_server_ends_in_time(candidate: &Candidate) {
    ends_in_time(candidate, &Script::silence());
}

/// The same on a connection that has just worked.
pub(crate) fn silent_reused_connection_ends_in_time(candidate: &Candidate) {
    let server = Server::serve(|request| match request.number() {
        0 => Reply::new(EMPTY),
        _ => Reply::new("").silence(),
    });
    let subject = plain(candidate);
    expect_response(send(&subject, server.url("/")));
    let outcome = call(&subject, post(server.url("/"), "{}").with_time_left(SHORT));
    expect_kind(outcome, Kind::Timeout);
    server.finish();
}

/// A limit for each read does not limit the call: a byte every few milliseconds keeps it going for ever.
pub(crate) fn dribbled_head_ends_in_time(candidate: &Candidate) {
    let script = Script::respond("HTTP/1.1 200 OK\r\nx: ").dribble_forever("x");
    ends_in_time(candidate, &script);
}

/// The same for a body, which many libraries do not limit at all.
pub(crate) fn dribbled_body_ends_in_time(candidate: &Candidate) {
    let script = Script::respond("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n").dribble_forever("body");
    ends_in_time(candidate, &script);
}

/// The same for chunks and their sizes.
pub(crate) fn dribbled_chunks_end_in_time(candidate: &Candidate) {
    let response = Script::respond("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    ends_in_time(candidate, &response.clone().dribble_forever("1\r\na\r\n"));
    // In the middle of a size. On a busy machine the time may run out before that.
    ends_in_time(candidate, &response.try_write("1"));
}

/// Informational responses are not a response, however many there are.
pub(crate) fn endless_informational_responses_end_in_time(candidate: &Candidate) {
    let script = Script::new().read_request().dribble_forever("HTTP/1.1 103 Early Hints\r\n\r\n");
    ends_in_time(candidate, &script);
}

/// If a server reads nothing, writing blocks. That ends too, and the server may act on what it got.
pub(crate) fn server_that_never_reads_ends_in_time(candidate: &Candidate) {
    let request = |server: &Server| post(server.url("/"), large_body());
    let began = |server: &Server, outcome: &Outcome| {
        let is_connected = server.events().iter().any(|event| matches!(event, Event::Accepted { .. }));
        is_connected && !matches!(outcome, Err(error) if error.delivery() == Delivery::NotSent)
    };
    let outcome = time_runs_out(candidate, &Script::new().stall(), request, began);
    expect_unknown(Err(expect_kind(outcome, Kind::Timeout)));
}

/// A slow response that arrives in time is a response.
pub(crate) fn slow_response_in_time_is_accepted(candidate: &Candidate) {
    let script = Script::new().read_request().dribble("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    expect_body(&expect_response(exchange(candidate, script).0), "ok");
}

/// A call that timed out breaks nothing for the next.
pub(crate) fn call_after_a_timeout_succeeds(candidate: &Candidate) {
    let server = Server::serve(|request| match request.target().as_str() {
        "/silent" => Reply::new("").silence(),
        _ => OK.into(),
    });
    let subject = plain(candidate);
    let mut time_left = SHORT;
    // On a busy machine the time may run out before the request arrives.
    while server.requests().is_empty() && time_left < AMPLE * 2 {
        expect_error(call(&subject, post(server.url("/silent"), "{}").with_time_left(time_left)));
        time_left *= 5;
    }
    expect_body(&expect_response(send(&subject, server.url("/"))), "ok");
    server.finish();
}

/// A response that comes too late is not returned to the next caller.
pub(crate) fn late_response_never_reaches_another_call(candidate: &Candidate) {
    let gate = Gate::new();
    let until_too_late = gate.clone();
    let server = Server::serve(move |request| {
        if request.target() != "/late" {
            return Reply::new(OK);
        }
        Reply::new("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate").after(&until_too_late)
    });
    let subject = plain(candidate);
    expect_error(call(&subject, post(server.url("/late"), "{}").with_time_left(SHORT)));
    gate.open();
    expect_body(&expect_response(send(&subject, server.url("/"))), "ok");
    server.finish();
}

/// The largest limits are valid: added to the current time they overflow std's clock.
pub(crate) fn largest_limits_do_not_overflow(candidate: &Candidate) {
    let (outcome, _) = exchange_with(candidate, Script::respond(OK), |request| {
        request
            .with_time_left(Duration::MAX)
            .with_connect_timeout(Duration::MAX)
            .with_max_response_bytes(usize::MAX)
    });
    expect_status(&expect_response(outcome), 200);
}

/// A GET has a time limit too.
pub(crate) fn request_without_a_body_ends_in_time(candidate: &Candidate) {
    let request = |server: &Server| {
        let request = Request::get(server.url("/")).body(RequestBody::empty());
        TransportRequest::new(request.unwrap_or_else(|error| panic!("the request is invalid: {error}")))
    };
    expect_kind(time_runs_out(candidate, &Script::silence(), request, request_arrived), Kind::Timeout);
}

/// A call of seconds ends at most 50 milliseconds later than a thread that sleeps for as long. A receive timeout of the
/// kernel is late by up to an eighth of its length. One good try of a few is enough, since a busy machine is late too.
pub(crate) fn long_limit_is_kept_to_50_milliseconds(candidate: &Candidate) {
    const LIMIT: Duration = Duration::from_millis(4200);
    let subject = plain(candidate);
    let a_call_is_late = || {
        let server = Server::start([Script::silence()]);
        let since = Instant::now();
        let outcome = call(&subject, post(server.url("/"), "{}").with_time_left(LIMIT));
        let late = since.elapsed().saturating_sub(LIMIT);
        expect_kind(outcome, Kind::Timeout);
        server.finish();
        late
    };
    let a_thread_is_late = || {
        let since = Instant::now();
        thread::sleep(LIMIT);
        since.elapsed().saturating_sub(LIMIT)
    };
    let mut found = Vec::new();
    for _ in 0..2 {
        let (mut calls, mut threads) = thread::scope(|scope| {
            let calls = [(); 3].map(|()| scope.spawn(a_call_is_late));
            let threads = [(); 3].map(|()| scope.spawn(a_thread_is_late));
            (calls.map(finished), threads.map(finished))
        });
        calls.sort_unstable();
        threads.sort_unstable();
        if calls[0] <= threads[1] + Duration::from_millis(50) {
            return;
        }
        found.push((calls, threads));
    }
    panic!(
        "a call of {LIMIT:?} must end at most 50 ms later than a thread that sleeps, but calls and threads were late by {found:?}"
    );
}

fn finished<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}
