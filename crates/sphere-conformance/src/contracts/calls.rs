//! Calls as contracts make them: requests as the SDK makes them, each with a time limit.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, LazyLock, mpsc};
use std::time::Duration;

use bytes::Bytes;
use sphere_core::transport::{TransportRequest, TransportResponse};

use super::expect::{Outcome, expect_response};
use crate::failure::{Failure, unusable};
use crate::server::{Received, Reply, Script, Server};
use crate::subject::Subject;
use crate::subject::{Candidate, Setup};

/// A time limit that a contract lets run out.
pub(super) const SHORT: Duration = Duration::from_millis(150);

/// A time limit that does not run out, but that a contract waits for if the transport is wrong.
pub(super) const AMPLE: Duration = Duration::from_secs(3);

/// How far a call may go beyond its `time_left` before it counts as hanging: far more than any transport
/// needs on a busy machine, because contracts do not test speed. Not five seconds, which some clients have as
/// their own limit: which of the two is first would be chance.
pub(super) const MARGIN: Duration = Duration::from_secs(4);

/// The same beyond the connect timeout. It is less than the default connect timeout of five seconds, so that a
/// transport with a fixed one is found.
pub(super) const CONNECT_MARGIN: Duration = Duration::from_secs(3);

/// The API key in every request. It must not appear anywhere else.
pub(super) const KEY: &str = "sk_live_conformance_5a11b0a7f00d";

pub(super) const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
pub(super) const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// A new transport for plain HTTP.
pub(super) fn plain(candidate: &Candidate) -> Arc<dyn Subject> {
    candidate.make(&Setup::plain())
}

/// A POST with this body and the headers that the SDK sets.
pub(super) fn post(url: impl AsRef<str>, body: impl Into<Bytes>) -> TransportRequest {
    let body = body.into();
    let request = http::Request::post(url.as_ref())
        .header("authorization", format!("Bearer {KEY}"))
        .header("accept", "application/json")
        .header("user-agent", "conformance/1")
        .header("content-length", body.len())
        .body(body.into());
    TransportRequest::new(request.unwrap_or_else(|error| panic!("the request is invalid: {error}")))
        .with_operation("conformance")
}

/// The length of [`large_body`], in bytes: more than all buffers between the two ends hold.
pub(super) const LARGE: usize = 12 << 20;

/// A body that cannot be sent to a server that does not read.
pub(super) fn large_body() -> Bytes {
    static BODY: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(b"x".repeat(LARGE)));
    BODY.clone()
}

/// Sends the request on its own thread, so that a call that never ends fails the contract.
pub(super) fn call(subject: &Arc<dyn Subject>, request: TransportRequest) -> Outcome {
    try_call(subject, request).unwrap_or_else(|hang| unusable(hang))
}

/// The same for a contract that is not about time: what follows a call that hangs is another matter. The `Err` is a
/// sentence.
pub(super) fn try_call(subject: &Arc<dyn Subject>, request: TransportRequest) -> Result<Outcome, String> {
    let limit = request.time_left().min(Duration::from_secs(10));
    call_within(limit, MARGIN, subject, request)
}

/// The same as [`call`] for a call that must end at its connect timeout.
pub(super) fn connect(subject: &Arc<dyn Subject>, request: TransportRequest) -> Outcome {
    let outcome = call_within(request.connect_timeout(), CONNECT_MARGIN, subject, request);
    outcome.unwrap_or_else(|hang| unusable(hang))
}

fn call_within(
    limit: Duration,
    margin: Duration,
    subject: &Arc<dyn Subject>,
    request: TransportRequest,
) -> Result<Outcome, String> {
    let (done, outcome) = mpsc::channel();
    let subject = Arc::clone(subject);
    std::thread::spawn(move || {
        let outcome = catch_unwind(AssertUnwindSafe(|| subject.send(request)));
        // The receiver is gone if the call took too long.
        let _ = done.send(outcome);
    });
    match outcome.recv_timeout(limit + margin) {
        Ok(Ok(outcome)) => Ok(outcome),
        Ok(Err(panic)) if panic.is::<Failure>() => resume_unwind(panic),
        Ok(Err(_)) => panic!("`send` panicked"),
        Err(mpsc::RecvTimeoutError::Timeout) => {
            Err(format!("`send` must return within {limit:?}, but did not return even {margin:?} later"))
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => panic!("the thread of `send` ended"),
    }
}

/// Sends an empty POST.
pub(super) fn send(subject: &Arc<dyn Subject>, url: impl AsRef<str>) -> Outcome {
    call(subject, post(url, ""))
}

/// One call by a new transport to a server that plays this script, and the requests that it saw.
pub(super) fn exchange(candidate: &Candidate, script: Script) -> (Outcome, Vec<Received>) {
    exchange_with(candidate, script, |request| request)
}

/// The same with limits that the contract sets.
pub(super) fn exchange_with(
    candidate: &Candidate,
    script: Script,
    limits: impl FnOnce(TransportRequest) -> TransportRequest,
) -> (Outcome, Vec<Received>) {
    let server = Server::start([script]);
    let subject = plain(candidate);
    let outcome = call(&subject, limits(post(server.url("/v2/x"), "{}")));
    (outcome, server.finish())
}

/// One call whose time runs out, to a server that plays this script. On a busy machine it may run out before
/// the call has `reached` what the contract is about. Then there is another call, with more time.
pub(super) fn time_runs_out(
    candidate: &Candidate,
    script: &Script,
    request: impl Fn(&Server) -> TransportRequest,
    reached: impl Fn(&Server, &Outcome) -> bool,
) -> Outcome {
    time_may_run_out(candidate, script, request, reached).unwrap_or_else(|hang| unusable(hang))
}

/// The same for a contract that is not about time: a call that hangs keeps it, and breaks those about time. The `Err`
/// is a sentence.
pub(super) fn time_may_run_out(
    candidate: &Candidate,
    script: &Script,
    request: impl Fn(&Server) -> TransportRequest,
    reached: impl Fn(&Server, &Outcome) -> bool,
) -> Result<Outcome, String> {
    let mut time_left = SHORT;
    loop {
        let server = Server::start([script.clone()]);
        let outcome = try_call(&plain(candidate), request(&server).with_time_left(time_left));
        let is_over = time_left > AMPLE;
        // A server that paused for as long proves nothing: a limit for each read would have ended the call.
        let went_on = || server.longest_pause() < time_left;
        if outcome.as_ref().map_or(true, |outcome| is_over || (reached(&server, outcome) && went_on())) {
            // Fails if there was another request.
            server.finish();
            return outcome;
        }
        time_left *= 5;
    }
}

/// For [`time_runs_out`]: the server has read a request.
pub(super) fn request_arrived(server: &Server, _: &Outcome) -> bool {
    !server.requests().is_empty()
}

/// One call by a new transport to a server that gives this reply to every request.
pub(super) fn replied(candidate: &Candidate, reply: Reply) -> Outcome {
    let server = Server::serve(move |_| reply.clone());
    send(&plain(candidate), server.url("/v2/x"))
}

/// The response to one call to a server that writes this.
pub(super) fn response(candidate: &Candidate, bytes: impl AsRef<[u8]>) -> TransportResponse {
    expect_response(replied(candidate, Reply::new(bytes)))
}

/// The response to one call to a server that writes this and closes.
pub(super) fn last_response(candidate: &Candidate, bytes: impl AsRef<[u8]>) -> TransportResponse {
    expect_response(replied(candidate, Reply::new(bytes).close()))
}
