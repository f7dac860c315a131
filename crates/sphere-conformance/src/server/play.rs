//! Plays a script on a connection, step by step, and reports the step that failed.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::Shutdown;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::{HandshakeKind, ServerConnection, StreamOwned};

use super::Shared;
use super::alert;
use super::log::{Closing, Event, Received};
use super::reply::Reply;
use super::script::{End, Script, Step};
use super::tls::Identity;
use super::wire::{MAX_WAIT, Stopped, Wire};

/// The time between two bytes of a dribble, and between two pieces of a reply.
const PACE: Duration = Duration::from_millis(2);

/// Where a flood stops: more than any client should take, and less than what fills a machine's memory.
const MOST_FLOODED: usize = 64 << 20;

/// One connection, over which a script is played.
pub(super) struct Stage<'a> {
    pub(super) number: usize,
    pub(super) shared: &'a Shared,
    pub(super) peer: Peer,
}

/// The client, plain or behind TLS.
pub(super) enum Peer {
    /// Buffered, since a head is read byte by byte.
    Plain(BufReader<Wire>),
    Tls(Box<StreamOwned<ServerConnection, Wire>>),
}

/// The result of a step that did not fail.
#[derive(PartialEq)]
enum Next {
    Step,
    /// The client closed, and was allowed to.
    ClientClosed,
}

impl Stage<'_> {
    /// Plays the script to its end. An `Err` names the step that went wrong.
    pub(super) fn play(&mut self, script: &Script) -> Result<Closing, String> {
        let end = script.end;
        if let Err(error) = self.handshake() {
            if end == End::HandshakeRefused && Stopped::of(&error) != Some(Stopped::TooLate) {
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
                Ok(Next::ClientClosed) => return Ok(Closing::ByClient),
                Err(error) => return Err(format!("step {} ({step:?}): {error}", index + 1)),
            }
        }
        self.end(end).map_err(|error| format!("the end ({end:?}): {error}"))
    }

    /// Replies to each request, until the client closes or a reply ends the connection.
    pub(super) fn serve(&mut self, reply: &dyn Fn(&Received) -> Reply) -> io::Result<Closing> {
        self.handshake()?;
        loop {
            let request = self.read_request()?;
            let reply = reply(&request);
            if reply.after.is_some_and(|gate| !gate.wait_unless(Some(&self.shared.stop))) {
                return Err(io::Error::other(Stopped::TestEnded));
            }
            for (index, piece) in reply.pieces.iter().enumerate() {
                if index > 0 {
                    self.shared.stop.wait(PACE);
                }
                self.write(piece)?;
            }
            self.shared.note(Event::Replied { request: request.number });
            if let Some(end) = reply.end {
                return self.end(end);
            }
        }
    }

    fn handshake(&mut self) -> io::Result<()> {
        let Peer::Tls(stream) = &mut self.peer else { return Ok(()) };
        stream.conn.complete_io(&mut stream.sock)?;
        let resumed = stream.conn.handshake_kind() == Some(HandshakeKind::Resumed);
        self.shared.note(Event::Handshake { connection: self.number, resumed });
        Ok(())
    }

    fn step(&mut self, step: &Step) -> io::Result<Next> {
        match step {
            Step::ReadRequest => {
                self.read_request()?;
            }
            Step::Read(bytes) => self.peer.read_exactly(*bytes)?,
            Step::TryRead(bytes) => return closed_or(self.peer.read_exactly(*bytes)),
            Step::Write(bytes) => self.write(bytes)?,
            Step::TryWrite(bytes) => return closed_or(self.write(bytes)),
            Step::WriteAndEndTls(bytes) => {
                if let Peer::Tls(stream) = &mut self.peer {
                    stream.conn.writer().write_all(bytes)?;
                    stream.conn.send_close_notify();
                    stream.flush()?;
                }
            }
            Step::Flood(bytes) => {
                let since = Instant::now();
                let mut written = 0;
                while test_ended_or(closed_or(self.write(bytes)))? == Next::Step {
                    in_time(since)?;
                    written += bytes.len();
                    if written > MOST_FLOODED {
                        self.await_close(true)?;
                        break;
                    }
                }
                return Ok(Next::ClientClosed);
            }
            Step::Dribble(bytes) => return self.dribble(bytes),
            Step::DribbleForever(bytes) => {
                let since = Instant::now();
                while test_ended_or(self.dribble(bytes))? == Next::Step {
                    in_time(since)?;
                }
                return Ok(Next::ClientClosed);
            }
            Step::Pause(gate) => {
                if !gate.wait_unless(Some(&self.shared.stop)) {
                    return Err(io::Error::other(Stopped::TestEnded));
                }
            }
            Step::Open(gate) => gate.open(),
            Step::Alert(_) => return Err(io::Error::other("there is no TLS")),
            Step::HalfClose => self.peer.wire().socket.shutdown(Shutdown::Write)?,
            Step::Stall => {
                let since = Instant::now();
                while !self.shared.stop.is_set() {
                    in_time(since)?;
                    self.shared.stop.wait(MAX_WAIT);
                }
                return Ok(Next::ClientClosed);
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
        self.peer = Peer::Plain(BufReader::new(wire));
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
                return Err(io::Error::other(Stopped::TestEnded));
            }
            self.shared.note_dribble();
            if closed_or(self.write(byte))? == Next::ClientClosed {
                return Ok(Next::ClientClosed);
            }
            self.shared.stop.wait(PACE);
        }
        Ok(Next::Step)
    }

    fn end(&mut self, end: End) -> io::Result<Closing> {
        match end {
            End::AwaitClose | End::HandshakeRefused => self.await_close(false),
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

    /// Waits until the client closes or the test ends. Unexpected bytes are a fault.
    fn await_close(&mut self, may_send: bool) -> io::Result<Closing> {
        let mut some = [0; 4096];
        loop {
            match self.peer.read(&mut some) {
                Ok(0) => return Ok(Closing::ByClient),
                Ok(_) if may_send => {}
                Ok(length) => {
                    let came = String::from_utf8_lossy(&some[..length.min(60)]).into_owned();
                    return Err(io::Error::other(format!("unexpected bytes came: {came:?}")));
                }
                Err(error) => match Stopped::of(&error) {
                    Some(Stopped::TestEnded) => return Ok(Closing::AtTestEnd),
                    Some(Stopped::TooLate) => return Err(error),
                    None if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(Closing::ByClient),
                    None => return Ok(Closing::ResetByClient),
                },
            }
        }
    }

    /// Reads one request: its head, and its body as framed.
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

/// A client may close while something is written to it; the end of the test is another matter.
fn closed_or(outcome: io::Result<()>) -> io::Result<Next> {
    match outcome {
        Ok(()) => Ok(Next::Step),
        Err(error) if Stopped::of(&error).is_some() => Err(error),
        Err(_) => Ok(Next::ClientClosed),
    }
}

/// The end of the test may also end what repeats for ever: the call has returned by then.
fn test_ended_or(outcome: io::Result<Next>) -> io::Result<Next> {
    match outcome {
        Err(error) if Stopped::of(&error) == Some(Stopped::TestEnded) => Ok(Next::ClientClosed),
        outcome => outcome,
    }
}

fn in_time(since: Instant) -> io::Result<()> {
    if since.elapsed() > MAX_WAIT { Err(io::Error::other(Stopped::TooLate)) } else { Ok(()) }
}

impl Peer {
    fn wire(&self) -> &Wire {
        match self {
            Self::Plain(reader) => reader.get_ref(),
            Self::Tls(stream) => &stream.sock,
        }
    }

    /// Reads exactly this many bytes, and leaves all others to the system: it sends a reset if they are still
    /// unread at the end.
    fn read_exactly(&mut self, bytes: usize) -> io::Result<()> {
        match self {
            Self::Plain(reader) => {
                let buffered = bytes.min(reader.buffer().len());
                reader.consume(buffered);
                reader.get_mut().read_exact(&mut vec![0; bytes - buffered])
            }
            Self::Tls(stream) => stream.read_exact(&mut vec![0; bytes]),
        }
    }
}

impl Read for Peer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(reader) => reader.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Peer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(reader) => reader.get_mut().write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(reader) => reader.get_mut().flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}
