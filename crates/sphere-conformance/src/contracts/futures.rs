//! What only asynchronous transports can get wrong.

use std::future::poll_fn;
use std::task::Poll;

use sphere_core::transport::Transport;

use super::kit::{OK, SHORT, expect_answer, plain, post, send};
use crate::Candidate;
use crate::server::{Gate, Reply, Script, Server};

/// The same for a call: while the server thinks, the thread is free.
pub(crate) fn sending_does_not_block_the_thread(candidate: &Candidate) {
    let gate = Gate::new();
    let server = Server::start([Script::new().read_request().pause(&gate).write(OK)]);
    let subject = plain(candidate);
    let Some(transport) = subject.future() else { return };
    let request = post(server.url("/"), "{}").with_time_left(SHORT * 20);
    let mut answered = None;
    subject.block_on(Box::pin(async {
        let mut sending = transport.send(request);
        let at_first = poll_fn(|context| Poll::Ready(sending.as_mut().poll(context))).await;
        assert!(at_first.is_pending(), "`send` kept its thread until it was over");
        // Only now can the server answer: whoever waited for it above waited in vain.
        gate.open();
        answered = Some(sending.await);
    }));
    expect_answer(answered.unwrap_or_else(|| panic!("`block_on` returned before its future had ended")));
    server.finish();
}

/// Sends the request and drops the call when the gate opens, which happens in the midst of it.
async fn drop_midway(transport: &dyn Transport, url: String, gate: &Gate) {
    let mut sending = transport.send(post(url, "{}"));
    poll_fn(|context| match sending.as_mut().poll(context) {
        Poll::Ready(outcome) => panic!("the server has not answered, and `send` returned {outcome:?}"),
        Poll::Pending => gate.poll_wait(context),
    })
    .await;
}

/// Callers drop futures (a `select`, a timeout of their own). The next call works as if nothing had been.
pub(crate) fn a_dropped_call_leaves_the_transport_usable(candidate: &Candidate) {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf";
    for said in ["", half] {
        let gate = Gate::new();
        let first = Script::new().read_request().write(said).open(&gate).drain();
        let server = Server::start([first, Script::answer(OK)]);
        let subject = plain(candidate);
        let Some(transport) = subject.future() else { return };
        let url = server.url("/");
        subject.block_on(Box::pin(drop_midway(transport, url, &gate)));
        assert_eq!(&expect_answer(send(&subject, server.url("/"))).body()[..], b"ok");
        server.finish();
    }
}

/// The answer to a call that was dropped is nobody's.
pub(crate) fn the_answer_to_a_dropped_call_never_reaches_another(candidate: &Candidate) {
    let (asked, dropped) = (Gate::new(), Gate::new());
    let (at_the_server, until_dropped) = (asked.clone(), dropped.clone());
    // On any connection: a transport may hear the first answer out, and then use its connection again.
    let server = Server::serve(move |request| {
        if request.number() > 0 {
            return Reply::new(OK);
        }
        at_the_server.open();
        Reply::new("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate").after(&until_dropped)
    });
    let subject = plain(candidate);
    let Some(transport) = subject.future() else { return };
    let url = server.url("/");
    subject.block_on(Box::pin(drop_midway(transport, url, &asked)));
    dropped.open();
    assert_eq!(&expect_answer(send(&subject, server.url("/"))).body()[..], b"ok");
    server.finish();
}

/// A call belongs to whoever awaits it, not to the thread that began it.
pub(crate) fn a_call_may_move_between_threads(candidate: &Candidate) {
    let gate = Gate::new();
    let server = Server::start([Script::new().read_request().pause(&gate).write(OK)]);
    let subject = plain(candidate);
    let Some(transport) = subject.future() else { return };
    let mut sending = transport.send(post(server.url("/"), "{}"));
    subject.block_on(Box::pin(async {
        let at_first = poll_fn(|context| Poll::Ready(sending.as_mut().poll(context))).await;
        assert!(at_first.is_pending(), "`send` kept its thread until it was over");
    }));
    gate.open();
    let mut answered = None;
    std::thread::scope(|scope| {
        scope.spawn(|| subject.block_on(Box::pin(async { answered = Some(sending.await) })));
    });
    expect_answer(answered.unwrap_or_else(|| panic!("the call did not return")));
    server.finish();
}
