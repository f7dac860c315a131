//! Idle connections, kept for reuse by the rules of [`sphere_net::pool`], and the task that closes them.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use sphere_core::transport::Target;
use sphere_net::connection_limit::{ConnectionLimit, Permit};
use sphere_net::failure::Failure;
use sphere_net::pool::{Limits, Open, Pool as Rules};
use tokio::runtime;
use tokio::time::Instant;

use crate::connector::{Connection, Route};

/// How long a connection may be idle before its socket is looked at once more ahead of the next request. One that
/// was used just now is looked at by tokio alone, since asking the system costs a call.
const RESTED: Duration = Duration::from_millis(1);

/// How long to wait for a connection that was just given back: hyper may need a moment to finish the last
/// response. If it takes longer, the server responded without reading the whole request.
const READY_WITHIN: Duration = Duration::from_millis(50);

pub(crate) struct Pool {
    state: Arc<Mutex<State>>,
    connection_limit: ConnectionLimit<Target>,
}

struct State {
    idle: Rules<Route, Box<Connection>>,
    /// The task of each runtime that closes idle connections, by the time when it does so next.
    reapers: Vec<(runtime::Id, Instant)>,
}

impl Pool {
    pub(crate) fn new(limits: Limits) -> Self {
        let idle = Rules::new(limits).with_shared_limit(|one: &Route, other| one.target == other.target);
        let state = State { idle, reapers: Vec::new() };
        Self { state: Arc::new(Mutex::new(state)), connection_limit: ConnectionLimit::new(limits.max_open) }
    }

    /// Waits until a connection may be used. The permit must be dropped after the connection was put back.
    pub(crate) async fn acquire(&self, route: &Route, deadline: Instant) -> Result<Permit<Target>, Failure> {
        let turn = tokio::time::timeout_at(deadline, self.connection_limit.acquire(&route.target));
        turn.await.map_err(|_| self.connection_limit.too_late())
    }

    /// Counts a connection that is about to be opened.
    pub(crate) fn open(&self, route: &Route) -> Open {
        let mut state = lock(&self.state);
        let _abandoned = state.close_abandoned(route.runtime);
        let opening = state.idle.open(route, Instant::now().into_std());
        // What is closed is dropped here, not under the lock.
        drop(state);
        opening.open
    }

    /// Closes all idle connections, since no file descriptor is left. Returns whether there were any, when those of
    /// this runtime are closed; others are when their runtime runs.
    pub(crate) async fn give_back(&self, deadline: Instant) -> bool {
        let closed = lock(&self.state).idle.give_back(Instant::now().into_std());
        let is_any = !closed.is_empty();
        for connection in closed {
            connection.task.abort();
            if connection.runtime == runtime::Handle::current().id() {
                let _ = tokio::time::timeout_at(deadline, connection.task).await;
            }
        }
        is_any
    }

    /// Whether there is a connection that was idle for less than `max_idle_time`.
    pub(crate) fn has(&self, route: &Route, max_idle_time: Duration) -> bool {
        lock(&self.state).idle.has(route, max_idle_time, Instant::now().into_std())
    }

    /// A connection that was idle for less than `max_idle_time`, is open and ready, as far as can be known before
    /// `deadline`.
    pub(crate) async fn take(
        &self,
        route: &Route,
        max_idle_time: Duration,
        now: Instant,
        deadline: Instant,
    ) -> Option<Box<Connection>> {
        while let Some(mut connection) = self.take_idle(route, max_idle_time, now) {
            if now.saturating_duration_since(connection.last_used) > RESTED {
                connection.second_look.request();
            }
            if connection.sender.is_ready() {
                return Some(connection);
            }
            let limit = deadline.min(Instant::now() + READY_WITHIN);
            if let Ok(Ok(())) = tokio::time::timeout_at(limit, connection.sender.ready()).await {
                return Some(connection);
            }
        }
        None
    }

    fn take_idle(&self, route: &Route, max_idle_time: Duration, now: Instant) -> Option<Box<Connection>> {
        let mut state = lock(&self.state);
        let abandoned = state.close_abandoned(route.runtime);
        let taken = state.idle.take(route, max_idle_time, now.into_std());
        drop(state);
        // Not under the lock.
        drop(abandoned);
        taken
    }

    /// Keeps a connection whose last response has been read completely.
    pub(crate) fn put(
        &self,
        route: &Route,
        mut connection: Box<Connection>,
        server_timeout: Option<Duration>,
    ) {
        if connection.sender.is_closed() {
            return;
        }
        let now = Instant::now();
        connection.last_used = now;
        let mut state = lock(&self.state);
        let abandoned = state.close_abandoned(route.runtime);
        let put = state.idle.put(route, connection, server_timeout, now.into_std());
        if let Some(due) = put.due.map(Instant::from_std) {
            if !state.reapers.iter().any(|(runtime, wakes)| *runtime == route.runtime && *wakes <= due) {
                state.wake_at(route.runtime, due, now);
                if let Ok(runtime) = runtime::Handle::try_current() {
                    runtime.spawn(reap(Arc::downgrade(&self.state), route.runtime, due));
                }
            }
        }
        drop(state);
        // Not under the lock.
        drop((abandoned, put.closed));
    }
}

impl State {
    /// Removes what belongs to runtimes that have ended: an idle connection keeps the runtime's reactor, and so its
    /// file descriptors, through hyper's handle, its task and its timer. They end with their runtime, which no task
    /// survives to tell.
    #[allow(clippy::vec_box)] // They are boxed in the pool.
    fn close_abandoned(&mut self, current: runtime::Id) -> Vec<Box<Connection>> {
        let Self { idle, reapers } = self;
        let closed = idle
            .close_abandoned(|route| route.runtime != current, |connection| connection.sender.is_closed());
        if !closed.is_empty() {
            reapers.retain(|(of, _)| idle.routes().any(|route| route.runtime == *of));
        }
        closed
    }

    /// Notes when the task of this runtime closes connections next.
    fn wake_at(&mut self, runtime: runtime::Id, due: Instant, now: Instant) {
        // Those that are overdue may have ended with their runtime.
        self.reapers.retain(|(of, wakes)| *of != runtime && now < *wakes);
        self.reapers.push((runtime, due));
    }
}

/// Closes idle connections when their time is up. Ends when nothing is idle, or when another task does it.
async fn reap(pool: Weak<Mutex<State>>, runtime: runtime::Id, mut wakes: Instant) {
    loop {
        tokio::time::sleep_until(wakes).await;
        let Some(pool) = pool.upgrade() else { return };
        let now = Instant::now();
        let mut state = lock(&pool);
        let closed = state.idle.close_due(now.into_std());
        // A connection with an earlier end has started a task of its own, which replaces this one.
        let is_replaced = state.reapers.iter().any(|(of, other)| *of == runtime && *other != wakes);
        match state.idle.next_due().map(Instant::from_std) {
            Some(due) if !is_replaced => {
                state.wake_at(runtime, due, now);
                wakes = due;
            }
            _ => {
                state.reapers.retain(|reaper| *reaper != (runtime, wakes));
                return;
            }
        }
        drop(state);
        drop(closed);
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        lock(&self.state).idle.fmt(f)
    }
}
