//! Calls: each waits for its turn, looks for a connection, uses it, and puts it back.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use sphere_net::connection_limit::{Acquire, Permit};
use sphere_net::pool::Open;

use super::{Route, World};

/// A connection. Its fate is known by its number.
pub struct Connection {
    pub number: usize,
    pub _open: Open,
}

#[derive(Default)]
pub struct Woken(pub AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// How far a call has come.
pub enum Progress {
    /// It waits for its turn.
    Waits(Acquire<Route>, Arc<Woken>),
    /// It looks for a connection.
    Looks(Permit<Route>),
    /// It has taken one, and looks whether it is still open.
    Tries(Permit<Route>, Connection),
    /// It opens one.
    Opens(Permit<Route>, Open),
    Uses(Permit<Route>, Connection),
}

pub struct Call {
    pub number: usize,
    pub route: Route,
    max_idle_time: Duration,
    /// `None` for the time of a step.
    pub progress: Option<Progress>,
}

impl World<'_> {
    pub fn begins(&mut self) {
        let route = self.rng.u8(..2);
        let seconds = [0, 4, 50, 50][self.rng.usize(..4)];
        let call = Call {
            number: self.next,
            route,
            max_idle_time: Duration::from_secs(seconds),
            progress: Some(Progress::Waits(self.connection_limit.acquire(&route), Arc::default())),
        };
        self.next += 1;
        self.note(|| format!("call {} on route {route} allows {seconds} s", call.number));
        self.calls.push(call);
        // It comes when it first asks for its turn.
        self.step(self.calls.len() - 1);
    }

    /// One step of a call, which is over then or not.
    pub fn step(&mut self, at: usize) {
        let progress = self.calls[at].progress.take().unwrap();
        let (number, route, limit) =
            (self.calls[at].number, self.calls[at].route, self.calls[at].max_idle_time);
        let next = match progress {
            Progress::Waits(mut turn, _) => {
                // A new waker each time.
                let woken = Arc::<Woken>::default();
                match Pin::new(&mut turn).poll(&mut Context::from_waker(&Waker::from(Arc::clone(&woken)))) {
                    Poll::Pending => Some(Progress::Waits(turn, woken)),
                    Poll::Ready(permit) => {
                        self.note(|| format!("call {number} has its turn"));
                        for earlier in &self.calls[..at] {
                            if let (true, Some(Progress::Waits(_, woken))) =
                                (earlier.route == route, &earlier.progress)
                            {
                                let was_called = woken.0.load(Ordering::SeqCst);
                                assert!(was_called, "call {number} overtakes call {}", earlier.number);
                            }
                        }
                        Some(Progress::Looks(permit))
                    }
                }
            }
            Progress::Looks(permit) => Some(match self.take(route, limit) {
                Some(connection) => Progress::Tries(permit, connection),
                None => Progress::Opens(permit, self.open(route)),
            }),
            Progress::Tries(permit, connection) if self.rng.u8(..8) == 0 => {
                self.note(|| format!("connection {} has ended", connection.number));
                drop(connection);
                Some(Progress::Looks(permit))
            }
            Progress::Tries(permit, connection) => Some(Progress::Uses(permit, connection)),
            Progress::Opens(permit, open) if self.rng.u8(..8) == 0 => {
                self.note(|| format!("call {number} cannot connect"));
                drop(open);
                drop(permit);
                None
            }
            Progress::Opens(permit, open) => {
                let connection = Connection { number: self.next, _open: open };
                self.next += 1;
                self.note(|| format!("call {number} opens connection {}", connection.number));
                Some(Progress::Uses(permit, connection))
            }
            Progress::Uses(permit, connection) if self.rng.u8(..8) == 0 => {
                self.note(|| format!("call {number} fails on connection {}", connection.number));
                drop(connection);
                drop(permit);
                None
            }
            Progress::Uses(permit, connection) => {
                self.put(route, connection);
                // Afterwards, so that the next one in line finds it.
                drop(permit);
                None
            }
        };
        match next {
            Some(progress) => self.calls[at].progress = Some(progress),
            None => drop(self.calls.remove(at)),
        }
    }

    /// A call that waits for its turn gives up.
    pub fn gives_up(&mut self, at: usize) {
        if matches!(self.calls[at].progress, Some(Progress::Waits(..))) {
            let call = self.calls.remove(at);
            self.note(|| format!("call {} gives up", call.number));
        }
    }
}
