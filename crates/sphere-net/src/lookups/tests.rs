//! Which lookups run, on how many threads, and who gets their results. Each wait ends after 20 seconds.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
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
}

fn wait(lookup: Lookup) -> Vec<IpAddr> {
    lookup.wait(PATIENCE).unwrap().expect("the lookup ended in time")
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

/// Tells the test when it is woken.
struct Tells(mpsc::Sender<()>);

impl Wake for Tells {
    fn wake(self: Arc<Self>) {
        self.0.send(()).unwrap();
    }
}

#[test]
fn a_future_is_woken_when_its_lookup_ends() {
    let gate = Arc::new(Gate::default());
    let lookups = gate.lookups();
    let (tells, told) = mpsc::channel();
    let waker = Waker::from(Arc::new(Tells(tells)));
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
    told.recv_timeout(PATIENCE).unwrap();
    assert!(Pin::new(&mut lookup).poll(&mut context).is_ready());
    assert_eq!(lookups.threads(), 0);
}
