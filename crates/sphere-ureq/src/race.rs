//! A TCP connection to a host: its addresses are raced as [`sphere_net::race`] says, each attempt on a thread of its
//! own. A host with one address needs no thread.

use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use sphere_core::transport::TransportErrorKind as Kind;
use sphere_net::failure::{Failure, Phase};
use sphere_net::lookups::Lookups;
use sphere_net::race::{Next, Race};

const CONNECTING: &str = "connecting";

/// The name of the threads. Linux shows at most 15 bytes of it.
const THREAD_NAME: &str = "sphere-connect";

/// Connects to a host and port before the deadline.
pub(crate) fn connect(
    lookups: &Lookups,
    host: &str,
    port: u16,
    deadline: Instant,
) -> Result<TcpStream, Failure> {
    let lookup = lookups.start(host, Instant::now());
    let found = lookup.wait(left(deadline)?)?.ok_or_else(out_of_time)?;
    let stream = if let [only] = found[..] {
        attempt(SocketAddr::new(only, port), deadline)?
    } else {
        let race = lookups.race(host, found, Instant::now());
        let (address, stream) = run(race, port, deadline)?;
        lookups.worked(host, address, Instant::now());
        stream
    };
    // A request is written at once, so there is nothing to wait for. It works without as well.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// The first connection of a race. Attempts that are still in flight then end at the deadline at the latest.
fn run(mut race: Race, port: u16, deadline: Instant) -> Result<(IpAddr, TcpStream), Failure> {
    let (done, ended) = mpsc::channel();
    let mut failure = Failure::new(Kind::Connect, CONNECTING, "the host has no address");
    loop {
        let until = match race.next(Instant::now()) {
            Next::Try(address) => {
                let (to, finished) = (SocketAddr::new(address, port), done.clone());
                // The race may be over when it ends.
                let try_it = move || drop(finished.send((address, attempt(to, deadline))));
                if let Err(error) = thread::Builder::new().name(THREAD_NAME.to_owned()).spawn(try_it) {
                    let _ = done.send((address, Err(Failure::new(Kind::Connect, CONNECTING, error))));
                }
                continue;
            }
            Next::Wait(until) => until.unwrap_or(deadline).min(deadline),
            Next::Failed => return Err(failure),
        };
        match ended.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok((address, Ok(stream))) => return Ok((address, stream)),
            Ok((_, Err(error))) => {
                failure = error;
                race.failed(Instant::now());
            }
            // It is time for the next address, or for no more.
            Err(_) => drop(left(deadline)?),
        }
    }
}

fn attempt(address: SocketAddr, deadline: Instant) -> Result<TcpStream, Failure> {
    TcpStream::connect_timeout(&address, left(deadline)?)
        .map_err(|error| Failure::from_io(error, Phase::Connecting, CONNECTING))
}

fn left(deadline: Instant) -> Result<Duration, Failure> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(out_of_time()) } else { Ok(left) }
}

fn out_of_time() -> Failure {
    Failure::new(Kind::Timeout, CONNECTING, "there was no connection in time")
}
