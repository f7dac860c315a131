//! A server that goes up and down, and does something else with each request: what, follows from the seed.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use fastrand::Rng;
use socket2::{Domain, SockAddr, SockRef, Socket, Type};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// What the server does with one request. All but the first three process it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    CutUnprocessed,
    Refuse,
    RateLimit,
    Respond,
    RespondLate,
    RespondAndClose,
    FailAfterwards,
    Cut,
    Reset,
    CutTheResponse,
    NeverRespond,
}

impl Fate {
    fn draw(rng: &mut Rng) -> Self {
        match rng.u8(..100) {
            0..5 => Self::CutUnprocessed,
            5..9 => Self::Refuse,
            9..14 => Self::RateLimit,
            14..19 => Self::RespondAndClose,
            19..25 => Self::FailAfterwards,
            25..29 => Self::Cut,
            29..33 => Self::Reset,
            33..37 => Self::CutTheResponse,
            37 => Self::NeverRespond,
            38..58 => Self::RespondLate,
            _ => Self::Respond,
        }
    }

    fn is_processed(self) -> bool {
        !matches!(self, Self::CutUnprocessed | Self::Refuse | Self::RateLimit)
    }

    fn keeps_connection(self) -> bool {
        matches!(
            self,
            Self::Refuse | Self::RateLimit | Self::Respond | Self::RespondLate | Self::FailAfterwards
        )
    }
}

/// What became of one call's requests at the server.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    pub seen: u32,
    pub processed: u32,
}

#[derive(Default)]
struct Record {
    calls: HashMap<u64, Count>,
    open: usize,
    times_down: u32,
    is_up: bool,
    stays_up: bool,
}

impl Record {
    /// Notes whether it is up from now on.
    fn set_up(&mut self, is_up: bool) {
        self.is_up = is_up;
        self.times_down += u32::from(!is_up);
    }
}

#[derive(Default)]
struct Shared {
    record: Mutex<Record>,
    changed: Condvar,
}

impl Shared {
    fn record(&self) -> std::sync::MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_until(&self, limit: Duration, is_so: impl Fn(&Record) -> bool) {
        let since = Instant::now();
        let mut record = self.record();
        while !is_so(&record) {
            let left = limit.saturating_sub(since.elapsed());
            assert!(!left.is_zero(), "the server is up: {}, open connections: {}", record.is_up, record.open);
            record = self.changed.wait_timeout(record, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// A connection that is counted while it is open.
struct Counted(Arc<Shared>);

impl Counted {
    fn new(shared: &Arc<Shared>) -> Self {
        shared.record().open += 1;
        Self(Arc::clone(shared))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.record().open -= 1;
        self.0.changed.notify_all();
    }
}

pub struct Server {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    runtime: Runtime,
    /// Keeps the port while the server is down. It does not listen, so connections are refused then.
    _port: Socket,
}

impl Server {
    pub fn start(seed: u64) -> Self {
        let port = bound(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let address = port.local_addr().unwrap().as_socket().unwrap();
        let runtime = Runtime::new().unwrap();
        let shared = Arc::<Shared>::default();
        runtime.spawn(flap(address, seed, Arc::clone(&shared)));
        Self { address, shared, runtime, _port: port }
    }

    /// Goes down no more: connections stay open until the clients close them.
    pub fn stay_up(&self, limit: Duration) {
        self.shared.record().stays_up = true;
        self.shared.wait_until(limit, |record| record.is_up);
    }

    /// Waits until the clients have closed all connections, and returns what was seen of each call and how often the
    /// server was down. Fails if a connection stays open.
    pub fn finish(self, limit: Duration) -> (HashMap<u64, Count>, u32) {
        self.shared.wait_until(limit, |record| record.open == 0);
        self.runtime.shutdown_timeout(limit);
        let mut record = self.shared.record();
        (std::mem::take(&mut record.calls), record.times_down)
    }
}

fn bound(address: SocketAddr) -> Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_reuse_address(true).unwrap();
    socket.bind(&SockAddr::from(address)).unwrap();
    socket
}

/// Accepts connections for a while, drops them all, refuses connections for a while, and so on.
async fn flap(address: SocketAddr, seed: u64, shared: Arc<Shared>) {
    let mut rng = Rng::with_seed(seed);
    loop {
        let socket = bound(address);
        socket.listen(1024).unwrap();
        socket.set_nonblocking(true).unwrap();
        let listener = TcpListener::from_std(socket.into()).unwrap();
        let mut connections = JoinSet::new();
        // Now and then for so long that a call without a response uses up its time.
        let up = Duration::from_millis(if rng.u8(..40) == 0 { 5_000 } else { rng.u64(10..80) });
        shared.record().set_up(true);
        shared.changed.notify_all();
        {
            let mut accepting = pin!(accept(&listener, &mut connections, seed, &shared));
            let _ = tokio::time::timeout(up, accepting.as_mut()).await;
            let stays_up = {
                let record = &mut *shared.record();
                record.set_up(record.stays_up);
                record.stays_up
            };
            if stays_up {
                accepting.await;
            }
        }
        // Before the connections, so that no new one is accepted meanwhile.
        drop(listener);
        connections.shutdown().await;
        tokio::time::sleep(Duration::from_millis(rng.u64(3..40))).await;
    }
}

async fn accept(listener: &TcpListener, connections: &mut JoinSet<()>, seed: u64, shared: &Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let counted = Counted::new(shared);
        connections.spawn(async move {
            let _ = serve(stream, seed, &counted.0).await;
        });
    }
}

/// Reads requests and does with each what is drawn for it.
async fn serve(mut stream: TcpStream, seed: u64, shared: &Shared) -> io::Result<()> {
    const REFUSED: &str = r#"{"status":422,"detail":"No"}"#;
    const LIMITED: &str = r#"{"status":429,"detail":"Too many requests"}"#;
    const FAILED: &str = r#"{"status":503,"detail":"Service unavailable"}"#;

    stream.set_nodelay(true)?;
    loop {
        let Some(id) = read_request(&mut stream).await? else { return Ok(()) };
        let (fate, number) = {
            let mut record = shared.record();
            let count = record.calls.entry(id).or_default();
            count.seen += 1;
            let key = (id << 8 | u64::from(count.seen)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mut rng = Rng::with_seed(seed ^ key);
            let fate = Fate::draw(&mut rng);
            count.processed += u32::from(fate.is_processed());
            (fate, rng.u8(1..40))
        };
        let response = match fate {
            Fate::Refuse => response(422, REFUSED),
            Fate::RateLimit => response(429, LIMITED),
            Fate::FailAfterwards => response(503, FAILED),
            Fate::CutUnprocessed | Fate::Cut | Fate::Reset | Fate::NeverRespond => String::new(),
            Fate::Respond | Fate::RespondLate | Fate::RespondAndClose => response(200, "{}"),
            Fate::CutTheResponse => response(200, "{}")[..usize::from(number)].to_owned(),
        };
        match fate {
            Fate::RespondLate => tokio::time::sleep(Duration::from_millis(number.into())).await,
            Fate::NeverRespond => drop(stream.read_buf(&mut Vec::new()).await?),
            Fate::Reset => SockRef::from(&stream).set_linger(Some(Duration::ZERO))?,
            _ => {}
        }
        stream.write_all(response.as_bytes()).await?;
        if !fate.keeps_connection() {
            return Ok(());
        }
    }
}

/// The number of the call, from a request such as `POST /v2/probe/17 HTTP/1.1`. `None` at the end of the connection.
async fn read_request(stream: &mut TcpStream) -> io::Result<Option<u64>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(None);
        }
    }
    let line = String::from_utf8_lossy(&head).into_owned();
    Ok(line.split(' ').nth(1).and_then(|target| target.rsplit('/').next()?.parse().ok()))
}

fn response(status: u16, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}
