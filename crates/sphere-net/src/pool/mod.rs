//! The pool's rules: which idle connection a request may take, when an idle one is closed, and how many are kept.
//!
//! There is no socket and no clock here. Connections are of any type, and the time is an argument. A transport
//! carries out what the machine says, under a lock of its own:
//!
//! 1. A request [takes](Pool::take) the connection that was idle for the shortest time, if the request and the
//!    server allow that long. Others stay where they are, so that a cautious request does not empty the pool.
//! 2. Without one, the transport opens a connection; it has the pool [count](Pool::open) it first. If that is one too
//!    many, an idle one is closed. That there is one, when all may be idle, is the work of
//!    [`connection_limit`](crate::connection_limit).
//! 3. A connection whose response was read to its end is [put back](Pool::put). What is then too many is closed.
//! 4. When [`Pool::next_due`] has come, the transport [closes](Pool::close_due) what has been idle for too long.
//! 5. If there is no file descriptor left for another connection, all idle ones are [given back](Pool::give_back).
//!
//! | limit | |
//! | --- | --- |
//! | idle before a request uses it | [`TransportRequest::max_idle_time`], which depends on the operation |
//! | idle before it is closed | the transport's option, 50 seconds by default |
//! | both | the server's `Keep-Alive: timeout`, [less a margin](server_idle_timeout) |
//! | idle connections to one route | as many as were in use at once in the recent past |
//! | idle connections in all | the transport's option, no limit by default |
//! | connections to one route | the transport's option, no limit by default |
//!
//! The *recent past* is one to two times the idle timeout, so that the connections of a burst are kept for the next
//! one, and requests that refuse idle connections do not fill the pool.
//!
//! [`TransportRequest::max_idle_time`]: sphere_core::transport::TransportRequest::max_idle_time

mod keep_alive;
mod peak;

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use keep_alive::server_idle_timeout;
use sphere_core::transport::DEFAULT_IDLE_TIMEOUT;

use peak::Peak;

/// Idle connections of type `C`, each to a route of type `R`.
///
/// ```
/// use std::time::{Duration, Instant};
/// use sphere_net::pool::{Limits, Open, Pool};
///
/// struct Connection {
///     number: u32,
///     _open: Open,
/// }
///
/// let (second, start) = (Duration::from_secs(1), Instant::now());
/// let mut pool = Pool::new(Limits { idle_timeout: 50 * second, ..Limits::default() });
/// let connection = Connection { number: 1, _open: pool.open(&"api.test", start).open };
/// assert_eq!(pool.put(&"api.test", connection, None, start).due, Some(start + 50 * second));
///
/// // A request that must not be sent twice leaves it to others.
/// let later = start + 10 * second;
/// assert!(pool.take(&"api.test", 4 * second, later).is_none());
/// assert_eq!(pool.take(&"api.test", 50 * second, later).unwrap().number, 1);
/// ```
pub struct Pool<R, C> {
    limits: Limits,
    shares_limit: fn(&R, &R) -> bool,
    routes: Vec<Known<R, C>>,
    /// Until when nothing is kept, since no file descriptor was left.
    short_until: Option<Instant>,
}

/// How many connections a pool keeps, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a connection may be idle. If it is zero, nothing is ever kept.
    pub idle_timeout: Duration,
    /// How many connections may be idle, to all routes together. If it is zero, nothing is ever kept.
    pub max_idle: usize,
    /// How many connections to one route may be open, in use and idle together. At least one.
    pub max_open: usize,
}

/// [50 seconds](DEFAULT_IDLE_TIMEOUT), and no limit on numbers.
impl Default for Limits {
    fn default() -> Self {
        Self { idle_timeout: DEFAULT_IDLE_TIMEOUT, max_idle: usize::MAX, max_open: usize::MAX }
    }
}

/// What is known of one route.
struct Known<R, C> {
    route: R,
    /// The longest idle is in front.
    idle: VecDeque<Idle<C>>,
    /// Shared with every open connection, which is how they are counted.
    open: Open,
    peak: Peak,
}

struct Idle<C> {
    connection: C,
    since: Instant,
    /// When it is closed, if it was not used before.
    due: Instant,
}

/// Result of [`Pool::put`].
#[derive(Debug)]
pub struct Put<C> {
    /// When the connection is to be closed. `None` if that is now: it is among the [closed](Self::closed).
    pub due: Option<Instant>,
    /// Connections that the pool keeps no longer.
    pub closed: Vec<C>,
}

/// Result of [`Pool::open`].
#[derive(Debug)]
pub struct Opening<C> {
    /// Counts the connection that is about to be opened.
    pub open: Open,
    /// A connection that must make room for it.
    pub closed: Option<C>,
}

/// Counts a connection as open while it lives. It is kept inside the connection.
#[derive(Clone, Debug, Default)]
pub struct Open(Arc<()>);

impl<R: Clone + PartialEq, C> Pool<R, C> {
    /// An empty pool.
    pub fn new(limits: Limits) -> Self {
        Self { limits, shares_limit: R::eq, routes: Vec::new(), short_until: None }
    }

    /// Tells which routes share the limit on open connections, such as those from several runtimes to one host. By
    /// default each has its own.
    #[must_use]
    pub fn with_shared_limit(self, shares_limit: fn(&R, &R) -> bool) -> Self {
        Self { shares_limit, ..self }
    }

    /// Counts a connection that is about to be opened. If the route has as many as it may have, the one that was idle
    /// for the longest time is closed.
    pub fn open(&mut self, route: &R, now: Instant) -> Opening<C> {
        let closed = if self.limits.max_open == usize::MAX { None } else { self.make_room(route) };
        Opening { open: self.route(route, now).open.clone(), closed }
    }

    /// If there are as many open connections as there may be, the one that was idle for the longest time.
    fn make_room(&mut self, route: &R) -> Option<C> {
        let shares_limit = self.shares_limit;
        let shares = |known: &&Known<R, C>| shares_limit(&known.route, route);
        let open: usize = self.routes.iter().filter(shares).map(|known| known.open.count()).sum();
        if open < self.limits.max_open {
            None
        } else {
            self.take_longest_idle(|known| shares_limit(known, route))
        }
    }

    /// The connection that was idle for the shortest time, if that is less than `max_idle_time` and the server
    /// keeps it open for longer. It is no longer in the pool.
    pub fn take(&mut self, route: &R, max_idle_time: Duration, now: Instant) -> Option<C> {
        let (route, at) = self.usable(route, max_idle_time, now)?;
        self.routes[route].idle.remove(at).map(|idle| idle.connection)
    }

    /// Whether there is a connection that could be [taken](Self::take).
    pub fn has(&self, route: &R, max_idle_time: Duration, now: Instant) -> bool {
        self.usable(route, max_idle_time, now).is_some()
    }

    /// The place of a route, and that of its newest connection that may be used.
    fn usable(&self, route: &R, max_idle_time: Duration, now: Instant) -> Option<(usize, usize)> {
        let route = self.routes.iter().position(|known| known.route == *route)?;
        let may_use =
            |idle: &Idle<C>| now.saturating_duration_since(idle.since) < max_idle_time && now < idle.due;
        Some((route, self.routes[route].idle.iter().rposition(may_use)?))
    }

    /// Puts a connection back that no request uses any more. `server_timeout` is what its last response
    /// [said](server_idle_timeout).
    pub fn put(
        &mut self,
        route: &R,
        connection: C,
        server_timeout: Option<Duration>,
        now: Instant,
    ) -> Put<C> {
        let limits = self.limits;
        let timeout = server_timeout.map_or(limits.idle_timeout, |timeout| timeout.min(limits.idle_timeout));
        // Beyond the clock's range is never; a year is as good.
        let due = now.checked_add(timeout).unwrap_or_else(|| now + Duration::from_secs(365 * 24 * 60 * 60));
        let is_short = self.short_until.is_some_and(|until| now < until);
        let route = self.route(route, now);
        let in_use = route.open.count().saturating_sub(route.idle.len());
        let keep = route.peak.note(in_use, now, limits.idle_timeout).max(1);
        let is_kept = !timeout.is_zero() && limits.max_idle > 0 && !is_short;
        let mut closed = Vec::new();
        if is_kept {
            route.idle.push_back(Idle { connection, since: now, due });
        } else {
            closed.push(connection);
        }
        let surplus = route.idle.len().saturating_sub(keep);
        closed.extend(route.idle.drain(..surplus).map(|idle| idle.connection));
        if self.idle() > limits.max_idle {
            closed.extend(self.take_longest_idle(|_| true));
        }
        Put { due: is_kept.then_some(due), closed }
    }

    /// Removes the connections that have been idle for too long, to be closed.
    pub fn close_due(&mut self, now: Instant) -> Vec<C> {
        let mut closed = Vec::new();
        for route in &mut self.routes {
            let (due, kept): (Vec<_>, Vec<_>) = route.idle.drain(..).partition(|idle| idle.due <= now);
            route.idle = kept.into();
            closed.extend(due.into_iter().map(|idle| idle.connection));
        }
        let window = self.limits.idle_timeout;
        self.routes.retain(|route| route.open.count() > 0 || route.peak.is_recent(now, window));
        closed
    }

    /// Removes the connections that have ended by themselves, as `has_ended` tells.
    pub fn close_ended(&mut self, mut has_ended: impl FnMut(&mut C) -> bool) -> Vec<C> {
        let mut closed = Vec::new();
        for route in &mut self.routes {
            for mut idle in std::mem::take(&mut route.idle) {
                if has_ended(&mut idle.connection) {
                    closed.push(idle.connection);
                } else {
                    route.idle.push_back(idle);
                }
            }
        }
        closed
    }

    /// Removes all idle connections, to be closed, and keeps none that is put back within the idle timeout: the process
    /// has no file descriptor left.
    pub fn give_back(&mut self, now: Instant) -> Vec<C> {
        self.short_until = now.checked_add(self.limits.idle_timeout);
        let idle = self.routes.iter_mut().flat_map(|route| route.idle.drain(..));
        idle.map(|idle| idle.connection).collect()
    }

    /// Removes the connections of other runtimes that have ended, and forgets routes of which nothing is open.
    /// `is_other` tells the routes of other runtimes, `has_ended` whether a connection has ended. It is asked about the
    /// longest idle connection of each: if a runtime ends, all its connections do.
    pub fn close_abandoned(
        &mut self,
        is_other: impl Fn(&R) -> bool,
        has_ended: impl Fn(&C) -> bool,
    ) -> Vec<C> {
        let mut closed = Vec::new();
        self.routes.retain_mut(|known| {
            if !is_other(&known.route) {
                return true;
            }
            let before = closed.len();
            while known.idle.front().is_some_and(|idle| has_ended(&idle.connection)) {
                closed.extend(known.idle.pop_front().map(|idle| idle.connection));
            }
            known.open.count() > closed.len() - before
        });
        closed
    }

    /// When the next idle connection is to be closed. `None` if there is no idle connection.
    pub fn next_due(&self) -> Option<Instant> {
        self.routes.iter().flat_map(|route| &route.idle).map(|idle| idle.due).min()
    }

    /// Whether a connection is open, idle or in use.
    pub fn has_open(&self) -> bool {
        self.routes.iter().any(|route| route.open.count() > 0)
    }

    /// The routes that are known.
    pub fn routes(&self) -> impl Iterator<Item = &R> {
        self.routes.iter().map(|known| &known.route)
    }

    /// How many connections are idle.
    pub fn idle(&self) -> usize {
        self.routes.iter().map(|route| route.idle.len()).sum()
    }

    fn route(&mut self, route: &R, now: Instant) -> &mut Known<R, C> {
        let at = self.routes.iter().position(|known| known.route == *route).unwrap_or_else(|| {
            let route = route.clone();
            let open = Open::default();
            self.routes.push(Known { route, idle: VecDeque::new(), open, peak: Peak::new(now) });
            self.routes.len() - 1
        });
        &mut self.routes[at]
    }

    fn take_longest_idle(&mut self, is_meant: impl Fn(&R) -> bool) -> Option<C> {
        let routes = self.routes.iter_mut().filter(|known| is_meant(&known.route) && !known.idle.is_empty());
        let route = routes.min_by_key(|route| route.idle.front().map(|idle| idle.since))?;
        route.idle.pop_front().map(|idle| idle.connection)
    }
}

impl Open {
    /// How many others there are.
    fn count(&self) -> usize {
        Arc::strong_count(&self.0) - 1
    }
}

/// Shows limits and counts.
impl<R, C> fmt::Debug for Pool<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("limits", &self.limits)
            .field("idle", &self.routes.iter().map(|route| route.idle.len()).sum::<usize>())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
