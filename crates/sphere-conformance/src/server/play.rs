//! Plays a script on a connection, step by step, and says where it went wrong.

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::{ServerConnection, StreamOwned};

use super::Shared;
use super::alert;
use super::log::{Closing, Received};
use super::reply::Reply;
use super::script::{End, Script, Step};
use super::tls::Identity;
use super::wire::{Cut, PATIENCE, Wire};

/// Between two bytes of a dribble.
const PACE: Duration = Duration::from_millis(4);

/// One connection, over which a script is played.
pub(super) struct Stage<'a> {
    pub(super) number: usize,
    pub(super) shared: &'a Shared,
    pub(super) peer: Peer,
}

/// The client, plain or behind TLS.
pub(super) enum Peer {
    Plain(Wire),
    Tls(Box<StreamOwned<ServerConnection, Wire>>),
}

/// How a step went that did not fail.
#[derive(PartialEq)]
enum Next {
    Step,
    /// The client went away, and was free to.
    ClientLeft,
}

impl Stage<'_> {
    /// Plays the script to its end. An `Err` names the step that went wrong.
    pub(super) fn play(&mut self, script: &Script) -> Result<Closing, String> {
        let end = script.end;
        if let Err(error) = self.handshake() {
            if end == End::Refused && Cut::of(&error) != Some(Cut::OutOfPatience) {
                return Ok(Closing::ByClient);
            }
            return Err(format!("the TLS handshake failed: {error}"));
        }
        for (index, step) in script.steps.iter().enumerate() {
            let outcome = match (step, &script.tls) {
                (Step::Alert(description), Some(identity)) => self.alert(*description, identity),
                _ => self.step(step),
            };
            match outcome {
                Ok(Next::Step) => {}
                Ok(Next::ClientLeft) => return Ok(Closing::ByClient),
                Err(error) => return Err(format!("step {} ({step:?}): {error}", index + 1)),
            }
        }
        self.end(end).map_err(|error| format!("the end ({end:?}): {error}"))
    }

    /// Answers request after request, until the client closes or a reply ends the connection.
    pub(super) fn serve(&mut self, answer: &dyn Fn(&Received) -> Reply) -> io::Result<Closing> {
        loop {
            let request = self.read_request()?;
            let reply = answer(&request);
            if reply.after.is_some_and(|gate| !gate.wait_unless(Some(&self.shared.stop))) {
                return Err(io::Error::other(Cut::TestEnded));
            }
            self.write(&reply.bytes)?;
            if let Some(end) = reply.end {
                return self.end(end);
            }
        }
    }

    fn handshake(&mut self) -> io::Result<()> {
        let Peer::Tls(stream) = &mut self.peer else { return Ok(()) };
        stream.conn.complete_io(&mut stream.sock).map(drop)
    }

    fn step(&mut self, step: &Step) -> io::Result<Next> {
        match step {
            Step::ReadRequest => {
                self.read_request()?;
            }
            Step::Read(bytes) => self.peer.read_exact(&mut vec![0; *bytes])?,
            Step::Write(bytes) => self.write(bytes)?,
            Step::Offer(bytes) => return left_or(self.write(bytes)),
            Step::Flood(bytes) => {
                let since = Instant::now();
                while at_the_end_or(left_or(self.write(bytes)))? == Next::Step {
                    within_patience(since)?;
                }
                return Ok(Next::ClientLeft);
            }
            Step::Dribble(bytes) => return self.dribble(bytes),
            Step::DribbleForEver(bytes) => {
                let since = Instant::now();
                while at_the_end_or(self.dribble(bytes))? == Next::Step {
                    within_patience(since)?;
                }
                return Ok(Next::ClientLeft);
            }
            Step::Pause(gate) => {
                if !gate.wait_unless(Some(&self.shared.stop)) {
                    return Err(io::Error::other(Cut::TestEnded));
                }
            }
            Step::Open(gate) => gate.open(),
            Step::Alert(_) => return Err(io::Error::other("there is no TLS")),
            Step::HalfClose => self.peer.wire().socket.shutdown(Shutdown::Write)?,
            Step::Stall => {
                let since = Instant::now();
                while !self.shared.stop.is_set() {
                    within_patience(since)?;
                    self.shared.stop.wait(PATIENCE);
                }
                return Ok(Next::ClientLeft);
            }
        }
        Ok(Next::Step)
    }

    fn alert(&mut self, description: u8, identity: &Identity) -> io::Result<Next> {
        let Peer::Tls(stream) = &mut self.peer else { return Err(io::Error::other("there is no TLS")) };
        let fresh = ServerConnection::new(Arc::clone(&identity.config)).map_err(io::Error::other)?;
        let used = std::mem::replace(&mut stream.conn, fresh);
        let mut wire = Wire::new(stream.sock.socket.try_clone()?, Arc::clone(&stream.sock.stop))?;
        wire.write_all(&alert::record(used, description)?)?;
        self.peer = Peer::Plain(wire);
        Ok(Next::Step)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.peer.write_all(bytes)?;
        self.peer.flush()?;
        self.shared.record().written += bytes.len() as u64;
        Ok(())
    }

    fn dribble(&mut self, bytes: &[u8]) -> io::Result<Next> {
        for byte in bytes.chunks(1) {
            if self.shared.stop.is_set() {
                return Err(io::Error::other(Cut::TestEnded));
            }
            if left_or(self.write(byte))? == Next::ClientLeft {
                return Ok(Next::ClientLeft);
            }
            self.shared.stop.wait(PACE);
        }
        Ok(Next::Step)
    }

    fn end(&mut self, end: End) -> io::Result<Closing> {
        match end {
            End::AwaitClose | End::Refused => self.await_close(false),
            End::Drain => self.await_close(true),
            End::Close => {
                if let Peer::Tls(stream) = &mut self.peer {
                    stream.conn.send_close_notify();
                    stream.flush()?;
                }
                Ok(Closing::ByServer)
            }
            End::Cut => Ok(Closing::ByServer),
            End::Reset => {
                let socket = &self.peer.wire().socket;
                socket2::SockRef::from(socket).set_linger(Some(Duration::ZERO))?;
                Ok(Closing::ResetByServer)
            }
        }
    }

    /// Waits until the client closes, or the test ends. Bytes that nobody asked for are a fault.
    fn await_close(&mut self, may_send: bool) -> io::Result<Closing> {
        let mut some = [0; 4096];
        loop {
            match self.peer.read(&mut some) {
                Ok(0) => return Ok(Closing::ByClient),
                Ok(_) if may_send => {}
                Ok(length) => {
                    let came = String::from_utf8_lossy(&some[..length.min(60)]).into_owned();
                    return Err(io::Error::other(format!("bytes came that nobody asked for: {came:?}")));
                }
                Err(error) => match Cut::of(&error) {
                    Some(Cut::TestEnded) => return Ok(Closing::AtTheEnd),
                    Some(Cut::OutOfPatience) => return Err(error),
                    None if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(Closing::ByClient),
                    None => return Ok(Closing::ResetByClient),
                },
            }
        }
    }

    /// Reads one request: its head, and a body as its framing says.
    fn read_request(&mut self) -> io::Result<Received> {
        let request = self.read_whole_request()?;
        Ok(self.shared.note_request(request))
    }

    fn read_whole_request(&mut self) -> io::Result<Received> {
        let head = self.read_to("the head", |bytes| bytes.ends_with(b"\r\n\r\n"))?;
        let mut request = Received { connection: self.number, number: 0, head, body: Vec::new() };
        if request.header("transfer-encoding").last().is_some_and(|value| value.ends_with(b"chunked")) {
            loop {
                let line = self.read_to("a chunk's size", |bytes| bytes.ends_with(b"\r\n"))?;
                let size = std::str::from_utf8(&line).ok().map(str::trim);
                let size = size.and_then(|size| usize::from_str_radix(size, 16).ok());
                let size = size.ok_or_else(|| io::Error::other("the request has a bad chunk size"))?;
                let mut chunk = vec![0; size + 2];
                self.peer.read_exact(&mut chunk)?;
                request.body.extend_from_slice(&chunk[..size]);
                if size == 0 {
                    return Ok(request);
                }
            }
        }
        let length = request.header("content-length").pop();
        let length = length.and_then(|length| String::from_utf8(length).ok()?.parse().ok()).unwrap_or(0);
        request.body = vec![0; length];
        self.peer.read_exact(&mut request.body)?;
        Ok(request)
    }

    fn read_to(&mut self, what: &str, is_whole: impl Fn(&[u8]) -> bool) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut byte = [0];
        while !is_whole(&bytes) {
            if self.peer.read(&mut byte)? == 0 {
                let so_far = bytes.len();
                return Err(io::Error::other(format!("the client closed after {so_far} bytes of {what}")));
            }
            bytes.extend_from_slice(&byte);
        }
        Ok(bytes)
    }
}

/// A client that goes away while something is offered to it is free to; the end of the test is not its doing.
fn left_or(outcome: io::Result<()>) -> io::Result<Next> {
    match outcome {
        Ok(()) => Ok(Next::Step),
        Err(error) if Cut::of(&error).is_some() => Err(error),
        Err(_) => Ok(Next::ClientLeft),
    }
}

/// What goes on for ever may be cut off by the end of the test as well: the call has returned by then.
fn at_the_end_or(outcome: io::Result<Next>) -> io::Result<Next> {
    match outcome {
        Err(error) if Cut::of(&error) == Some(Cut::TestEnded) => Ok(Next::ClientLeft),
        outcome => outcome,
    }
}

fn within_patience(since: Instant) -> io::Result<()> {
    if since.elapsed() > PATIENCE { Err(io::Error::other(Cut::OutOfPatience)) } else { Ok(()) }
}

impl Peer {
    fn wire(&self) -> &Wire {
        match self {
            Self::Plain(wire) => wire,
            Self::Tls(stream) => &stream.sock,
        }
    }
}

impl Read for Peer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(wire) => wire.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Peer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(wire) => wire.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(wire) => wire.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}
