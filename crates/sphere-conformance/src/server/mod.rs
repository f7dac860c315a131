//! A server in plain threads that does what a test says, byte by byte, and records what it saw.
//!
//! It plays one [`Script`] per connection, in the order in which clients connect. [`Server::finish`] fails if
//! one was not played to its end, or if a request came that no script expects. Nothing sleeps in order to
//! wait: scripts wait for bytes and at [`Gate`]s, and every wait ends after 20 seconds at most.
//!
//! ```
//! use std::io::{Read, Write};
//! use sphere_conformance::server::{Script, Server};
//!
//! let server = Server::start([Script::respond("HTTP/1.1 204 No Content\r\n\r\n").close()]);
//! let mut client = std::net::TcpStream::connect(server.address())?;
//! client.write_all(b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n")?;
//! let mut response = String::new();
//! client.read_to_string(&mut response)?;
//! assert_eq!(server.finish()[0].target(), "/a");
//! # Ok::<(), std::io::Error>(())
//! ```

mod accept;
mod alert;
mod gate;
mod log;
mod play;
mod refusing_port;
mod reply;
mod script;
mod tls;
mod wire;

use std::fmt;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

pub use gate::Gate;
pub use log::{Closing, Event, Received};
pub use refusing_port::RefusingPort;
pub use reply::Reply;
pub use script::Script;
pub use tls::{Authority, Identity};

use accept::{Behavior, accept};
pub(crate) use wire::MAX_WAIT;
use wire::{Stop, TICK};

/// A scripted server on a port of its own.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

/// What the server's threads share with the test.
#[derive(Default)]
struct Shared {
    stop: Arc<Stop>,
    record: Mutex<Record>,
    changed: Condvar,
    /// Our end of the connection that wakes the acceptor, to tell it from a client's.
    wake: Mutex<Option<SocketAddr>>,
}

#[derive(Default)]
struct Record {
    events: Vec<Event>,
    faults: Vec<String>,
    written: u64,
    /// The last byte of a dribble, and the longest time between two.
    dribbled: Option<Instant>,
    longest_pause: Duration,
}

impl Server {
    /// Starts a server with one script for each connection that it is to accept.
    ///
    /// # Panics
    ///
    /// If there is no port to listen on.
    pub fn start(scripts: impl IntoIterator<Item = Script>) -> Self {
        Self::run(Behavior::Scripts(scripts.into_iter().collect()))
    }

    /// Starts a server that gives every request on every connection the reply of this function.
    ///
    /// # Panics
    ///
    /// If there is no port to listen on.
    pub fn serve<R: Into<Reply>>(reply: impl Fn(&Received) -> R + Send + Sync + 'static) -> Self {
        Self::run(Behavior::Serve(Arc::new(move |request: &Received| reply(request).into()), None))
    }

    /// The same inside TLS, with this certificate.
    ///
    /// # Panics
    ///
    /// If there is no port to listen on.
    pub fn serve_tls<R: Into<Reply>>(
        identity: &Identity,
        reply: impl Fn(&Received) -> R + Send + Sync + 'static,
    ) -> Self {
        let reply = Arc::new(move |request: &Received| reply(request).into());
        Self::run(Behavior::Serve(reply, Some(identity.clone())))
    }

    fn run(behavior: Behavior) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap_or_else(|error| panic!("no port: {error}"));
        let address = listener.local_addr().unwrap_or_else(|error| panic!("no address: {error}"));
        let shared = Arc::new(Shared::default());
        let ours = Arc::clone(&shared);
        let acceptor = thread::spawn(move || accept(&listener, behavior, &ours));
        Self { address, shared, acceptor: Some(acceptor) }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of this path on it, over plain HTTP.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The URL of this path on it, over TLS.
    pub fn https_url(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }

    /// What happened so far.
    pub fn events(&self) -> Vec<Event> {
        self.shared.record().events.clone()
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Received> {
        requests(&self.shared.record().events)
    }

    /// How many bytes the clients have accepted so far, including those in socket buffers.
    pub fn written(&self) -> u64 {
        self.shared.record().written
    }

    /// The longest time that a dribble has paused so far, on a busy machine, and pauses now.
    pub(crate) fn longest_pause(&self) -> Duration {
        let record = self.shared.record();
        record.longest_pause.max(record.dribbled.map_or(Duration::ZERO, |last| last.elapsed()))
    }

    /// Waits until something has happened.
    ///
    /// # Panics
    ///
    /// If it has not after 20 seconds.
    pub fn wait_for(&self, happened: impl Fn(&Event) -> bool) {
        let since = Instant::now();
        let mut record = self.shared.record();
        while !record.events.iter().any(&happened) {
            assert!(
                since.elapsed() < MAX_WAIT,
                "it did not happen within {MAX_WAIT:?}, only this: {:?}",
                record.events
            );
            record = self.shared.changed.wait_timeout(record, TICK).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until this connection, counted from 0, has ended.
    ///
    /// # Panics
    ///
    /// If it has not after 20 seconds.
    pub fn wait_until_closed(&self, number: usize) {
        self.wait_for(|event| matches!(event, Event::Closed { connection, .. } if *connection == number));
    }

    /// Ends the test at this server: waits for its scripts and returns the requests that it saw.
    ///
    /// # Panics
    ///
    /// If a script was not played to its end, or if something came that no script expects.
    pub fn finish(mut self) -> Vec<Received> {
        self.halt();
        let record = self.shared.record();
        assert!(record.faults.is_empty(), "at the server: {}", record.faults.join("; "));
        requests(&record.events)
    }

    fn halt(&mut self) {
        let Some(acceptor) = self.acceptor.take() else { return };
        {
            let mut wake = self.shared.wake.lock().unwrap_or_else(PoisonError::into_inner);
            self.shared.stop.set();
            let stream = TcpStream::connect(self.address);
            *wake = stream.and_then(|stream| stream.local_addr()).ok();
        }
        if acceptor.join().is_err() {
            self.shared.fault("the server itself panicked".to_owned());
        }
    }
}

/// A server that is dropped, for instance by a failing test, ends its connections and reports nothing.
impl Drop for Server {
    fn drop(&mut self) {
        self.halt();
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Shared {
    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a request and gives it its number.
    fn note_request(&self, mut request: Received) -> Received {
        let mut record = self.record();
        request.number = requests(&record.events).len();
        record.events.push(Event::Request(request.clone()));
        self.changed.notify_all();
        request
    }

    fn note(&self, event: Event) {
        self.record().events.push(event);
        self.changed.notify_all();
    }

    /// Notes that a byte of a dribble is written now.
    fn note_dribble(&self) {
        let mut record = self.record();
        if let Some(last) = record.dribbled.replace(Instant::now()) {
            record.longest_pause = record.longest_pause.max(last.elapsed());
        }
    }

    fn fault(&self, fault: String) {
        self.record().faults.push(fault);
    }

    /// Whether this connection only wakes the acceptor.
    fn is_wake(&self, peer: SocketAddr) -> bool {
        self.stop.is_set() && *self.wake.lock().unwrap_or_else(PoisonError::into_inner) == Some(peer)
    }
}

fn requests(events: &[Event]) -> Vec<Received> {
    let requests = events.iter().filter_map(|event| match event {
        Event::Request(request) => Some(request.clone()),
        _ => None,
    });
    requests.collect()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn pauses_of_a_dribble_are_noted() {
        let server = Server::start([Script::new().dribble_forever("x")]);
        assert_eq!(server.longest_pause(), Duration::ZERO);
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.read_exact(&mut [0; 5]).unwrap();
        assert!(server.longest_pause() > Duration::ZERO);
        server.finish();
    }
}
