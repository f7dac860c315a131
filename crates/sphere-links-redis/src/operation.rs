//! One operation of the store: a command on a kept connection, or on a new one. All of it has one deadline.
//!
//! Each command can be repeated. So whatever is wrong with a kept connection (it broke, its server is silent, or has
//! become a replica), the command is sent again on a new one, and the other kept ones are dropped: they are as old.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use sphere_net::connection_limit::ConnectionLimit;

use crate::address::{Address, Location};
use crate::connection::{Connection, time_left};
use crate::failure::{Failure, LIMIT};
use crate::network::{Endpoint, Network};
use crate::resp::{Command, Reply};

/// Time for a kept connection to respond. It may be one that a firewall has forgotten.
const KEPT_LIMIT: Duration = Duration::from_secs(1);
/// How many connections are in use at once. An operation beyond them waits for its turn.
pub(crate) const MAX_IN_USE: usize = 32;
/// How many connections are kept for later operations.
const MAX_IDLE: usize = 8;
/// How many addresses of a host are tried.
const MAX_ADDRESSES: usize = 4;

pub(crate) struct Server {
    pub(crate) address: Address,
    pub(crate) tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
}

/// Connections that no operation is using.
pub(crate) struct Pool<I> {
    pub(crate) connection_limit: ConnectionLimit<()>,
    kept: Mutex<Kept<I>>,
}

pub(crate) struct Kept<I> {
    pub(crate) idle: Vec<Connection<I>>,
    /// How often all of them were dropped. A connection from before is not kept again.
    generation: u64,
}

impl<I> Default for Pool<I> {
    fn default() -> Self {
        let kept = Kept { idle: Vec::new(), generation: 0 };
        Self { connection_limit: ConnectionLimit::new(MAX_IN_USE), kept: Mutex::new(kept) }
    }
}

impl<I> Pool<I> {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Kept<I>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn put(&self, connection: Connection<I>, generation: u64) {
        let mut kept = self.lock();
        if kept.generation == generation && kept.idle.len() < MAX_IDLE {
            kept.idle.push(connection);
        }
    }

    /// Drops all connections of this generation, and returns the next one.
    fn drop_all(&self, generation: u64) -> u64 {
        let mut kept = self.lock();
        if kept.generation == generation {
            kept.generation += 1;
            kept.idle.clear();
        }
        kept.generation
    }
}

/// Runs a command.
pub(crate) async fn run<N: Network>(
    network: &N,
    server: &Server,
    pool: &Pool<N::Idle>,
    command: &Command,
) -> Result<Reply, Failure> {
    let deadline = network.now() + LIMIT;
    let _turn = network.acquire(&pool.connection_limit, LIMIT).await.ok_or(Failure::Timeout)?;
    let (kept, mut generation) = {
        let mut kept = pool.lock();
        (kept.idle.pop(), kept.generation)
    };
    if let Some(kept) = kept {
        let connection = kept.map(|idle| network.reuse(idle)).map_err(Failure::Io);
        let outcome = match connection {
            Ok(connection) => {
                let kept_deadline = deadline.min(network.now() + KEPT_LIMIT);
                finish(network, pool, generation, connection, command, kept_deadline).await
            }
            Err(failure) => Err(failure),
        };
        match outcome {
            Err(failure) if !failure.is_plain_refusal() => generation = pool.drop_all(generation),
            outcome => return outcome,
        }
    }
    let mut connection = connect(network, server, deadline).await?;
    for command in &server.address.setup {
        exchange(network, &mut connection, command, deadline).await?;
    }
    finish(network, pool, generation, connection, command, deadline).await
}

/// Sends the command, and keeps the connection if it can be used again.
async fn finish<N: Network>(
    network: &N,
    pool: &Pool<N::Idle>,
    generation: u64,
    mut connection: Connection<N::Stream>,
    command: &Command,
    deadline: Instant,
) -> Result<Reply, Failure> {
    let outcome = exchange(network, &mut connection, command, deadline).await;
    if outcome.as_ref().map_or_else(Failure::is_plain_refusal, |_| true) {
        if let Ok(idle) = connection.map(|stream| network.to_idle(stream)) {
            pool.put(idle, generation);
        }
    }
    outcome
}

async fn exchange<N: Network>(
    network: &N,
    connection: &mut Connection<N::Stream>,
    command: &Command,
    deadline: Instant,
) -> Result<Reply, Failure> {
    connection.send(network, command.bytes(), deadline).await?;
    let mut received = Vec::new();
    loop {
        connection.receive(network, &mut received, deadline).await?;
        if let Some(reply) = Reply::parse(&received)? {
            return Ok(reply);
        }
    }
}

async fn connect<N: Network>(
    network: &N,
    server: &Server,
    deadline: Instant,
) -> Result<Connection<N::Stream>, Failure> {
    let stream = match &server.address.location {
        Location::Unix(path) => network.connect(Endpoint::Unix(path), time_left(network, deadline)?).await?,
        Location::Network { host, port, .. } => {
            let addresses = network.look_up(host, time_left(network, deadline)?).await?;
            let mut outcome = Err(io::ErrorKind::AddrNotAvailable.into());
            for (tried, address) in addresses.iter().take(MAX_ADDRESSES).enumerate() {
                // Time is left for the others, should this one be silent.
                let others = addresses.len().min(MAX_ADDRESSES) - tried;
                let share = time_left(network, deadline)? / u32::try_from(others).unwrap_or(1);
                let endpoint = Endpoint::Tcp(SocketAddr::new(*address, *port));
                outcome = network.connect(endpoint, share.max(Duration::from_millis(1))).await;
                if outcome.is_ok() {
                    break;
                }
            }
            outcome?
        }
    };
    Connection::new(stream, server.tls.as_ref())
}
