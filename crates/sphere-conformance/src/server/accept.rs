//! Accepts connections and gives each its script, or its answering function, on a thread of its own.

use std::collections::VecDeque;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use super::Shared;
use super::log::{Closing, Event, Received};
use super::play::{Peer, Stage};
use super::reply::Reply;
use super::script::Script;
use super::wire::{Cut, Wire};

pub(super) type Answering = dyn Fn(&Received) -> Reply + Send + Sync;

/// Where a connection's behaviour comes from.
pub(super) enum Plays {
    Scripts(VecDeque<Script>),
    /// Any number of connections and requests.
    Serve(Arc<Answering>),
}

/// Accepts connections until the test ends, each on a thread of its own.
pub(super) fn accept(listener: &TcpListener, mut plays: Plays, shared: &Arc<Shared>) {
    let mut threads = Vec::new();
    for number in 0.. {
        let Ok((socket, peer)) = listener.accept() else { break };
        if shared.is_wake(peer) {
            break;
        }
        shared.note(Event::Accepted { connection: number });
        let shared = Arc::clone(shared);
        threads.push(match &mut plays {
            Plays::Serve(answer) => {
                let answer = Arc::clone(answer);
                thread::spawn(move || serve(socket, number, &shared, &*answer))
            }
            Plays::Scripts(scripts) => {
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
    if let Plays::Scripts(scripts) = plays {
        if !scripts.is_empty() {
            shared.fault(format!("{} more connection(s) should have come", scripts.len()));
        }
    }
}

/// One connection by its script. Without one, it may be open but must not say anything.
fn perform(socket: TcpStream, number: usize, shared: &Shared, script: Option<Script>) {
    let is_expected = script.is_some();
    let script = script.unwrap_or_default();
    let peer = match stream(socket, shared, &script) {
        Ok(peer) => peer,
        Err(fault) => return shared.fault(fault),
    };
    let mut stage = Stage { number, shared, peer };
    let how = stage.play(&script).unwrap_or_else(|fault| {
        let whose = if is_expected { "" } else { " (which no script expects)" };
        shared.fault(format!("connection {number}{whose}, {fault}"));
        Closing::ByServer
    });
    // Closed before it is said to be: a test that waits for this event finds it so.
    drop(stage);
    shared.note(Event::Closed { connection: number, how });
}

fn stream(socket: TcpStream, shared: &Shared, script: &Script) -> Result<Peer, String> {
    let wire = Wire::new(socket, Arc::clone(&shared.stop)).map_err(|error| error.to_string())?;
    let Some(identity) = &script.tls else { return Ok(Peer::Plain(wire)) };
    let session = rustls::ServerConnection::new(Arc::clone(&identity.config));
    let session = session.map_err(|error| error.to_string())?;
    Ok(Peer::Tls(Box::new(rustls::StreamOwned::new(session, wire))))
}

/// One connection of a server that answers whatever comes.
fn serve(socket: TcpStream, number: usize, shared: &Shared, answer: &Answering) {
    let Ok(wire) = Wire::new(socket, Arc::clone(&shared.stop)) else { return };
    let mut stage = Stage { number, shared, peer: Peer::Plain(wire) };
    let how = stage.serve(answer).unwrap_or_else(|error| {
        if Cut::of(&error) == Some(Cut::OutOfPatience) {
            shared.fault(format!("connection {number}: {error}"));
        }
        Closing::ByClient
    });
    drop(stage);
    shared.note(Event::Closed { connection: number, how });
}
