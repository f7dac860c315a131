//! What contracts have in common: requests as the SDK makes them, calls that cannot hang, answers to expect.

use std::error::Error;
use std::fmt::Write as _;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use bytes::Bytes;
use sphere_core::transport::{
    Delivery, TransportError, TransportErrorKind, TransportRequest, TransportResponse,
};

use crate::server::{Received, Reply, Script, Server};
use crate::subject::Subject;
use crate::{Candidate, Setup};

/// A time limit that a contract lets pass.
pub(super) const SHORT: Duration = Duration::from_millis(150);

/// What a call may take beyond its `time_left` before it counts as hanging. Far more than any transport needs
/// even on a busy machine, since it is not how fast they are that is tested.
pub(super) const MARGIN: Duration = Duration::from_secs(5);

/// The key in every request, which must not be seen anywhere else.
pub(super) const KEY: &str = "sk_live_conformance_5a11b0a7f00d";

pub(super) const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
pub(super) const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

pub(super) type Outcome = Result<TransportResponse, TransportError>;

/// A fresh transport for plain HTTP.
pub(super) fn plain(candidate: &Candidate) -> Arc<dyn Subject> {
    candidate.make(&Setup::plain())
}

/// A POST with this body, with the headers that the SDK gives.
pub(super) fn post(url: impl AsRef<str>, body: impl Into<Bytes>) -> TransportRequest {
    let body = body.into();
    let request = http::Request::post(url.as_ref())
        .header("authorization", format!("Bearer {KEY}"))
        .header("accept", "application/json")
        .header("user-agent", "conformance/1")
        .header("content-length", body.len())
        .body(body.into());
    TransportRequest::new(request.unwrap_or_else(|error| panic!("a bad request: {error}")))
        .with_operation("conformance")
}

/// Sends the request on a thread of its own, so that a call that does not end fails the contract.
pub(super) fn call(subject: &Arc<dyn Subject>, request: TransportRequest) -> Outcome {
    let patience = request.time_left().min(Duration::from_secs(10)) + MARGIN;
    let (done, outcome) = mpsc::channel();
    let subject = Arc::clone(subject);
    let time_left = request.time_left();
    std::thread::spawn(move || {
        // Nobody listens any more if it took too long.
        let _ = done.send(subject.send(request));
    });
    match outcome.recv_timeout(patience) {
        Ok(outcome) => outcome,
        Err(mpsc::RecvTimeoutError::Timeout) => {
            panic!("`send` had {time_left:?} and did not return within {patience:?}")
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => panic!("`send` panicked"),
    }
}

/// Sends an empty POST.
pub(super) fn send(subject: &Arc<dyn Subject>, url: impl AsRef<str>) -> Outcome {
    call(subject, post(url, ""))
}

/// One call by a fresh transport to a server that plays this script; and the requests that it saw.
pub(super) fn exchange(candidate: &Candidate, script: Script) -> (Outcome, Vec<Received>) {
    exchange_with(candidate, script, |request| request)
}

/// The same, with limits that the contract sets.
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

/// One call by a fresh transport to a server that replies so, however often it is asked.
pub(super) fn replied(candidate: &Candidate, reply: Reply) -> Outcome {
    let server = Server::serve(move |_| reply.clone());
    send(&plain(candidate), server.url("/v2/x"))
}

/// The answer to one call to a server that says this.
pub(super) fn answer(candidate: &Candidate, bytes: impl AsRef<[u8]>) -> TransportResponse {
    expect_answer(replied(candidate, Reply::new(bytes)))
}

/// The answer to one call to a server that says this and closes.
pub(super) fn last_answer(candidate: &Candidate, bytes: impl AsRef<[u8]>) -> TransportResponse {
    expect_answer(replied(candidate, Reply::new(bytes).close()))
}

#[track_caller]
pub(super) fn expect_answer(outcome: Outcome) -> TransportResponse {
    outcome.unwrap_or_else(|error| panic!("an answer came and `send` said: {}", describe(&error)))
}

#[track_caller]
pub(super) fn expect_error(outcome: Outcome) -> TransportError {
    match outcome {
        Err(error) => error,
        Ok(response) => panic!(
            "there was no good answer, and `send` returned one: {} with {:?}",
            response.status(),
            excerpt(response.body())
        ),
    }
}

/// The outcome is an error of this kind.
#[track_caller]
pub(super) fn expect_kind(outcome: Outcome, kind: TransportErrorKind) -> TransportError {
    let error = expect_error(outcome);
    assert_eq!(error.kind(), kind, "the kind of this error: {}", describe(&error));
    error
}

/// The request was read by the server: a claim that it was not sent is false.
#[track_caller]
pub(super) fn expect_unknown(outcome: Outcome) {
    // That it is an error is for other contracts to demand.
    let Err(error) = outcome else { return };
    assert_ne!(
        error.delivery(),
        Delivery::NotSent,
        "the server had read the request, and the error claims that it was not sent: {}",
        describe(&error)
    );
}

/// An error with all its causes, on one line.
pub(super) fn describe(error: &TransportError) -> String {
    let mut line = format!("{error} ({:?}, {:?})", error.kind(), error.delivery());
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(line, ": {error}");
        cause = error.source();
    }
    line
}

/// The beginning of a body, for a failure.
pub(super) fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned()
}

/// A port that refuses connections, for as long as this lives: it is the near end of a connection, so nobody
/// listens on it and nobody else can get it.
pub(super) fn refusing_port() -> (TcpStream, TcpListener, u16) {
    let made = TcpListener::bind("127.0.0.1:0").and_then(|listener| {
        let stream = TcpStream::connect(listener.local_addr()?)?;
        let port = stream.local_addr()?.port();
        Ok((stream, listener, port))
    });
    made.unwrap_or_else(|error| panic!("no port: {error}"))
}
