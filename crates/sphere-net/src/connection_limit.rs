//! A limit on connections in use to one route: a call that comes when all are in use waits for its turn.
//!
//! First come, first served. A call keeps its [`Permit`] until its connection is idle again or closed, so that the next
//! one in line finds it. Nothing is lost when a call gives up: one that has just been called passes its turn on.
//!
//! Both transports use this type: the async one awaits an [`Acquire`], the blocking one
//! [waits](ConnectionLimit::acquire_blocking) on its thread.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Instant;

use sphere_core::transport::TransportErrorKind as Kind;

use crate::failure::Failure;

/// Gives turns, on each route at most as many at once as the limit says. Clones share them.
///
/// ```
/// use std::time::{Duration, Instant};
/// use sphere_net::connection_limit::ConnectionLimit;
///
/// let limit = ConnectionLimit::new(1);
/// let permit = limit.acquire_blocking(&"api.test", Instant::now()).unwrap();
/// assert!(limit.acquire_blocking(&"api.test", Instant::now() + Duration::from_millis(1)).is_err());
/// drop(permit);
/// assert!(limit.acquire_blocking(&"api.test", Instant::now()).is_ok());
/// ```
pub struct ConnectionLimit<R> {
    limit: usize,
    lines: Arc<Mutex<Vec<Line<R>>>>,
}

/// The calls to one route. It is forgotten when there are none.
struct Line<R> {
    route: R,
    /// How many have a permit, or have been called to take one.
    in_use: usize,
    /// The one that came first is in front.
    waiting: VecDeque<(Number, Waker)>,
    called: Vec<Number>,
    next: Number,
}

type Number = u64;

/// A call's turn, which comes when a connection may be used. Made by [`ConnectionLimit::acquire`]. Dropped before, it
/// leaves the line.
#[must_use = "a turn comes only if it is awaited"]
pub struct Acquire<R: Clone + PartialEq> {
    connection_limit: ConnectionLimit<R>,
    route: R,
    /// The place in line, if there is one.
    number: Option<Number>,
}

/// Leave to use one connection. It ends when this is dropped, which must happen after the connection was put back.
#[must_use = "the permit ends when it is dropped"]
pub struct Permit<R: Clone + PartialEq> {
    /// `None`: there is no limit.
    of: Option<(ConnectionLimit<R>, R)>,
}

impl<R: Clone + PartialEq> ConnectionLimit<R> {
    /// At most `limit` at once on each route; a limit of zero is one of one. [`usize::MAX`] is no limit.
    pub fn new(limit: usize) -> Self {
        Self { limit: limit.max(1), lines: Arc::default() }
    }

    /// The caller's turn on this route. Its place in line is that of the first poll.
    pub fn acquire(&self, route: &R) -> Acquire<R> {
        Acquire { connection_limit: self.clone(), route: route.clone(), number: None }
    }

    /// Blocks until the caller's turn on this route.
    ///
    /// # Errors
    ///
    /// [`too_late`](Self::too_late), if it does not come before the deadline.
    pub fn acquire_blocking(&self, route: &R, deadline: Instant) -> Result<Permit<R>, Failure> {
        if self.limit == usize::MAX {
            return Ok(Permit { of: None });
        }
        let waker = Arc::new(Unpark(thread::current())).into();
        let mut turn = pin!(self.acquire(route));
        loop {
            if let Poll::Ready(permit) = turn.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Ok(permit);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(self.too_late());
            }
            thread::park_timeout(left);
        }
    }

    /// The failure of a call whose turn did not come in time. It sent nothing.
    pub fn too_late(&self) -> Failure {
        let fault = format!("the limit is {}, and none became free in time", self.limit);
        Failure::new(Kind::Timeout, "waiting for a connection", fault)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Line<R>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends one permit: the first in line is called, or one is free.
    fn release(&self, route: &R) {
        let mut lines = self.lock();
        let Some(at) = lines.iter().position(|line| line.route == *route) else { return };
        let line = &mut lines[at];
        if let Some((number, waker)) = line.waiting.pop_front() {
            line.called.push(number);
            drop(lines);
            // Not under the lock, since it may run other code.
            waker.wake();
            return;
        }
        line.in_use -= 1;
        if line.in_use == 0 {
            lines.swap_remove(at);
        }
    }
}

impl<R: Clone + PartialEq> Future for Acquire<R> {
    type Output = Permit<R>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Permit<R>> {
        let turn = &mut *self;
        if turn.connection_limit.limit == usize::MAX {
            return Poll::Ready(Permit { of: None });
        }
        let mut lines = turn.connection_limit.lock();
        let at = lines.iter().position(|line| line.route == turn.route).unwrap_or_else(|| {
            lines.push(Line::new(turn.route.clone()));
            lines.len() - 1
        });
        let is_mine = lines[at].poll(&mut turn.number, turn.connection_limit.limit, context.waker());
        drop(lines);
        if !is_mine {
            return Poll::Pending;
        }
        Poll::Ready(Permit { of: Some((turn.connection_limit.clone(), turn.route.clone())) })
    }
}

// Nothing in it is borrowed from itself.
impl<R: Clone + PartialEq> Unpin for Acquire<R> {}

impl<R> Line<R> {
    fn new(route: R) -> Self {
        Self { route, in_use: 0, waiting: VecDeque::new(), called: Vec::new(), next: 0 }
    }

    /// Whether this call may go ahead. If it has to wait and has no number yet, it gets one; when its turn comes, the
    /// number is taken away.
    fn poll(&mut self, number: &mut Option<Number>, limit: usize, waker: &Waker) -> bool {
        let Some(known) = *number else {
            if self.in_use < limit {
                self.in_use += 1;
                return true;
            }
            *number = Some(self.next);
            self.waiting.push_back((self.next, waker.clone()));
            self.next += 1;
            return false;
        };
        if let Some(at) = self.called.iter().position(|called| *called == known) {
            self.called.swap_remove(at);
            *number = None;
            return true;
        }
        if let Some((_, before)) = self.waiting.iter_mut().find(|(waiting, _)| *waiting == known) {
            before.clone_from(waker);
        }
        false
    }
}

impl<R: Clone + PartialEq> Drop for Acquire<R> {
    fn drop(&mut self) {
        let Some(number) = self.number else { return };
        let mut lines = self.connection_limit.lock();
        let Some(line) = lines.iter_mut().find(|line| line.route == self.route) else { return };
        line.waiting.retain(|(waiting, _)| *waiting != number);
        if let Some(at) = line.called.iter().position(|called| *called == number) {
            line.called.swap_remove(at);
            drop(lines);
            self.connection_limit.release(&self.route);
        }
    }
}

impl<R: Clone + PartialEq> Drop for Permit<R> {
    fn drop(&mut self) {
        if let Some((connection_limit, route)) = &self.of {
            connection_limit.release(route);
        }
    }
}

/// Wakes a thread that is parked.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl<R> Clone for ConnectionLimit<R> {
    fn clone(&self) -> Self {
        Self { limit: self.limit, lines: Arc::clone(&self.lines) }
    }
}

/// Shows the limit.
impl<R> fmt::Debug for ConnectionLimit<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionLimit").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl<R: Clone + PartialEq> fmt::Debug for Acquire<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acquire").field("number", &self.number).finish_non_exhaustive()
    }
}

impl<R: Clone + PartialEq> fmt::Debug for Permit<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
