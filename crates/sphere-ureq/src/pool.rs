//! Idle connections, kept for reuse by the rules of [`sphere_net::pool`], and the thread that closes them when their
//! time is up or the server has closed them.
//!
//! ureq's own pool is switched off (ureq 3.5.2, `pool.rs`): it takes the oldest connection, and drops each one that is
//! older than the request allows, so that one cautious request would empty it.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use sphere_core::transport::Target;
use sphere_net::connection_limit::{ConnectionLimit, Permit};
use sphere_net::failure::Failure;
use sphere_net::pool::{Limits, Open, Pool as Rules};

use crate::connection::Connection;
use crate::socket::FOREVER;

/// How often the thread looks whether a server has closed an idle connection.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The name of the thread. Linux shows at most 15 bytes of it.
const THREAD_NAME: &str = "sphere-idle";

/// The pool of one transport. Its thread ends with it.
pub(crate) struct Pool {
    shared: Arc<Shared>,
    connection_limit: ConnectionLimit<Target>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    idle: Rules<Target, Box<Connection>>,
    /// When the thread closes connections next. `None` if there is no thread.
    reaper_wakes: Option<Instant>,
    has_ended: bool,
}

impl Pool {
    pub(crate) fn new(limits: Limits) -> Self {
        let state = State { idle: Rules::new(limits), reaper_wakes: None, has_ended: false };
        let shared = Shared { state: Mutex::new(state), changed: Condvar::new() };
        Self { shared: Arc::new(shared), connection_limit: ConnectionLimit::new(limits.max_open) }
    }

    /// Waits until a connection may be used. The permit must be dropped after the connection was put back.
    pub(crate) fn acquire(&self, target: &Target, limit: Duration) -> Result<Permit<Target>, Failure> {
        self.connection_limit.acquire_blocking(target, Instant::now() + limit.min(FOREVER))
    }

    /// Counts a connection that is about to be opened.
    pub(crate) fn open(&self, target: &Target) -> Open {
        let opening = self.shared.lock().idle.open(target, Instant::now());
        // `closed` is dropped here, not under the lock.
        opening.open
    }

    /// Closes all idle connections, since no file descriptor is left. Returns whether there were any.
    pub(crate) fn give_back(&self) -> bool {
        let closed = self.shared.lock().idle.give_back(Instant::now());
        !closed.is_empty()
    }

    /// Whether there is a connection that was idle for less than `max_idle_time`.
    pub(crate) fn has(&self, target: &Target, max_idle_time: Duration) -> bool {
        self.shared.lock().idle.has(target, max_idle_time, Instant::now())
    }

    /// A connection that was idle for less than `max_idle_time` and is open, as far as can be known.
    pub(crate) fn take(&self, target: &Target, max_idle_time: Duration) -> Option<Box<Connection>> {
        loop {
            let mut connection = self.shared.lock().idle.take(target, max_idle_time, Instant::now())?;
            // Not under the lock, since it asks the system.
            if connection.is_quiet() {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection whose last response has been read completely.
    pub(crate) fn put(&self, target: &Target, connection: Box<Connection>, server_timeout: Option<Duration>) {
        let mut state = self.shared.lock();
        let put = state.idle.put(target, connection, server_timeout, Instant::now());
        if let Some(due) = put.due {
            match state.reaper_wakes {
                Some(wakes) if wakes <= due => {}
                Some(_) => self.shared.changed.notify_all(),
                None => {
                    let shared = Arc::clone(&self.shared);
                    let started =
                        thread::Builder::new().name(THREAD_NAME.to_owned()).spawn(move || shared.reap());
                    // Without a thread, the next connection that is put back tries again.
                    state.reaper_wakes = started.is_ok().then_some(due);
                }
            }
        }
        drop(state);
        // Not under the lock.
        drop(put.closed);
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.lock().has_ended = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes idle connections until none is open. The thread stays while a call has the only one, so that calls one
    /// after the other start no thread.
    fn reap(&self) {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            let mut closed = state.idle.close_due(now);
            closed.extend(state.idle.close_ended(|connection| !connection.is_quiet()));
            if !closed.is_empty() {
                // Not under the lock.
                drop(state);
                drop(closed);
                state = self.lock();
                continue;
            }
            let next_look = now + LOOK_EVERY;
            let stays = state.idle.has_open() && !state.has_ended;
            state.reaper_wakes =
                stays.then(|| state.idle.next_due().map_or(next_look, |due| due.min(next_look)));
            let Some(wakes) = state.reaper_wakes else { return };
            let wait = wakes.saturating_duration_since(now);
            state = self.changed.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shared.lock().idle.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use sphere_core::transport::{RequestBody, TransportRequest};

    use super::*;
    use crate::socket::Socket;

    const LIMIT: Duration = Duration::from_secs(20);

    /// Waits until the pool's thread has let it go.
    fn ends(shared: &std::sync::Weak<Shared>) {
        let since = Instant::now();
        while shared.upgrade().is_some_and(|shared| shared.lock().reaper_wakes.is_some()) {
            assert!(since.elapsed() < LIMIT, "the thread did not end");
            thread::yield_now();
        }
    }

    fn pool_with_a_connection(idle_timeout: Duration) -> (Pool, TcpListener) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let http = http::Request::get(format!("http://{address}/")).body(RequestBody::empty()).unwrap();
        let target = TransportRequest::new(http).target().unwrap().clone();
        let pool = Pool::new(Limits { idle_timeout, ..Limits::default() });
        let socket = Socket::new(std::net::TcpStream::connect(address).unwrap(), Instant::now());
        let connection = Connection::plain(socket, pool.open(&target));
        pool.put(&target, Box::new(connection), None);
        (pool, listener)
    }

    #[test]
    fn thread_ends_when_nothing_is_open() {
        let (pool, _listener) = pool_with_a_connection(Duration::from_millis(1));
        ends(&Arc::downgrade(&pool.shared));
        assert_eq!(pool.shared.lock().idle.idle(), 0);
    }

    #[test]
    fn thread_ends_with_the_pool() {
        let (pool, _listener) = pool_with_a_connection(LIMIT * 100);
        let shared = Arc::downgrade(&pool.shared);
        assert!(pool.shared.lock().reaper_wakes.is_some());
        drop(pool);
        ends(&shared);
    }
}
