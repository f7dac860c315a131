//! The other side: a Rust transport, async or blocking, as a subject that speaks the protocol.

use std::collections::HashMap;
use std::error::Error as _;
use std::fmt::Write as _;
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use sphere_core::transport::{
    Delivery as CoreDelivery, RequestBody, TransportError, TransportRequest, TransportResponse,
};

use super::message::{
    Base64, Delivery, Head, Headers, Reply, Request, VERSION, from_ms, from_size, to_line, to_us,
};
use crate::subject::Subject;
use crate::{Candidate, Setup};

/// Serves transports on standard input and output, until the input ends: a subject is a program of a few lines.
///
/// ```no_run
/// # use sphere_core::transport::blocking::Transport;
/// # fn my_transport(_: &sphere_conformance::Setup) -> Box<dyn Transport> { unimplemented!() }
/// use sphere_conformance::{Candidate, serve_stdio};
/// use sphere_core::clock::SystemClock;
///
/// fn main() -> std::io::Result<()> {
///     let candidate = Candidate::blocking(my_transport).with_clock(SystemClock::new());
///     serve_stdio("my transport 1.0", &candidate)
/// }
/// ```
///
/// The program must print nothing else on its standard output.
///
/// # Errors
///
/// If the input is no message of the protocol, or the output cannot be written.
pub fn serve_stdio(name: &str, candidate: &Candidate) -> io::Result<()> {
    serve(name, candidate, io::stdin().lock(), io::stdout())
}

/// The same on any stream of bytes.
///
/// # Errors
///
/// If the input is no message of the protocol, or the output cannot be written.
pub fn serve(
    name: &str,
    candidate: &Candidate,
    reader: impl BufRead,
    writer: impl Write + Send + 'static,
) -> io::Result<()> {
    let replies = Replies(Arc::new(Mutex::new(writer)));
    let mut transports = HashMap::new();
    for line in reader.lines() {
        match serde_json::from_str(&line?)? {
            Request::Hello { id, .. } => {
                let (name, clock) = (name.to_owned(), candidate.has_clock());
                replies.write(&Reply::Hello { id, version: VERSION, name, clock })?;
            }
            Request::SetUp { id, transport, trusted_pem } => {
                let setup = trusted_pem.map_or_else(Setup::plain, Setup::trusting);
                let made = catch_unwind(AssertUnwindSafe(|| candidate.make(&setup)));
                let made = made.map(|made| transports.insert(transport, made));
                replies.write(&made.map_or_else(|_| panicked(id), |_| Reply::Done { id }))?;
            }
            Request::Close { id, transport } => {
                drop(transports.remove(&transport));
                replies.write(&Reply::Done { id })?;
            }
            // A call that blocks its thread goes on; its reply is ignored.
            Request::Cancel { id, .. } => replies.write(&Reply::Done { id })?,
            Request::Sleep { id, ms } => {
                let candidate = candidate.clone();
                replies.spawn(id, move || {
                    let clock = candidate.clock();
                    // Asking for the time needs no sleep.
                    if ms > 0 {
                        clock.sleep(Duration::from_millis(ms));
                    }
                    Reply::Slept { id, now_us: to_us(clock.now().since_origin()) }
                });
            }
            request @ Request::Send { transport, .. } => {
                let subject = transports.get(&transport).cloned();
                send(&replies, request, subject)?;
            }
        }
    }
    Ok(())
}

fn send(
    replies: &Replies<impl Write + Send + 'static>,
    request: Request,
    subject: Option<Arc<dyn Subject>>,
) -> io::Result<()> {
    let Request::Send {
        id,
        method,
        url,
        headers,
        body,
        time_left_ms,
        connect_timeout_ms,
        max_response_bytes,
        fresh_connection,
        ..
    } = request
    else {
        return Ok(());
    };
    let built = to_http(&method, &url, &headers, body);
    match built.and_then(|http| subject.map(|subject| (http, subject)).ok_or_else(unknown_transport)) {
        Err(message) => replies.write(&Reply::Failed { id, message }),
        Ok((http, subject)) => {
            let request = TransportRequest::new(http)
                .with_operation("conformance")
                .with_time_left(from_ms(time_left_ms))
                .with_connect_timeout(from_ms(connect_timeout_ms))
                .with_max_response_bytes(from_size(max_response_bytes))
                .with_fresh_connection(fresh_connection);
            replies.spawn(id, move || to_reply(id, subject.send(request)));
            Ok(())
        }
    }
}

fn unknown_transport() -> String {
    "there is no transport of this number".to_owned()
}

fn to_http(
    method: &str,
    url: &str,
    headers: &Headers,
    body: Vec<Base64>,
) -> Result<http::Request<RequestBody>, String> {
    let segments: Vec<Bytes> = body.into_iter().map(|segment| segment.0).collect();
    let request = http::Request::builder().method(method).uri(url);
    let mut request =
        request.body(RequestBody::from_segments(segments)).map_err(|error| error.to_string())?;
    *request.headers_mut() = headers.to_map()?;
    Ok(request)
}

fn to_reply(id: u64, outcome: Result<TransportResponse, TransportError>) -> Reply {
    match outcome {
        Ok(response) => Reply::Response {
            id,
            status: response.status().as_u16(),
            headers: response.headers().into(),
            body: Base64(response.body().clone()),
        },
        Err(error) => Reply::Error {
            id,
            kind: error.kind().into(),
            delivery: match error.delivery() {
                CoreDelivery::NotSent => Delivery::NotSent,
                _ => Delivery::Unknown,
            },
            message: causes(&error),
            debug: Some(format!("{error:?} {error:#?}")),
            head: error.status().map(|status| Head {
                status: status.as_u16(),
                headers: error.headers().unwrap_or(&HeaderMap::new()).into(),
            }),
        },
    }
}

/// The texts of all causes. The error's own text says only its kind.
fn causes(error: &TransportError) -> String {
    let mut text = String::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        let separator = if text.is_empty() { "" } else { ": " };
        let _ = write!(text, "{separator}{error}");
        cause = error.source();
    }
    text
}

/// Without the panic's message, which may quote the request. Standard error has it.
fn panicked(id: u64) -> Reply {
    Reply::Failed { id, message: "it panicked".to_owned() }
}

/// Where replies go, from any thread.
struct Replies<W>(Arc<Mutex<W>>);

impl<W: Write + Send + 'static> Replies<W> {
    fn write(&self, reply: &Reply) -> io::Result<()> {
        let line = to_line(reply)?;
        let mut writer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writer.write_all(&line)?;
        writer.flush()
    }

    /// Replies from a thread of its own.
    fn spawn(&self, id: u64, work: impl FnOnce() -> Reply + Send + 'static) {
        let replies = Self(Arc::clone(&self.0));
        thread::spawn(move || {
            let reply = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| panicked(id));
            // If it cannot be written, the suite has ended.
            let _ = replies.write(&reply);
        });
    }
}
