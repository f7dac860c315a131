//! The other side: a Rust transport, async or blocking, as a subject that speaks the protocol.

use std::collections::HashMap;
use std::error::Error as _;
use std::fmt::Write as _;
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use sphere_core::transport::{Delivery as CoreDelivery, TransportError, TransportRequest, TransportResponse};

use super::message::{Base64, Call, Delivery, Head, Reply, Request, VERSION, to_line, to_us};
use crate::subject::Subject;
use crate::subject::{Candidate, Setup};

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
            Request::Send(call) => {
                let (id, subject) = (call.id, transports.get(&call.transport).cloned());
                replies.spawn(id, move || match ready(call, subject) {
                    Ok((request, subject)) => to_reply(id, subject.send(request)),
                    Err(message) => Reply::Failed { id, message },
                });
            }
            Request::WarmUp(call) => {
                let (id, subject) = (call.id, transports.get(&call.transport).cloned());
                replies.spawn(id, move || match ready(call, subject) {
                    Ok((request, subject)) => match subject.warm_up(request) {
                        Ok(()) => Reply::Done { id },
                        Err(error) => to_error(id, &error),
                    },
                    Err(message) => Reply::Failed { id, message },
                });
            }
        }
    }
    Ok(())
}

/// The request and its transport. The `Err` says what is wrong.
fn ready(
    call: Call,
    subject: Option<Arc<dyn Subject>>,
) -> Result<(TransportRequest, Arc<dyn Subject>), String> {
    let subject = subject.ok_or("there is no transport of this number")?;
    Ok((call.into_request()?, subject))
}

fn to_reply(id: u64, outcome: Result<TransportResponse, TransportError>) -> Reply {
    match outcome {
        Ok(response) => Reply::Response {
            id,
            status: response.status().as_u16(),
            headers: response.headers().into(),
            body: Base64(response.body().clone()),
        },
        Err(error) => to_error(id, &error),
    }
}

fn to_error(id: u64, error: &TransportError) -> Reply {
    Reply::Error {
        id,
        kind: error.kind().into(),
        delivery: match error.delivery() {
            CoreDelivery::NotSent => Delivery::NotSent,
            _ => Delivery::Unknown,
        },
        message: causes(error),
        debug: Some(format!("{error:?} {error:#?}")),
        head: error.status().map(|status| Head {
            status: status.as_u16(),
            headers: (&error.headers().unwrap_or_default()).into(),
        }),
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
