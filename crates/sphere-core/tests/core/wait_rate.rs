//! A thousand waits at once on one client keep to 20 reads a second, async and blocking, and no customer is left out.
//! In virtual time, which moves only when all of them sleep.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use crate::shared::{async_client, config};
use serde_json::json;
use sphere_core::clock::{Moment, blocking};
use sphere_core::testing::{FakeTransport, Reply, VirtualClock};
use sphere_core::{CustomerId, blocking::Client};

const WAITS: usize = 1000;
const WITHIN: Duration = Duration::from_secs(60);

/// When each read came, and for whom.
type Reads = Arc<Mutex<Vec<(Duration, String)>>>;

/// A customer whose face check is never done.
fn transport(reads: &Reads, elapsed: impl Fn() -> Duration + Send + Sync + 'static) -> FakeTransport {
    let reads = Arc::clone(reads);
    FakeTransport::from_fn(move |request| {
        reads.lock().unwrap().push((elapsed(), request.http().uri().path().to_owned()));
        let profile =
            json!({"name": "a", "status": "incomplete", "criteria": {"required": ["liveness_check"]}});
        let id = request.http().uri().path().rsplit('/').next();
        let body = json!({"id": id, "verificationProfiles": [profile]});
        Reply::status(200).body("application/json", body.to_string())
    })
}

fn customers() -> Vec<CustomerId> {
    (0..WAITS).map(|number| CustomerId::new(format!("customer_{number}")).unwrap()).collect()
}

/// Never more than 20 reads in any second, nearly 20 in each, and every customer was read.
fn assert_rate(reads: &Reads) {
    let reads = reads.lock().unwrap();
    for many in reads.windows(21) {
        let took = many[20].0.saturating_sub(many[0].0);
        assert!(took >= Duration::from_secs(1), "21 reads within {took:?}, from {:?} on", many[0].0);
    }
    let least = usize::try_from(WITHIN.as_secs()).unwrap() * 19;
    assert!(reads.len() > least, "{} reads", reads.len());
    assert_eq!(reads.iter().map(|(_, path)| path).collect::<BTreeSet<_>>().len(), WAITS);
}

fn is_send<T: Send>(value: T) -> T {
    value
}

#[test]
fn a_thousand_async_waits_keep_to_the_rate() {
    let (clock, reads) = (VirtualClock::stopped(), Reads::default());
    let seen = clock.clone();
    let client = async_client(config(), &transport(&reads, move || seen.elapsed()).with_clock(&clock));
    let ids = customers();
    let waits = ids.iter().map(|id| is_send(client.wait_for_face_check(id, WITHIN).outcome()));
    let mut waits: Vec<Pin<Box<dyn Future<Output = _>>>> = waits.map(|wait| Box::pin(wait) as _).collect();
    let mut context = Context::from_waker(Waker::noop());
    while !waits.is_empty() {
        waits.retain_mut(|wait| wait.as_mut().poll(&mut context).is_pending());
        clock.advance(Duration::from_millis(50));
    }
    assert!(clock.elapsed() <= WITHIN + Duration::from_millis(50), "{:?}", clock.elapsed());
    assert_rate(&reads);
}

/// A clock for many threads: when all of them sleep, it moves to the end of the shortest sleep and wakes that thread.
#[derive(Clone, Default)]
struct Turns(Arc<Mutex<Schedule>>);

#[derive(Default)]
struct Schedule {
    now: Moment,
    awake: usize,
    /// By the end of the sleep, and the order in which they fell asleep.
    asleep: BTreeMap<(Moment, u64), Thread>,
    fallen_asleep: u64,
    /// The one whose turn it is.
    woken: Option<u64>,
}

impl Turns {
    fn with_threads(awake: usize) -> Self {
        Self(Arc::new(Mutex::new(Schedule { awake, ..Schedule::default() })))
    }

    fn elapsed(&self) -> Duration {
        self.0.lock().unwrap().now.since_origin()
    }
}

/// Tells the clock that a thread has ended, also by a panic.
struct Leaves(Turns);

impl Drop for Leaves {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().rest();
    }
}

impl Schedule {
    /// A thread sleeps or has ended. If it was the last, the next one is woken.
    fn rest(&mut self) {
        self.awake -= 1;
        if self.awake == 0 {
            if let Some(((end, number), thread)) = self.asleep.pop_first() {
                (self.now, self.awake, self.woken) = (end, 1, Some(number));
                thread.unpark();
            }
        }
    }
}

impl blocking::Clock for Turns {
    fn now(&self) -> Moment {
        self.0.lock().unwrap().now
    }

    fn sleep(&self, duration: Duration) {
        let mut schedule = self.0.lock().unwrap();
        let (end, number) = (schedule.now + duration, schedule.fallen_asleep);
        schedule.fallen_asleep += 1;
        schedule.asleep.insert((end, number), thread::current());
        schedule.rest();
        while schedule.woken != Some(number) {
            drop(schedule);
            thread::park();
            schedule = self.0.lock().unwrap();
        }
    }
}

#[test]
fn a_thousand_blocking_waits_keep_to_the_rate() {
    let (clock, reads) = (Turns::with_threads(WAITS), Reads::default());
    let seen = clock.clone();
    let transport = transport(&reads, move || seen.elapsed());
    let client = Client::new(config().build().unwrap(), transport, clock.clone());
    let threads: Vec<_> = customers()
        .into_iter()
        .map(|id| {
            let (client, clock) = (client.clone(), clock.clone());
            let wait = move || {
                let _leaves = Leaves(clock);
                client.wait_for_face_check(&id, WITHIN).outcome().unwrap();
            };
            thread::Builder::new().stack_size(512 * 1024).spawn(wait).unwrap()
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert!(clock.elapsed() <= WITHIN, "{:?}", clock.elapsed());
    assert_rate(&reads);
}
