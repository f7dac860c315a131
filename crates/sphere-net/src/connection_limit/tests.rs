//! A limit on connections against a plain model, over random histories; and threads that wait.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proptest::prelude::*;

use super::*;

/// Counts how often it was woken.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// What happens. Numbers choose among the calls that there are.
#[derive(Debug, Clone)]
enum Event {
    /// A call arrives at this route.
    Come(u8),
    /// A call that waits is polled.
    Poll(usize),
    /// A call that waits is dropped.
    GiveUp(usize),
    /// A call that has its permit ends.
    End(usize),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        4 => (0..2_u8).prop_map(Event::Come),
        2 => any::<usize>().prop_map(Event::Poll),
        1 => any::<usize>().prop_map(Event::GiveUp),
        3 => any::<usize>().prop_map(Event::End),
    ];
    prop::collection::vec(event, 0..80)
}

/// A call in line: when it came, its route, its turn, and what wakes it.
struct Waiting {
    came: usize,
    route: u8,
    turn: Acquire<u8>,
    woken: Arc<Woken>,
}

impl Waiting {
    fn poll(&mut self) -> Poll<Permit<u8>> {
        let waker = Arc::clone(&self.woken).into();
        Pin::new(&mut self.turn).poll(&mut Context::from_waker(&waker))
    }

    fn is_woken(&self) -> bool {
        self.woken.0.load(Ordering::Relaxed) > 0
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_history_keeps_the_rules(events in events(), limit in 1..4_usize) {
        let connection_limit = ConnectionLimit::new(limit);
        let (mut waiting, mut permits) = (Vec::<Waiting>::new(), Vec::<(u8, Permit<u8>)>::new());
        for (came, event) in events.into_iter().enumerate() {
            match event {
                Event::Come(route) => {
                    let mut call = Waiting { came, route, turn: connection_limit.acquire(&route), woken: Arc::default() };
                    match call.poll() {
                        Poll::Ready(permit) => {
                            let earlier = waiting.iter().any(|other| other.route == route && !other.is_woken());
                            prop_assert!(!earlier, "overtook one that was waiting");
                            permits.push((route, permit));
                        }
                        Poll::Pending => waiting.push(call),
                    }
                }
                Event::Poll(which) if !waiting.is_empty() => {
                    let which = which % waiting.len();
                    let was_woken = waiting[which].is_woken();
                    let ready = waiting[which].poll();
                    prop_assert_eq!(ready.is_ready(), was_woken, "its turn and its wake-up differ");
                    if let Poll::Ready(permit) = ready {
                        permits.push((waiting.remove(which).route, permit));
                    }
                }
                Event::GiveUp(which) if !waiting.is_empty() => drop(waiting.remove(which % waiting.len())),
                Event::End(which) if !permits.is_empty() => drop(permits.swap_remove(which % permits.len())),
                _ => {}
            }
            for route in 0..2 {
                let has_permit = permits.iter().filter(|(of, _)| *of == route).count();
                let mut of_route = BTreeMap::new();
                for call in waiting.iter().filter(|call| call.route == route) {
                    of_route.insert(call.came, call.is_woken());
                }
                let called = of_route.values().filter(|woken| **woken).count();
                prop_assert!(has_permit + called <= limit, "more than the limit");
                if called < of_route.len() {
                    prop_assert_eq!(has_permit + called, limit, "one waits though there is room");
                }
                // Those who came first are called first.
                let woken: Vec<bool> = of_route.into_values().collect();
                prop_assert!(woken.is_sorted_by(|before, after| before >= after), "called out of line: {:?}", woken);
            }
        }
        drop((waiting, permits));
        prop_assert_eq!(connection_limit.lock().len(), 0, "a route without calls is forgotten");
    }
}

#[test]
fn threads_get_their_turns() {
    const LIMIT: Duration = Duration::from_secs(20);
    const AT_ONCE: usize = 3;
    let (connection_limit, in_use, calls) =
        (ConnectionLimit::new(AT_ONCE), AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let permit = connection_limit.acquire_blocking(&(), Instant::now() + LIMIT).unwrap();
                    assert!(in_use.fetch_add(1, Ordering::SeqCst) < AT_ONCE);
                    thread::yield_now();
                    in_use.fetch_sub(1, Ordering::SeqCst);
                    calls.fetch_add(1, Ordering::SeqCst);
                    drop(permit);
                }
            });
        }
    });
    assert_eq!(calls.into_inner(), 16 * 200);
}

#[test]
fn caller_who_waits_too_long_is_told() {
    let connection_limit = ConnectionLimit::new(1);
    let permit = connection_limit.acquire_blocking(&(), Instant::now()).unwrap();
    let failure = connection_limit.acquire_blocking(&(), Instant::now()).unwrap_err();
    assert_eq!(failure.kind(), Kind::Timeout);
    assert_eq!(failure.to_string(), "waiting for a connection: the limit is 1, and none became free in time");
    assert!(connection_limit.lock()[0].waiting.is_empty());
    drop(permit);
    assert!(connection_limit.lock().is_empty());
}

#[test]
fn without_a_limit_nothing_is_noted() {
    let connection_limit = ConnectionLimit::new(usize::MAX);
    let permits: Vec<_> =
        (0..9).map(|_| connection_limit.acquire_blocking(&(), Instant::now()).unwrap()).collect();
    assert!(connection_limit.lock().is_empty());
    drop(permits);
}
