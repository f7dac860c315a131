//! Accepts connections and plays each one's script, or replies by a function, on its own thread.

use std::collections::VecDeque;
use std::io::{self, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use super::Shared;
use super::log::{Closing, Event, Received};
use super::play::{Peer, Stage};
use super::reply::Reply;
use super::script::Script;
use super::tls::Identity;
use super::wire::{Stopped, Wire};

pub(super) type Replying = dyn Fn(&Received) -> Reply + Send + Sync;

/// Where a connection's behaviour comes from.
pub(super) enum Behavior {
    Scripts(VecDeque<Script>),
    /// Any number of connections and requests, inside TLS if there is an identity.
    Serve(Arc<Replying>, Option<Identity>),
}

/// Accepts connections until the test ends, each on its own thread.
pub(super) fn accept(listener: &TcpListener, mut behavior: Behavior, shared: &Arc<Shared>) {
    let mut threads = Vec::new();
    for number in 0.. {
        let Ok((socket, peer)) = listener.accept() else { break };
        if shared.is_wake(peer) {
            break;
        }
        shared.note(Event::Accepted { connection: number });
        let shared = Arc::clone(shared);
        threads.push(match &mut behavior {
            Behavior::Serve(reply, identity) => {
                let (reply, identity) = (Arc::clone(reply), identity.clone());
                thread::spawn(move || serve(socket, number, &shared, identity.as_ref(), &*reply))
            }
            Behavior::Scripts(scripts) => {
                let script = scripts.pop_front();
                thread::spawn(move || perform(socket, number, &shared, script))
            }
        });
    }
    for thread in threads {
        if thread.join().is_err() {
            shared.fault("a connection's thread panicked".to_owned());
        }
    }
    if let Behavior::Scripts(scripts) = behavior {
        if !scripts.is_empty() {
            shared.fault(format!("{} more connection(s) should have come", scripts.len()));
        }
    }
}

/// One connection by its script. Without one, the client may connect but must not send anything.
fn perform(socket: TcpStream, number: usize, shared: &Shared, script: Option<Script>) {
    let is_expected = script.is_some();
    let script = script.unwrap_or_default();
    let peer = match stream(socket, shared, script.tls.as_ref()) {
        Ok(peer) => peer,
        Err(fault) => return shared.fault(fault),
    };
    let mut stage = Stage { number, shared, peer };
    let how = stage.play(&script).unwrap_or_else(|fault| {
        let whose = if is_expected { "" } else { " (which no script expects)" };
        shared.fault(format!("connection {number}{whose}, {fault}"));
        Closing::ByServer
    });
    // Closed before the event, so that a test that waits for the event finds it closed.
    drop(stage);
    shared.note(Event::Closed { connection: number, how });
}

fn stream(socket: TcpStream, shared: &Shared, identity: Option<&Identity>) -> Result<Peer, String> {
    let wire = Wire::new(socket, Arc::clone(&shared.stop)).map_err(|error| error.to_string())?;
    let Some(identity) = identity else { return Ok(Peer::Plain(BufReader::new(wire))) };
    let session = rustls::ServerConnection::new(Arc::clone(&identity.config));
    let session = session.map_err(|error| error.to_string())?;
    Ok(Peer::Tls(Box::new(rustls::StreamOwned::new(session, wire))))
}

/// One connection of a server that replies to every request.
fn serve(socket: TcpStream, number: usize, shared: &Shared, identity: Option<&Identity>, reply: &Replying) {
    let Ok(peer) = stream(socket, shared, identity) else { return };
    let mut stage = Stage { number, shared, peer };
    let how = stage.serve(reply).unwrap_or_else(|error| {
        let how = closing(&error);
        if how == Closing::ByServer {
            shared.fault(format!("connection {number}: {error}"));
        }
        how
    });
    drop(stage);
    shared.note(Event::Closed { connection: number, how });
}

/// Who ends a connection with this error: the server, if the client did nothing for too long.
fn closing(error: &io::Error) -> Closing {
    if Stopped::of(error) == Some(Stopped::TooLate) { Closing::ByServer } else { Closing::ByClient }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silent_client_does_not_count_as_closing() {
        assert_eq!(closing(&io::Error::other(Stopped::TooLate)), Closing::ByServer);
        assert_eq!(closing(&io::ErrorKind::UnexpectedEof.into()), Closing::ByClient);
    }
}
