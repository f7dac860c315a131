//! What only async transports can do wrong.

use std::future::poll_fn;
use std::task::Poll;

use sphere_core::transport::{Transport, TransportRequest};

use super::calls::{AMPLE, OK, plain, post, send};
use super::expect::{Outcome, expect_body, expect_response};
use crate::server::{Gate, Reply, Script, Server};
use crate::subject::Candidate;
use crate::subject::RETURNED_BEFORE;

/// A POST with more time than a transport needs. A transport that blocks its thread waits all of it.
fn request(server: &Server) -> TransportRequest {
    post(server.url("/"), "{}").with_time_left(AMPLE)
}

fn finished(outcome: Option<Outcome>) -> Outcome {
    outcome.unwrap_or_else(|| panic!("{RETURNED_BEFORE}"))
}

/// While the server works, the thread is free for other tasks.
pub(crate) fn sending_does_not_block_the_thread(candidate: &Candidate) {
    let gate = Gate::new();
    let server = Server::start([Script::new().read_request().pause(&gate).write(OK)]);
    let subject = plain(candidate);
    let mut outcome = None;
    subject.block_on(Box::pin(async {
        let mut sending = subject.future().send(request(&server));
        let first = poll_fn(|context| Poll::Ready(sending.as_mut().poll(context))).await;
        assert!(first.is_pending(), "the first poll of `send` must be pending, but it blocked to the end");
        // Only now does the server respond, so a transport that blocked above waited in vain.
        gate.open();
        outcome = Some(sending.await);
    }));
    expect_response(finished(outcome));
    server.finish();
}

/// Sends the request and drops the call when the gate opens, which is before the response.
async fn drop_call(transport: &dyn Transport, request: TransportRequest, gate: &Gate) {
    let mut sending = transport.send(request);
    poll_fn(|context| match sending.as_mut().poll(context) {
        Poll::Ready(outcome) => {
            panic!("the server sent no response, but `send` returned {}", described(&outcome))
        }
        Poll::Pending => gate.poll_wait(context),
    })
    .await;
}

fn described(outcome: &Outcome) -> String {
    match outcome {
        Ok(response) => format!("one with status {}", response.status()),
        Err(error) => format!("an error: {}", super::expect::describe(error)),
    }
}

/// Callers drop futures, for instance in a `select`. The next call works as if nothing had happened.
pub(crate) fn dropped_call_leaves_the_transport_usable(candidate: &Candidate) {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf";
    for written in ["", half] {
        let gate = Gate::new();
        let first = Script::new().read_request().write(written).open(&gate).drain();
        let server = Server::start([first, Script::respond(OK)]);
        let subject = plain(candidate);
        subject.block_on(Box::pin(drop_call(subject.future(), request(&server), &gate)));
        expect_body(&expect_response(send(&subject, server.url("/"))), "ok");
        server.finish();
    }
}

/// The response to a dropped call is not returned to another.
pub(crate) fn dropped_calls_response_never_reaches_another(candidate: &Candidate) {
    let (received, dropped) = (Gate::new(), Gate::new());
    let (at_the_server, until_dropped) = (received.clone(), dropped.clone());
    // On any connection: a transport may read the first response to its end and reuse its connection.
    let server = Server::serve(move |request| {
        if request.number() > 0 {
            return Reply::new(OK);
        }
        at_the_server.open();
        Reply::new("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate").after(&until_dropped)
    });
    let subject = plain(candidate);
    subject.block_on(Box::pin(drop_call(subject.future(), request(&server), &received)));
    dropped.open();
    expect_body(&expect_response(send(&subject, server.url("/"))), "ok");
    server.finish();
}

/// Another thread than the one that started a call can await it.
pub(crate) fn calls_can_move_between_threads(candidate: &Candidate) {
    let gate = Gate::new();
    let server = Server::start([Script::new().read_request().pause(&gate).write(OK)]);
    let subject = plain(candidate);
    let mut sending = subject.future().send(request(&server));
    subject.block_on(Box::pin(async {
        let first = poll_fn(|context| Poll::Ready(sending.as_mut().poll(context))).await;
        assert!(first.is_pending(), "the first poll of `send` must be pending, but it blocked to the end");
    }));
    gate.open();
    let mut outcome = None;
    std::thread::scope(|scope| {
        scope.spawn(|| subject.block_on(Box::pin(async { outcome = Some(sending.await) })));
    });
    expect_response(finished(outcome));
    server.finish();
}
