//! Idle connections, kept for reuse: the youngest first, none older than the idle limit.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::connect::{Connection, Target};

/// A connection that sat unused for longer than this may have been closed by the server without its task
/// having had a turn to notice: a runtime that is only driven from call to call looks at no socket between
/// them. It gets that turn before the connection is used.
const RESTED: Duration = Duration::from_millis(10);

/// A connection just given back may need a moment until hyper has read the end of the last answer. One that
/// takes longer (the server answered without reading the whole request) is not worth the wait.
const READY_WITHIN: Duration = Duration::from_millis(50);

pub(crate) struct Pool {
    idle_timeout: Duration,
    max_idle: usize,
    /// The longest unused in front.
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

    /// The youngest idle connection, if it can be used as it is: it was in use a moment ago.
    pub(crate) fn take_warm(&self, target: &Target, now: Instant) -> Option<Box<Connection>> {
        let mut idle = self.lock();
        if idle.len() > 1 {
            self.drop_expired(&mut idle, now);
        }
        let Idle { connection, since } = idle.back()?;
        let rested = now.saturating_duration_since(*since);
        let is_warm = rested <= RESTED
            && rested < self.idle_timeout
            && connection.target == *target
            && connection.sender.is_ready();
        if is_warm { idle.pop_back().map(|idle| idle.connection) } else { None }
    }

    /// An idle connection that is open and ready, as far as can be known.
    pub(crate) async fn take(&self, target: &Target) -> Option<Box<Connection>> {
        while let Some(Idle { mut connection, since }) = self.take_youngest(target) {
            if since.elapsed() > RESTED {
                tokio::task::yield_now().await;
            }
            if connection.sender.is_ready() {
                return Some(connection);
            }
            if let Ok(Ok(())) = tokio::time::timeout(READY_WITHIN, connection.sender.ready()).await {
                return Some(connection);
            }
        }
        None
    }

    /// Keeps a connection whose last answer has been read to its end.
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

    fn take_youngest(&self, target: &Target) -> Option<Idle> {
        let mut idle = self.lock();
        self.drop_expired(&mut idle, Instant::now());
        let at = idle.iter().rposition(|idle| idle.connection.target == *target)?;
        idle.remove(at)
    }

    fn drop_expired(&self, idle: &mut VecDeque<Idle>, now: Instant) {
        while idle.front().is_some_and(|oldest| now.duration_since(oldest.since) >= self.idle_timeout) {
            idle.pop_front();
        }
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
