//! Which lookups run, on how many threads, and who gets their results. Each wait ends after 20 seconds.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Wake;

use super::*;

const PATIENCE: Duration = Duration::from_secs(20);

/// Holds lookups of hosts that begin with `slow` until it is opened, and counts all lookups.
#[derive(Default)]
struct Gate {
    state: Mutex<(bool, usize)>,
    changed: Condvar,
}

impl Gate {
    fn lookups(self: &Arc<Self>) -> Lookups {
        let gate = Arc::clone(self);
        Lookups::with(move |host| {
            let mut state = gate.state.lock().unwrap();
            state.1 += 1;
            gate.changed.notify_all();
            if host.starts_with("slow") {
                drop(gate.changed.wait_timeout_while(state, PATIENCE, |(is_open, _)| !*is_open).unwrap());
            }
            Ok(vec![IpAddr::from([192, 0, 2, 1])])
        })
    }

    fn open(&self) {
        self.state.lock().unwrap().0 = true;
        self.changed.notify_all();
    }

    fn started(&self) -> usize {
        self.state.lock().unwrap().1
    }

    /// Waits until so many lookups have started, and so their threads.
    fn wait_for(&self, lookups: usize) {
        let state = self.state.lock().unwrap();
        let waited = self.changed.wait_timeout_while(state, PATIENCE, |(_, started)| *started < lookups);
        assert!(!waited.unwrap().1.timed_out(), "{lookups} lookups did not start");
    }
}

fn wait(lookup: Lookup) -> Vec<IpAddr> {
    lookup.wait(PATIENCE).unwrap().expect("the lookup ended in time")
}

#[test]
fn calls_for_the_same_name_share_one_lookup() {
    let gate = Arc::new(Gate::default());
    let lookups = gate.lookups();
    let waiting: Vec<_> = (0..1000).map(|_| lookups.start("SLOW.test", Instant::now())).collect();
    assert_eq!(lookups.threads(), 1);
    gate.open();
    for lookup in waiting {
        assert_eq!(wait(lookup).len(), 1);
    }
    assert_eq!((gate.started(), lookups.threads()), (1, 0));
}

#[test]
fn at_most_eight_concurrent_lookups() {
    let gate = Arc::new(Gate::default());
    let lookups = gate.lookups();
    let waiting: Vec<_> =
        (0..20).map(|number| lookups.start(&format!("slow{number}.test"), Instant::now())).collect();
    gate.wait_for(MAX_THREADS);
    assert_eq!(lookups.threads(), MAX_THREADS);
    gate.open();
    for lookup in waiting {
        wait(lookup);
    }
    assert_eq!((gate.started(), lookups.threads()), (20, 0));
}

#[test]
fn a_name_that_hangs_does_not_delay_another() {
    let gate = Arc::new(Gate::default());
    let lookups = gate.lookups();
    let hanging: Vec<_> =
        (1..MAX_THREADS).map(|number| lookups.start(&format!("slow{number}"), Instant::now())).collect();
    gate.wait_for(MAX_THREADS - 1);
    for name in ["a.test", "b.test", "c.test"] {
        wait(lookups.start(name, Instant::now()));
    }
    assert_eq!(lookups.threads(), MAX_THREADS - 1);
    gate.open();
    for lookup in hanging {
        wait(lookup);
    }
    assert_eq!(lookups.threads(), 0);
}

#[test]
fn a_queued_lookup_without_callers_is_not_run() {
    let gate = Arc::new(Gate::default());
    let lookups = gate.lookups();
    let hanging: Vec<_> =
        (0..MAX_THREADS).map(|number| lookups.start(&format!("slow{number}"), Instant::now())).collect();
    gate.wait_for(MAX_THREADS);
    drop(lookups.start("nobody.test", Instant::now()));
    let waited_for = lookups.start("somebody.test", Instant::now());
    assert_eq!(lookups.start("other.test", Instant::now()).wait(Duration::ZERO).unwrap(), None);
    gate.open();
    for lookup in hanging.into_iter().chain([waited_for]) {
        wait(lookup);
    }
    assert_eq!((gate.started(), lookups.threads()), (MAX_THREADS + 1, 0));
}

#[test]
fn addresses_are_remembered_and_can_be_forgotten() {
    let gate = Arc::new(Gate::default());
    let lookups = gate.lookups();
    let start = Instant::now();
    for (host, now, started) in [
        ("a.test", start, 1),
        ("A.TEST", start + TIME_TO_LIVE / 2, 1),
        ("a.test", start + TIME_TO_LIVE, 2),
        ("a.test", start + TIME_TO_LIVE * 3 / 2, 2),
    ] {
        wait(lookups.start(host, now));
        assert_eq!(gate.started(), started);
    }
    lookups.forget("A.test");
    wait(lookups.start("a.test", start + TIME_TO_LIVE * 3 / 2));
    assert_eq!(gate.started(), 3);
}

#[test]
fn addresses_are_not_looked_up() {
    let lookups = Lookups::with(|_| unreachable!());
    for address in ["127.0.0.1", "::1"] {
        assert_eq!(wait(lookups.start(address, Instant::now())), [address.parse::<IpAddr>().unwrap()]);
    }
}

#[test]
fn failed_lookups_are_connect_errors_and_not_remembered() {
    let started = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&started);
    let lookups = Lookups::with(move |host| {
        count.fetch_add(1, Ordering::SeqCst);
        match host {
            "unknown" => Err(io::Error::other("no such host")),
            "empty" => Ok(Vec::new()),
            _ => panic!("as the test wants"),
        }
    });
    for (host, cause) in
        [("unknown", "no such host"), ("empty", "it has no address"), ("panics", "the lookup panicked")]
    {
        for _ in 0..2 {
            let failure = lookups.start(host, Instant::now()).wait(PATIENCE).unwrap_err();
            assert_eq!(failure.kind(), TransportErrorKind::Connect);
            assert_eq!(failure.to_string(), format!("looking up the host: {cause}"));
        }
    }
    assert_eq!((started.load(Ordering::SeqCst), lookups.threads()), (6, 0));
}

#[test]
fn at_most_16_addresses_are_used() {
    let lookups = Lookups::with(|_| Ok(vec![IpAddr::from([192, 0, 2, 1]); 100]));
    assert_eq!(wait(lookups.start("a.test", Instant::now())).len(), MAX_ADDRESSES);
}

/// Meets the test at a barrier when it is woken.
struct Meeting(Barrier);

impl Wake for Meeting {
    fn wake(self: Arc<Self>) {
        self.0.wait();
    }
}

#[test]
fn a_future_is_woken_when_its_lookup_ends() {
    let gate = Arc::new(Gate::default());
    let lookups = gate.lookups();
    let meeting = Arc::new(Meeting(Barrier::new(2)));
    let waker = Waker::from(Arc::clone(&meeting));
    let mut context = Context::from_waker(&waker);
    let mut lookup = lookups.start("slow.test", Instant::now());
    let mut dropped = lookups.start("slow.test", Instant::now());
    for _ in 0..3 {
        assert!(Pin::new(&mut lookup).poll(&mut context).is_pending());
        assert!(Pin::new(&mut dropped).poll(&mut context).is_pending());
    }
    drop(dropped);
    let Waiting::For(shared) = &lookup.state else { panic!("the lookup is still in flight") };
    assert_eq!(shared.lock().wakers.len(), 1);
    gate.open();
    meeting.0.wait();
    assert!(Pin::new(&mut lookup).poll(&mut context).is_ready());
    assert_eq!(lookups.threads(), 0);
}
