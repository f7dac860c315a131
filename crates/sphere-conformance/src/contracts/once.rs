//! One `send` is one request on the wire. Whether to try again is decided above, where it is known what the
//! request does and how often it went out.

use super::kit::{EMPTY, SHORT, call, expect_answer, plain, post, send};
use crate::Candidate;
use crate::server::{Reply, Server};

/// One call to a server that replies so to every request: it must see one.
fn is_sent_once(candidate: &Candidate, reply: &Reply) {
    let ours = reply.clone();
    let server = Server::serve(move |_| ours.clone());
    // What came of it is for other contracts.
    drop(call(&plain(candidate), post(server.url("/"), "{}").with_time_left(SHORT * 10)));
    let requests = server.finish();
    assert_eq!(requests.len(), 1, "one `send` is one request; after {reply:?} another came");
}

/// The second call of a transport to a server that answers the first, and replies so to all that follow. If
/// connections are reused, it goes out on a used one.
fn is_sent_once_when_reused(candidate: &Candidate, reply: &Reply) {
    let ours = reply.clone();
    let server =
        Server::serve(move |request| if request.number() == 0 { Reply::new(EMPTY) } else { ours.clone() });
    let subject = plain(candidate);
    expect_answer(send(&subject, server.url("/")));
    drop(call(&subject, post(server.url("/"), "{}")));
    let requests = server.finish();
    assert_eq!(requests.len(), 2, "two calls are two requests; after {reply:?} another came");
}

/// A reset after the request may come after the work was done.
pub(crate) fn a_request_is_not_repeated_after_a_reset(candidate: &Candidate) {
    is_sent_once(candidate, &Reply::new("").reset());
}

/// So may the end of the connection.
pub(crate) fn a_request_is_not_repeated_after_an_end(candidate: &Candidate) {
    is_sent_once(candidate, &Reply::new("").close());
}

/// A server that closes a kept connection has not necessarily done so *before* it read the request. Most
/// HTTP libraries assume that it has, and send it again.
pub(crate) fn a_request_is_not_repeated_after_an_end_of_a_reused_connection(candidate: &Candidate) {
    is_sent_once_when_reused(candidate, &Reply::new("").close());
}

/// And the same for a reset.
pub(crate) fn a_request_is_not_repeated_after_a_reset_of_a_reused_connection(candidate: &Candidate) {
    is_sent_once_when_reused(candidate, &Reply::new("").reset());
}

/// Half an answer is no reason to ask for the other half.
pub(crate) fn a_request_is_not_repeated_after_half_an_answer(candidate: &Candidate) {
    for half in ["HTTP/1.1 200", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"] {
        is_sent_once(candidate, &Reply::new(half).close());
        is_sent_once_when_reused(candidate, &Reply::new(half).close());
    }
}

/// An answer that makes no sense was made by somebody who had the request.
pub(crate) fn a_request_is_not_repeated_after_garbage(candidate: &Candidate) {
    is_sent_once(candidate, &Reply::new("SSH-2.0-OpenSSH_9.2\r\n\r\n").close());
}

/// Out of time is out of time, and the server may be at work.
pub(crate) fn a_request_is_not_repeated_when_its_time_is_over(candidate: &Candidate) {
    let server = Server::serve(|_| Reply::new("").silence());
    drop(call(&plain(candidate), post(server.url("/"), "{}").with_time_left(SHORT)));
    assert_eq!(server.finish().len(), 1, "one `send` is one request");
}

/// Retries after an error status are the SDK's: it knows which are safe, and counts them.
pub(crate) fn a_request_is_not_repeated_after_an_error_status(candidate: &Candidate) {
    for status in ["408", "409", "421", "425", "429", "500", "502", "503", "504"] {
        for end in ["retry-after: 0\r\n", "connection: close\r\n"] {
            let reply = Reply::new(format!("HTTP/1.1 {status} No\r\n{end}content-length: 0\r\n\r\n"));
            is_sent_once(candidate, &if end.starts_with('r') { reply } else { reply.close() });
        }
    }
}

/// A refused key is not tried in another way.
pub(crate) fn a_request_is_not_repeated_after_a_challenge(candidate: &Candidate) {
    let reply = "HTTP/1.1 401 No\r\nwww-authenticate: Basic realm=\"x\"\r\ncontent-length: 0\r\n\r\n";
    is_sent_once(candidate, &reply.into());
}
