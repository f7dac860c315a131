//! Idle connections, kept for reuse: the youngest first, none older than the idle limit.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::connect::{Connection, Route};

/// How long a connection may be idle before its task gets a turn ahead of the next use. A runtime that runs
/// only during calls looks at no socket between them, so the task may not have noticed yet that the server has
/// closed the connection.
const RESTED: Duration = Duration::from_millis(10);

/// How long to wait for a connection that was just given back: hyper may need a moment to finish the last
/// response. If it takes longer, the server responded without reading the whole request.
const READY_WITHIN: Duration = Duration::from_millis(50);

pub(crate) struct Pool {
    idle_timeout: Duration,
    max_idle: usize,
    /// Sorted by age: the longest idle is in front.
    idle: Mutex<VecDeque<Idle>>,
}

struct Idle {
    connection: Box<Connection>,
    since: Instant,
}

impl Pool {
    pub(crate) fn new(idle_timeout: Duration, max_idle: usize) -> Self {
        Self { idle_timeout, max_idle, idle: Mutex::new(VecDeque::new()) }
    }

    /// An idle connection that is open and ready, as far as can be known before `deadline`.
    pub(crate) async fn take(
        &self,
        route: &Route,
        now: Instant,
        deadline: Instant,
    ) -> Option<Box<Connection>> {
        while let Some(Idle { mut connection, since }) = self.take_youngest(route, now) {
            if now.saturating_duration_since(since) > RESTED {
                tokio::task::yield_now().await;
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

    /// Keeps a connection whose last response has been read completely.
    pub(crate) fn put(&self, connection: Box<Connection>) {
        if self.max_idle == 0 || connection.sender.is_closed() {
            return;
        }
        let mut idle = self.lock();
        if idle.len() >= self.max_idle {
            idle.pop_front();
        }
        idle.push_back(Idle { connection, since: Instant::now() });
    }

    fn take_youngest(&self, route: &Route, now: Instant) -> Option<Idle> {
        let mut idle = self.lock();
        while idle.front().is_some_and(|oldest| now.duration_since(oldest.since) >= self.idle_timeout) {
            idle.pop_front();
        }
        let at = idle.iter().rposition(|idle| idle.connection.route == *route)?;
        idle.remove(at)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("idle_timeout", &self.idle_timeout)
            .field("max_idle", &self.max_idle)
            .field("idle", &self.lock().len())
            .finish()
    }
}
