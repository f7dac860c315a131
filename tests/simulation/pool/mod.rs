//! The rules of the pool and its line of waiting calls, used step by step as by threads of a blocking transport.
//!
//! - No connection is used by two calls, or after it was idle for longer than call, server and transport allow.
//! - The usable connection that was idle for the shortest time is taken, if there is one.
//! - No more connections are open on a route than are allowed, and no more are idle than were in use at once recently;
//!   what was in use at once within the idle timeout is kept, unless there are too many in all.
//! - Calls get their turn in the order in which they came. Nobody waits while a place is free.
//! - What is idle for too long is closed in time, by a thread that sleeps no longer than until then.
//! - When all is over, nothing is open, and all places are free.

mod calls;
mod idle;

use std::collections::BTreeMap;
use std::future::Future as _;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use fastrand::Rng;
use sphere_net::connection_limit::ConnectionLimit;
use sphere_net::pool::{Limits, Pool};
use sphere_seeds::History;

use calls::{Call, Connection, Progress};
use idle::{Idle, LOOK_EVERY};

const MILLI: Duration = Duration::from_millis(1);

/// A route's number.
type Route = u8;

struct World<'h> {
    rng: Rng,
    history: &'h History,
    limits: Limits,
    began: Instant,
    now: Instant,
    pool: Pool<Route, Connection>,
    connection_limit: ConnectionLimit<Route>,
    calls: Vec<Call>,
    next: usize,
    idle: BTreeMap<usize, Idle>,
    /// How many connections were in use when one was put back.
    in_use: Vec<(Route, Instant, usize)>,
    /// When the thread that closes connections wakes.
    wakes: Option<Instant>,
}

impl World<'_> {
    fn note(&self, line: impl FnOnce() -> String) {
        self.history.note(|| format!("{:>10.3} {}", (self.now - self.began).as_secs_f64(), line()));
    }

    /// How many connections calls have, or are opening.
    fn in_use_on(&self, route: Route) -> usize {
        let has = |call: &&Call| {
            let progress = call.progress.as_ref();
            let has_one = |progress: &Progress| !matches!(progress, Progress::Waits(..) | Progress::Looks(_));
            call.route == route && progress.is_some_and(has_one)
        };
        self.calls.iter().filter(has).count()
    }

    /// What must hold after each step.
    fn check(&self) {
        assert_eq!(self.pool.idle(), self.idle.len());
        assert!(self.idle.len() <= self.limits.max_idle);
        assert_eq!(self.pool.next_due(), self.idle.values().map(|idle| idle.until).min());
        for route in 0..2 {
            let idle = self.idle.values().filter(|idle| idle.route == route).count();
            let open = self.in_use_on(route) + idle;
            assert!(open <= self.limits.max_open, "{open} connections are open on route {route}");
            let of_route = || self.calls.iter().filter(|call| call.route == route);
            let mut busy = 0;
            let mut waiting = None;
            for call in of_route() {
                match &call.progress {
                    Some(Progress::Waits(_, woken)) if !woken.0.load(Ordering::SeqCst) => {
                        waiting = Some(call.number);
                    }
                    _ => busy += 1,
                }
            }
            assert!(busy <= self.limits.max_open, "{busy} calls have a turn on route {route}");
            if let Some(waiting) = waiting {
                assert_eq!(busy, self.limits.max_open, "call {waiting} waits while a place is free");
            }
        }
    }
}

fn play(seed: u64, history: &History) {
    let mut rng = Rng::with_seed(seed);
    let limits = Limits {
        idle_timeout: Duration::from_secs([50, 50, 5, 0][rng.usize(..4)]),
        max_idle: [usize::MAX, usize::MAX, 0, 1, 2, 3][rng.usize(..6)],
        max_open: [usize::MAX, 1, 2, 3][rng.usize(..4)],
    };
    let began = Instant::now();
    let mut world = World {
        rng,
        history,
        limits,
        began,
        now: began,
        pool: Pool::new(limits),
        connection_limit: ConnectionLimit::new(limits.max_open),
        calls: Vec::new(),
        next: 0,
        idle: BTreeMap::new(),
        in_use: Vec::new(),
        wakes: None,
    };
    world.note(|| format!("{limits:?}"));
    let busy = world.rng.usize(1..8);
    for _ in 0..world.rng.usize(10..150) {
        let calls = world.calls.len();
        match world.rng.usize(..16) {
            0..4 if calls < busy => world.begins(),
            4 if calls > 0 => {
                let at = world.rng.usize(..calls);
                world.gives_up(at);
            }
            5 => world.server_closes(),
            6 => {
                let time = [1, 1, 900, 3000, 3999, 4000, 5000, 49_999, 120_000][world.rng.usize(..9)] * MILLI;
                if world.rng.u8(..4) > 0 {
                    world.pass(time);
                } else {
                    // The thread that closes connections is late.
                    world.now += time;
                }
            }
            _ if calls > 0 => {
                let at = world.rng.usize(..calls);
                world.step(at);
            }
            _ => {}
        }
        world.check();
    }
    while !world.calls.is_empty() {
        let at = world.rng.usize(..world.calls.len());
        world.step(at);
        world.check();
    }
    world.pass(limits.idle_timeout + LOOK_EVERY);
    assert!(!world.pool.has_open() && world.wakes.is_none(), "a connection is left");
    // All places are free.
    let mut permits = Vec::new();
    for _ in 0..limits.max_open.min(5) {
        let mut turn = world.connection_limit.acquire(&0);
        match Pin::new(&mut turn).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(permit) => permits.push(permit),
            Poll::Pending => panic!("a place was never given back: {} are left", permits.len()),
        }
    }
}

crate::tests!("pool", play, 2000);
