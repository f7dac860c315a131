//! Idle connections: which one is taken, what is kept, and when they are closed.

use std::time::{Duration, Instant};

use sphere_net::pool::Open;

use super::calls::Connection;
use super::{MILLI, Route, World};

/// How often a thread looks whether an idle connection has ended.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);

/// An idle connection as the test knows it.
#[derive(Debug, Clone, Copy)]
pub struct Idle {
    pub route: Route,
    pub since: Instant,
    pub until: Instant,
    pub has_ended: bool,
}

impl World<'_> {
    pub fn take(&mut self, route: Route, limit: Duration) -> Option<Connection> {
        let is_usable =
            |idle: &Idle| idle.route == route && self.now - idle.since < limit && self.now < idle.until;
        let usable = self.idle.iter().filter(|(_, idle)| is_usable(idle));
        let newest = usable.map(|(_, idle)| idle.since).max();
        assert_eq!(self.pool.has(&route, limit, self.now), newest.is_some());
        let taken = self.pool.take(&route, limit, self.now);
        let idle = taken.as_ref().map(|taken| self.idle.remove(&taken.number).expect("it was idle"));
        self.note(|| format!("takes {:?} of route {route}", taken.as_ref().map(|taken| taken.number)));
        assert!(idle.is_none_or(|idle| is_usable(&idle)), "{idle:?} must not be used");
        assert_eq!(idle.map(|idle| idle.since), newest, "not the one that was idle for the shortest time");
        taken
    }

    pub fn open(&mut self, route: Route) -> Open {
        let opening = self.pool.open(&route, self.now);
        if let Some(closed) = opening.closed {
            self.note(|| format!("connection {} makes room", closed.number));
            assert_eq!(self.idle.remove(&closed.number).expect("it was idle").route, route);
        }
        opening.open
    }

    pub fn put(&mut self, route: Route, connection: Connection) {
        let server = [None, None, Some(Duration::ZERO), Some(Duration::from_secs(3))][self.rng.usize(..4)];
        let timeout = server.map_or(self.limits.idle_timeout, |server| server.min(self.limits.idle_timeout));
        let number = connection.number;
        self.note(|| format!("connection {number} is put back, for {timeout:?}"));
        self.in_use.push((route, self.now, self.in_use_on(route) + 1));
        let idle = Idle { route, since: self.now, until: self.now + timeout, has_ended: false };
        let known = self.idle.insert(number, idle);
        assert!(known.is_none(), "connection {number} was idle and in use");
        let put = self.pool.put(&route, connection, server, self.now);
        let mut closed = Vec::new();
        for Connection { number, .. } in put.closed {
            self.note(|| format!("connection {number} is not kept"));
            let idle = self.idle.remove(&number).expect("it was idle");
            if idle.until > self.now {
                closed.push(number);
            }
        }

        let on_route = self.idle.values().filter(|idle| idle.route == route);
        // The thread may not have closed some of them yet.
        let usable = on_route.clone().filter(|idle| idle.until > self.now).count();
        let on_route = on_route.count();
        let window = self.limits.idle_timeout;
        assert!(usable <= self.peak(route, 2 * window).max(1), "more are idle than were in use");
        let keeps = !timeout.is_zero() && self.limits.max_idle > 0;
        let is_full = self.idle.len() >= self.limits.max_idle;
        let kept_enough = on_route >= self.peak(route, window.saturating_sub(MILLI));
        assert!(closed.is_empty() || !keeps || is_full || kept_enough, "{closed:?} should be kept");
        assert_eq!(put.due.is_some(), keeps);
        if let Some(due) = put.due {
            assert_eq!(due, idle.until);
            // As sphere-ureq does: a thread that sleeps for too long is woken.
            self.wakes = Some(self.wakes.map_or(due, |wakes| wakes.min(due)));
        }
    }

    /// The most connections that were in use when one was put back, in this time.
    fn peak(&self, route: Route, time: Duration) -> usize {
        let recent = self.in_use.iter().filter(|(of, at, _)| *of == route && self.now - *at <= time);
        recent.map(|(_, _, in_use)| *in_use).max().unwrap_or(0)
    }

    /// A server closes an idle connection. The thread notices when it looks.
    pub fn server_closes(&mut self) {
        let numbers: Vec<_> = self.idle.keys().copied().collect();
        if let Some(number) = self.rng.choice(numbers) {
            self.note(|| format!("the server closes connection {number}"));
            self.idle.get_mut(&number).unwrap().has_ended = true;
        }
    }

    /// Time passes, and the thread that closes connections has its turns.
    pub fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(wakes) = self.wakes.filter(|wakes| *wakes <= end) {
            self.now = self.now.max(wakes);
            self.reap();
        }
        self.now = end;
    }

    fn reap(&mut self) {
        let mut closed = self.pool.close_due(self.now);
        let idle = &self.idle;
        closed.extend(self.pool.close_ended(|connection| idle[&connection.number].has_ended));
        for connection in closed {
            let idle = self.idle.remove(&connection.number).expect("it was idle");
            self.note(|| format!("connection {} is closed", connection.number));
            assert!(idle.has_ended || idle.until <= self.now, "{idle:?} is closed too early");
        }
        for (number, idle) in &self.idle {
            assert!(
                !idle.has_ended && idle.until > self.now,
                "connection {number} should be closed: {idle:?}"
            );
        }
        let next = self.now + LOOK_EVERY;
        let wakes = self.pool.next_due().map_or(next, |due| due.min(next));
        self.wakes = self.pool.has_open().then_some(wakes);
    }
}
