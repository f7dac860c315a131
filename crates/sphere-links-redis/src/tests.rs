//! Operations over a scripted network in virtual time, and the steps of both real networks.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::net::{IpAddr, TcpListener};
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use sphere_bounded::{LIMIT, within};
use sphere_net::connection_limit::{ConnectionLimit, Permit};

use crate::address::Address;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::network::{Endpoint, Network};
use crate::operation::{MAX_IN_USE, Pool, Server, run};
use crate::resp::{Command, Reply};

/// What a connection does after a command.
#[derive(Debug, Clone, Copy)]
enum Act {
    Reply(&'static str),
    /// One byte each 300 milliseconds.
    Dribble,
    Silent,
    Close,
}
use Act::{Close, Dribble, Silent};

const OK: Act = Act::Reply("+OK\r\n");
const READONLY: Act = Act::Reply("-READONLY You can't write against a read only replica.\r\n");

/// The acts of a connection, one for each command.
struct Stream {
    number: usize,
    /// A signal comes at every second step.
    is_interrupted: bool,
    acts: VecDeque<Act>,
    act: Act,
}

impl Stream {
    fn new(number: usize, acts: &[Act]) -> Self {
        Self { number, is_interrupted: false, acts: acts.iter().copied().collect(), act: Silent }
    }
}

/// Connections that will be made, in this order; without one, connecting is silent.
struct World {
    start: Instant,
    elapsed: Mutex<Duration>,
    connections: Mutex<VecDeque<Vec<Act>>>,
    sent: Mutex<Vec<String>>,
}

impl Stream {
    fn interrupt(&mut self) -> io::Result<()> {
        self.is_interrupted = !self.is_interrupted;
        if self.is_interrupted { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
    }
}

impl World {
    fn pass(&self, time: Duration) {
        *self.elapsed.lock().unwrap() += time;
    }

    fn time_out<T>(&self, time_left: Duration) -> io::Result<T> {
        self.pass(time_left);
        Err(io::ErrorKind::TimedOut.into())
    }
}

impl Network for World {
    type Stream = Stream;
    type Idle = Stream;

    fn now(&self) -> Instant {
        self.start + *self.elapsed.lock().unwrap()
    }

    async fn acquire(
        &self,
        connection_limit: &ConnectionLimit<()>,
        time_left: Duration,
    ) -> Option<Permit<()>> {
        match pin!(connection_limit.acquire(&())).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(permit) => Some(permit),
            Poll::Pending => self.time_out(time_left).ok(),
        }
    }

    async fn look_up(&self, _: &str, _: Duration) -> io::Result<Vec<IpAddr>> {
        Ok(vec![IpAddr::from([192, 0, 2, 1])])
    }

    async fn connect(&self, _: Endpoint<'_>, time_left: Duration) -> io::Result<Stream> {
        let Some(acts) = self.connections.lock().unwrap().pop_front() else {
            return self.time_out(time_left);
        };
        Ok(Stream::new(9, &acts))
    }

    async fn read(&self, stream: &mut Stream, into: &mut [u8], time_left: Duration) -> io::Result<usize> {
        stream.interrupt()?;
        match stream.act {
            Act::Reply(text) => {
                stream.act = Silent;
                into[..text.len()].copy_from_slice(text.as_bytes());
                Ok(text.len())
            }
            Dribble if time_left > Duration::from_millis(300) => {
                self.pass(Duration::from_millis(300));
                into[0] = b'+';
                Ok(1)
            }
            Dribble | Silent => self.time_out(time_left),
            Close => Ok(0),
        }
    }

    async fn write(&self, stream: &mut Stream, bytes: &[u8], _: Duration) -> io::Result<usize> {
        stream.interrupt()?;
        let text = String::from_utf8_lossy(bytes);
        let name = text.lines().nth(2).unwrap_or_default();
        self.sent.lock().unwrap().push(format!("{name} on {}", stream.number));
        stream.act = stream.acts.pop_front().unwrap_or(Silent);
        Ok(bytes.len())
    }

    fn to_idle(&self, stream: Stream) -> io::Result<Stream> {
        Ok(stream)
    }

    fn reuse(&self, idle: Stream) -> io::Result<Stream> {
        Ok(idle)
    }
}

/// A world and what a store has there. New connections have the number 9.
struct Store {
    world: World,
    server: Server,
    pool: Pool<Stream>,
}

impl Store {
    fn new(url: &str, kept: &[&[Act]], new: &[&[Act]]) -> Self {
        let world = World {
            start: Instant::now(),
            elapsed: Mutex::default(),
            connections: Mutex::new(new.iter().map(|acts| acts.to_vec()).collect()),
            sent: Mutex::default(),
        };
        let store = Self {
            world,
            server: Server { address: Address::parse(url).unwrap(), tls: None },
            pool: Pool::default(),
        };
        for (number, acts) in kept.iter().enumerate() {
            store.pool.put(Connection::new(Stream::new(number, acts), None).unwrap(), 0);
        }
        store
    }

    fn get(&self) -> Result<Reply, Failure> {
        ready(run(&self.world, &self.server, &self.pool, &Command::new([b"GET".as_slice(), b"key"])))
    }

    fn elapsed(&self) -> Duration {
        *self.world.elapsed.lock().unwrap()
    }

    fn sent(&self) -> Vec<String> {
        self.world.sent.lock().unwrap().clone()
    }
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits for something else than time"),
    }
}

const PLAIN: &str = "redis://10.0.0.7";
const WITH_LOGIN: &str = "redis://:password@10.0.0.7/1";

#[test]
fn operation_ends_after_two_seconds() {
    for bad in [Silent, Dribble] {
        let kept: [&[&[Act]]; 2] = [&[], &[&[bad]]];
        for kept in kept {
            let new: [&[&[Act]]; 4] = [&[], &[&[bad]], &[&[OK, bad]], &[&[OK, OK, bad]]];
            for new in new {
                let store = Store::new(WITH_LOGIN, kept, new);
                assert!(matches!(store.get(), Err(Failure::Timeout)), "{kept:?} {new:?}");
                assert_eq!(store.elapsed(), Duration::from_secs(2), "{kept:?} {new:?}");
            }
        }
    }
}

#[test]
fn too_large_a_reply_is_refused_when_announced() {
    let large = Act::Reply("$536870912\r\n");
    let new: [&[Act]; 3] = [&[large], &[OK, large], &[OK, OK, large]];
    for new in new {
        let store = Store::new(WITH_LOGIN, &[], &[new]);
        assert!(matches!(store.get(), Err(Failure::TooLarge)));
        assert_eq!(store.elapsed(), Duration::ZERO);
    }
}

#[test]
fn silent_kept_connection_is_replaced() {
    let store = Store::new(PLAIN, &[&[OK], &[Silent]], &[&[OK, OK]]);
    store.get().unwrap();
    assert_eq!(store.elapsed(), Duration::from_secs(1));
    store.get().unwrap();
    // The other kept connection is as old, and is not tried.
    assert_eq!(store.sent(), ["GET on 1", "GET on 9", "GET on 9"]);
}

#[test]
fn broken_kept_connection_is_replaced() {
    for broken in [Close, Act::Reply("HTTP/1.1 400\r\n")] {
        let store = Store::new(PLAIN, &[&[OK], &[broken]], &[&[OK]]);
        store.get().unwrap();
        assert_eq!(
            (store.sent(), store.elapsed()),
            (vec!["GET on 1".into(), "GET on 9".into()], Duration::ZERO)
        );
    }
}

#[test]
fn failover_drops_all_kept_connections() {
    for moved in [
        READONLY,
        Act::Reply("-ERR Error running script (call to f_1): @user_script:1: -READONLY You can't write\r\n"),
        Act::Reply("-LOADING Redis is loading the dataset in memory\r\n"),
        Act::Reply("-MASTERDOWN Link with MASTER is down\r\n"),
    ] {
        let store = Store::new(PLAIN, &[&[OK], &[moved]], &[&[OK, OK]]);
        store.get().unwrap();
        store.get().unwrap();
        assert_eq!(store.sent(), ["GET on 1", "GET on 9", "GET on 9"]);
    }
}

#[test]
fn no_connection_to_a_replica_is_kept() {
    let store = Store::new(PLAIN, &[&[OK], &[READONLY]], &[&[READONLY], &[OK]]);
    assert!(matches!(store.get(), Err(Failure::Refused(code)) if code == "READONLY"));
    store.get().unwrap();
    assert_eq!(store.sent(), ["GET on 1", "GET on 9", "GET on 9"]);
    assert_eq!(store.elapsed(), Duration::ZERO);
}

#[test]
fn connection_from_before_a_failover_is_not_kept() {
    let store = Store::new(PLAIN, &[&[READONLY]], &[&[OK, OK]]);
    store.get().unwrap();
    store.pool.put(Connection::new(Stream::new(7, &[OK]), None).unwrap(), 0);
    store.get().unwrap();
    assert_eq!(store.sent(), ["GET on 0", "GET on 9", "GET on 9"]);
}

#[test]
fn refused_command_keeps_the_connection() {
    let store = Store::new(PLAIN, &[&[Act::Reply("-ERR unknown command 'GET'\r\n"), OK]], &[]);
    assert!(matches!(store.get(), Err(Failure::Refused(code)) if code == "ERR"));
    store.get().unwrap();
    assert_eq!(store.sent(), ["GET on 0", "GET on 0"]);
}

#[test]
fn refused_login_sends_no_command() {
    for (replies, sent) in [
        (vec![Act::Reply("-WRONGPASS invalid\r\n")], vec!["AUTH on 9"]),
        (vec![OK, Act::Reply("-ERR DB index is out of range\r\n")], vec!["AUTH on 9", "SELECT on 9"]),
    ] {
        let store = Store::new(WITH_LOGIN, &[], &[&replies]);
        assert!(matches!(store.get(), Err(Failure::Refused(_))));
        assert_eq!(store.sent(), sent);
    }
}

#[test]
fn connections_are_limited() {
    let store = Store::new(PLAIN, &[&[OK][..]; 20], &[]);
    assert_eq!(store.pool.lock().idle.len(), 8);
    let permits: Vec<_> =
        (0..MAX_IN_USE).map(|_| ready(store.world.acquire(&store.pool.connection_limit, LIMIT))).collect();
    assert!(permits.iter().all(Option::is_some));
    assert!(matches!(store.get(), Err(Failure::Timeout)));
    assert_eq!((store.sent().len(), store.elapsed()), (0, Duration::from_secs(2)));
}

/// A step of a real network, on a server that accepts and is silent.
async fn read_from_silence(network: &impl Network) {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = Endpoint::Tcp(server.local_addr().unwrap());
    let mut stream = network.connect(to, LIMIT).await.unwrap();
    assert_eq!(network.write(&mut stream, b"x", LIMIT).await.unwrap(), 1);
    let step = network.read(&mut stream, &mut [0], Duration::from_millis(5)).await;
    assert!(matches!(Failure::from(step.unwrap_err()), Failure::Timeout));
    let connection_limit = ConnectionLimit::new(1);
    let _turn = network.acquire(&connection_limit, LIMIT).await.unwrap();
    assert!(network.acquire(&connection_limit, Duration::from_millis(5)).await.is_none());
}

#[test]
fn blocking_step_ends_when_its_time_is_up() {
    within(LIMIT, || ready(read_from_silence(&crate::blocking::Blocking)));
}

#[cfg(feature = "async")]
#[test]
fn async_step_ends_when_its_time_is_up() {
    within(LIMIT, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(read_from_silence(&crate::asynchronous::Tokio));
    });
}

#[cfg(unix)]
#[test]
fn full_unix_socket_queue_is_an_error() {
    use socket2::{Domain, SockAddr, Socket, Type};
    let path = std::env::temp_dir().join(format!("sphere-links-redis-full-{}", std::process::id()));
    let server = Socket::new(Domain::UNIX, Type::STREAM, None).unwrap();
    server.bind(&SockAddr::unix(&path).unwrap()).unwrap();
    server.listen(0).unwrap();
    let clients: Result<Vec<_>, _> = (0..100).map(|_| crate::network::Socket::connect_unix(&path)).collect();
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(Failure::from(clients.unwrap_err()), Failure::Timeout));
}
