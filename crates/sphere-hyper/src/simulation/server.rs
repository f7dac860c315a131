//! The server at the other end of a connection. It does what the seed decides, and notices requests that must not come.

use std::io::{ErrorKind, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sphere_core::endpoint::Safety;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::time::{Instant, sleep, timeout};

use super::callers::SAFETIES;
use super::plan::Fault;
use super::traffic::Arrival;
use super::world::World;

/// Serves a connection until it ends.
pub(super) async fn serve(world: World, number: usize, stream: DuplexStream, is_reset: Arc<AtomicBool>) {
    let connection = Connection {
        world: world.clone(),
        number,
        stream,
        buffer: Vec::new(),
        idle_since: None,
        promised: None,
        is_reset,
    };
    let end = connection.run().await.unwrap_or("the client is gone");
    world.note(|| format!("connection {number} ends: {end}"));
}

struct Connection {
    world: World,
    number: usize,
    stream: DuplexStream,
    buffer: Vec<u8>,
    /// Since when no request uses it, if one has.
    idle_since: Option<Instant>,
    promised: Option<Duration>,
    is_reset: Arc<AtomicBool>,
}

struct Head {
    id: u64,
    safety: Safety,
    body_bytes: usize,
}

impl Connection {
    /// Returns why it ends.
    async fn run(mut self) -> Result<&'static str> {
        loop {
            let closes = self.world.fails(Fault::ClosesIdle);
            // Later than it has promised: a client that keeps to the promise does not notice.
            let promised = self.promised.map(|promised| promised + Duration::from_secs(2));
            let idle_limit = promised.or_else(|| closes.then_some(Duration::from_secs(5)));
            let idle_limit = idle_limit.unwrap_or(Duration::from_secs(100_000));
            if self.buffer.is_empty() && timeout(idle_limit, self.read()).await.is_err() {
                self.world.check(promised.is_none(), || {
                    format!("connection {} is open for longer than was promised", self.number)
                });
                return Ok("idle for too long");
            }
            let idle = self.idle_since.take().map(|since| since.elapsed());
            let head = self.head().await?;
            let Head { id, safety, body_bytes } = head;
            self.world.note(|| format!("connection {}: call {id}, {safety:?}", self.number));
            self.world.traffic().arrives(
                &self.world,
                self.world.plan().limits,
                self.world.open(),
                Arrival { id, safety, idle, promised: self.promised.take() },
            );
            if body_bytes > 0 && self.world.fails(Fault::Early) {
                self.respond_early(id, body_bytes).await?;
                continue;
            }
            if self.world.fails(Fault::Cut) {
                return Ok("cut within a request");
            }
            while self.buffer.len() < body_bytes {
                self.read().await?;
            }
            self.buffer.drain(..body_bytes);
            self.world.check(self.buffer.is_empty(), || format!("more than one request with call {id}"));
            self.world.traffic().receives(id);
            if let Some(end) = self.exchange(id).await? {
                return Ok(end);
            }
            self.idle_since = Some(Instant::now());
        }
    }

    /// Processes a request and responds. Returns why the connection ends, if it does.
    async fn exchange(&mut self, id: u64) -> Result<Option<&'static str>> {
        self.world.traffic().in_process(true);
        let thought = self.think(self.world.time_to_process()).await;
        self.world.traffic().in_process(false);
        thought?;
        if self.world.fails(Fault::Unavailable) {
            self.write(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n").await?;
            return Ok(None);
        }
        self.world.traffic().processed(id);
        if self.world.fails(Fault::Slow) {
            let seconds = self.world.draw(|rng| rng.u64(1..40));
            self.think(Duration::from_secs(seconds)).await?;
        }
        if self.world.fails(Fault::Hang) {
            self.think(Duration::from_secs(100_000)).await?;
        }
        if self.world.fails(Fault::Cut) {
            return Ok(Some("cut before a response"));
        }
        if self.world.fails(Fault::Reset) {
            self.is_reset.store(true, Ordering::Relaxed);
            return Ok(Some("reset before a response"));
        }
        self.respond(id).await
    }

    async fn respond(&mut self, id: u64) -> Result<Option<&'static str>> {
        let mut head = String::from("HTTP/1.1 200 OK\r\n");
        let closes = self.world.fails(Fault::Close);
        if closes {
            head += "connection: close\r\n";
        }
        if self.world.fails(Fault::ClosesIdle) {
            let seconds = self.world.draw(|rng| rng.u64(1..12));
            head = format!("{head}keep-alive: timeout={seconds}\r\n");
            self.promised = Some(Duration::from_secs(seconds));
        }
        let filler = "x".repeat(self.world.draw(|rng| [0, 10, 3000][rng.usize(..3)]));
        let body = format!("{id} {filler}");
        let response = if self.world.chance(30) {
            let (first, second) = body.split_at(body.len() / 2);
            let chunk = |part: &str| {
                if part.is_empty() { String::new() } else { format!("{:x}\r\n{part}\r\n", part.len()) }
            };
            format!("{head}transfer-encoding: chunked\r\n\r\n{}{}0\r\n\r\n", chunk(first), chunk(second))
        } else {
            format!("{head}content-length: {}\r\n\r\n{body}", body.len())
        };
        let response = response.into_bytes();
        if self.world.fails(Fault::CutResponse) {
            let end = self.world.draw(|rng| rng.usize(1..response.len()));
            self.write(&response[..end]).await?;
            return Ok(Some("cut within a response"));
        }
        if self.world.chance(30) {
            let middle = self.world.draw(|rng| rng.usize(1..response.len()));
            self.write(&response[..middle]).await?;
            let seconds = if self.world.fails(Fault::Hang) { 100_000 } else { 0 };
            self.think(Duration::from_millis(40) + Duration::from_secs(seconds)).await?;
            self.write(&response[middle..]).await?;
        } else {
            self.write(&response).await?;
        }
        if self.world.fails(Fault::Surplus) {
            self.write(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n987654321").await?;
            return self.last("surplus bytes").await.map(Some);
        }
        if closes {
            return self.last("it said that it would close").await.map(Some);
        }
        Ok(None)
    }

    /// A response before the request has been read. If the client nevertheless sends the rest, it may go on.
    async fn respond_early(&mut self, id: u64, body_bytes: usize) -> Result<()> {
        self.world.traffic().receives(id);
        self.write(b"HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n").await?;
        self.idle_since = Some(Instant::now());
        while self.buffer.len() < body_bytes {
            self.read().await?;
        }
        let body: Vec<u8> = self.buffer.drain(..body_bytes).collect();
        self.world.check(body.iter().all(|byte| *byte == b'x'), || {
            format!("a request on connection {} within the body of call {id}", self.number)
        });
        Ok(())
    }

    /// No further request may come.
    async fn last(&mut self, reason: &'static str) -> Result<&'static str> {
        if let Ok(more) = timeout(Duration::from_secs(1), self.read()).await {
            more?;
            self.world
                .check(false, || format!("a request on a connection that cannot be used again: {reason}"));
        }
        Ok(reason)
    }

    /// Takes its time. A further request on this connection must not come meanwhile.
    async fn think(&mut self, time: Duration) -> Result<()> {
        if let Ok(more) = timeout(time, self.read()).await {
            more?;
            self.world.check(false, || format!("two requests at once on connection {}", self.number));
            sleep(time).await;
        }
        Ok(())
    }

    async fn head(&mut self) -> Result<Head> {
        let length = loop {
            if let Some(at) = self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break at + 4;
            }
            self.read().await?;
        };
        let head: Vec<u8> = self.buffer.drain(..length).collect();
        let head = String::from_utf8(head).expect("a head is text");
        // POST /v2/probe/2/17 HTTP/1.1
        let mut path = head.split(' ').nth(1).expect("a request has a target").split('/').skip(3);
        let mut number = || path.next().and_then(|part| part.parse::<u64>().ok()).expect("a number");
        let safety = SAFETIES[usize::try_from(number()).expect("it is small")];
        let id = number();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let body_bytes = length.map_or(0, |length| length.parse().expect("a length is a number"));
        Ok(Head { id, safety, body_bytes })
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).await
    }

    async fn read(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            // The client is gone.
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}
