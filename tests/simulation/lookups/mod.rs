//! Lookups that hang, fail and are shared, and callers who give up.
//!
//! - At most [`MAX_THREADS`] run at once, and never two of the same name. A name waits only if that many others run.
//! - Each caller who stays gets the outcome of the lookup that was in flight when it asked, and its last waker is
//!   woken; who has given up is not woken.
//! - Addresses are remembered for [`TIME_TO_LIVE`] from the start of their lookup, unless forgotten; failures are not.
//! - A lookup that waits and that nobody wants any more is not done. When nothing is in flight, no thread is left.
//!
//! The threads are real. The seed decides when each of them goes on, and the test waits until it has.

mod resolver;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::Future as _;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use sphere_net::failure::Failure;
use sphere_net::lookups::{Lookup, Lookups, MAX_THREADS, TIME_TO_LIVE};
use sphere_seeds::History;

use resolver::{Found, PATIENCE, Resolver};

/// More than can run at once, and fewer than are remembered.
const NAMES: usize = 12;

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Woken {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// A caller. Those that block have no waker.
struct Caller {
    lookup: Lookup,
    woken: Option<Arc<Woken>>,
}

/// A lookup in flight, as the test knows it.
struct InFlight {
    started: Instant,
    callers: Vec<Caller>,
}

struct World<'h> {
    rng: Rng,
    history: &'h History,
    resolver: Arc<Resolver>,
    lookups: Lookups,
    began: Instant,
    now: Instant,
    in_flight: BTreeMap<String, InFlight>,
    running: BTreeSet<String>,
    queue: VecDeque<String>,
    remembered: BTreeMap<String, (Vec<IpAddr>, Instant)>,
    /// The wakers of callers who have given up.
    gone: Vec<Arc<Woken>>,
}

impl World<'_> {
    fn note(&self, line: impl FnOnce() -> String) {
        self.history.note(|| format!("{:>10.3} {}", (self.now - self.began).as_secs_f64(), line()));
    }

    fn ask(&mut self) {
        let name = format!("host{}.test", self.rng.usize(..NAMES));
        let asked = if self.rng.bool() { name.to_uppercase() } else { name.clone() };
        let mut lookup = self.lookups.start(&asked, self.now);
        let known = self.remembered.get(&name).filter(|(_, since)| self.now - *since < TIME_TO_LIVE);
        if let Some((addresses, _)) = known {
            self.note(|| format!("{name} is known"));
            let found = poll(&mut lookup, Waker::noop());
            assert_eq!(found, Poll::Ready(Some(addresses.clone())), "{name} is remembered");
            return;
        }
        let woken = self.rng.bool().then(Arc::<Woken>::default);
        self.note(|| format!("{name} is asked for, {}", if woken.is_some() { "async" } else { "blocking" }));
        if let Some(woken) = &woken {
            assert_eq!(poll(&mut lookup, &Waker::from(Arc::clone(woken))), Poll::Pending, "{name}");
        }
        let caller = Caller { lookup, woken };
        if let Some(joined) = self.in_flight.get_mut(&name) {
            joined.callers.push(caller);
            return;
        }
        self.in_flight.insert(name.clone(), InFlight { started: self.now, callers: vec![caller] });
        if self.running.len() < MAX_THREADS {
            self.running.insert(name);
        } else {
            self.queue.push_back(name);
        }
    }

    /// The name of a lookup in flight.
    fn any_in_flight(&mut self) -> Option<String> {
        let names: Vec<_> = self.in_flight.keys().cloned().collect();
        self.rng.choice(names)
    }

    /// A caller polls again, with another waker.
    fn poll_again(&mut self) {
        let Some(name) = self.any_in_flight() else { return };
        let callers = self.in_flight.get_mut(&name).unwrap().callers.iter_mut();
        let waiting: Vec<_> = callers.filter(|caller| caller.woken.is_some()).collect();
        let Some(caller) = self.rng.choice(waiting) else { return };
        let before = caller.woken.replace(Arc::default()).unwrap();
        let waker = Waker::from(Arc::clone(caller.woken.as_ref().unwrap()));
        assert_eq!(poll(&mut caller.lookup, &waker), Poll::Pending, "{name}");
        assert_eq!(before.count(), 0, "{name} was woken before its end");
    }

    fn give_up(&mut self) {
        let Some(name) = self.any_in_flight() else { return };
        let callers = &mut self.in_flight.get_mut(&name).unwrap().callers;
        if callers.is_empty() {
            return;
        }
        let caller = callers.swap_remove(self.rng.usize(..callers.len()));
        self.note(|| format!("a caller of {name} gives up"));
        match caller.woken {
            Some(woken) => {
                drop(caller.lookup);
                self.gone.push(woken);
            }
            None => assert_eq!(caller.lookup.wait(Duration::ZERO).unwrap(), None, "{name}"),
        }
    }

    fn finish(&mut self) {
        let Some(name) = self.rng.choice(self.running.iter()).cloned() else { return };
        let found = (self.rng.u8(..3) > 0).then(|| {
            (0..self.rng.u8(1..4)).map(|_| IpAddr::from([10, 0, 0, self.rng.u8(..)])).collect::<Vec<_>>()
        });
        self.note(|| format!("{name} is found: {found:?}"));
        self.resolver.finish(&name, found.clone());
        self.running.remove(&name);
        let ended = self.in_flight.remove(&name).unwrap();
        if let Some(addresses) = &found {
            self.remembered.insert(name.clone(), (addresses.clone(), ended.started));
        }
        // The next one that somebody waits for.
        while let Some(next) = self.queue.pop_front() {
            if self.in_flight[&next].callers.is_empty() {
                self.in_flight.remove(&next);
            } else {
                self.running.insert(next);
                break;
            }
        }
        for mut caller in ended.callers {
            let outcome = match caller.woken {
                Some(woken) => {
                    let since = Instant::now();
                    while woken.count() == 0 {
                        assert!(since.elapsed() < PATIENCE, "a caller of {name} is not woken");
                        thread::yield_now();
                    }
                    assert_eq!(woken.count(), 1, "{name}");
                    poll(&mut caller.lookup, Waker::noop())
                }
                None => match caller.lookup.wait(PATIENCE).transpose() {
                    None => Poll::Pending,
                    Some(outcome) => Poll::Ready(known(outcome)),
                },
            };
            assert_eq!(outcome, Poll::Ready(found.clone()), "{name}");
        }
    }

    /// Waits until the threads are where they must be.
    fn settle(&self) {
        self.resolver.wait_until_running(&self.running);
        assert!(self.running.len() <= MAX_THREADS);
        let since = Instant::now();
        while self.lookups.threads() != self.running.len() {
            assert!(since.elapsed() < PATIENCE, "{} threads for {:?}", self.lookups.threads(), self.running);
            thread::yield_now();
        }
        assert_eq!(self.resolver.twice(), 0, "a name is looked up twice at once");
    }
}

fn known(outcome: Result<Vec<IpAddr>, Failure>) -> Found {
    outcome.ok()
}

fn poll(lookup: &mut Lookup, waker: &Waker) -> Poll<Found> {
    Pin::new(lookup).poll(&mut Context::from_waker(waker)).map(known)
}

fn play(seed: u64, history: &History) {
    let (resolver, now) = (Arc::<Resolver>::default(), Instant::now());
    let lookups = Lookups::with({
        let resolver = Arc::clone(&resolver);
        move |host| resolver.resolve(host)
    });
    let mut world = World {
        rng: Rng::with_seed(seed),
        history,
        resolver,
        lookups,
        began: now,
        now,
        in_flight: BTreeMap::new(),
        running: BTreeSet::new(),
        queue: VecDeque::new(),
        remembered: BTreeMap::new(),
        gone: Vec::new(),
    };
    let asks = world.rng.usize(2..14);
    for _ in 0..world.rng.usize(5..60) {
        match world.rng.usize(..20) {
            number if number < asks => world.ask(),
            14 => world.poll_again(),
            15 | 16 => world.give_up(),
            17 => {
                let millis = [1, 1000, 29_999, 30_000][world.rng.usize(..4)];
                world.now += Duration::from_millis(millis);
            }
            18 => {
                let name = format!("host{}.test", world.rng.usize(..NAMES));
                world.note(|| format!("{name} is forgotten"));
                world.lookups.forget(&name);
                world.remembered.remove(&name);
            }
            _ => world.finish(),
        }
        world.settle();
    }
    while !world.running.is_empty() {
        world.finish();
        world.settle();
    }
    assert!(world.in_flight.is_empty(), "{:?} are in flight forever", world.in_flight.keys());
    assert!(world.gone.iter().all(|woken| woken.count() == 0), "a caller who gave up was woken");
}

crate::tests!("lookups", play, 500);
