//! One `send` is one request on the wire. The SDK decides about retries: it knows what the operation does and
//! counts its attempts.

use super::calls::{AMPLE, EMPTY, call, plain, post, request_arrived, send, time_may_run_out};
use super::expect::{expect_requests, expect_response};
use crate::server::{Reply, Script, Server};
use crate::subject::Candidate;

/// One call to a server that gives this reply to every request. It must see one.
fn is_sent_once(candidate: &Candidate, reply: &Reply) {
    let ours = reply.clone();
    let server = Server::serve(move |_| ours.clone());
    // Other contracts check the outcome.
    drop(call(&plain(candidate), post(server.url("/"), "{}").with_time_left(AMPLE)));
    expect_requests(&server.finish(), 1);
}

/// The second call of a transport to a server that responds to the first and gives this reply to all others. A
/// transport that reuses connections sends it on a reused one.
fn is_sent_once_when_reused(candidate: &Candidate, reply: &Reply) {
    let ours = reply.clone();
    let server =
        Server::serve(move |request| if request.number() == 0 { Reply::new(EMPTY) } else { ours.clone() });
    let subject = plain(candidate);
    expect_response(send(&subject, server.url("/")));
    drop(call(&subject, post(server.url("/"), "{}").with_time_left(AMPLE)));
    expect_requests(&server.finish(), 2);
}

/// The server may have processed the request before the reset.
pub(crate) fn request_is_not_resent_after_reset(candidate: &Candidate) {
    is_sent_once(candidate, &Reply::new("").reset());
}

/// The server may have processed the request before it closed the connection.
pub(crate) fn request_is_not_resent_after_close(candidate: &Candidate) {
    is_sent_once(candidate, &Reply::new("").close());
}

/// A server that closes a kept connection may have read the request *before*. Most HTTP libraries assume that it
/// has not, and send the request again.
pub(crate) fn request_is_not_resent_after_reused_connection_closes(candidate: &Candidate) {
    is_sent_once_when_reused(candidate, &Reply::new("").close());
}

/// The same for a reset.
pub(crate) fn request_is_not_resent_after_reused_connection_resets(candidate: &Candidate) {
    is_sent_once_when_reused(candidate, &Reply::new("").reset());
}

/// A server that sent part of a response had the request.
pub(crate) fn request_is_not_resent_after_partial_response(candidate: &Candidate) {
    for part in ["HTTP/1.1 200", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"] {
        is_sent_once(candidate, &Reply::new(part).close());
        is_sent_once_when_reused(candidate, &Reply::new(part).close());
    }
}

/// A server that sent an invalid response had the request.
pub(crate) fn request_is_not_resent_after_garbage(candidate: &Candidate) {
    is_sent_once(candidate, &Reply::new("SSH-2.0-OpenSSH_9.2\r\n\r\n").close());
}

/// The server may still be processing the request when the time is over.
pub(crate) fn request_is_not_resent_after_timeout(candidate: &Candidate) {
    let request = |server: &Server| post(server.url("/"), "{}");
    // The script has one request; another one is a fault.
    drop(time_may_run_out(candidate, &Script::silence(), request, request_arrived));
}

/// The SDK retries after an error status: it knows which retries are safe, and counts them.
pub(crate) fn request_is_not_resent_after_error_status(candidate: &Candidate) {
    for status in ["408", "409", "421", "425", "429", "500", "502", "503", "504"] {
        let reply = |header| Reply::new(format!("HTTP/1.1 {status} No\r\n{header}content-length: 0\r\n\r\n"));
        is_sent_once(candidate, &reply("retry-after: 0\r\n"));
        is_sent_once(candidate, &reply("connection: close\r\n").close());
    }
}

/// A rejected API key is not tried in another way.
pub(crate) fn request_is_not_resent_after_unauthorized(candidate: &Candidate) {
    let reply = "HTTP/1.1 401 No\r\nwww-authenticate: Basic realm=\"x\"\r\ncontent-length: 0\r\n\r\n";
    is_sent_once(candidate, &reply.into());
}
