//! A resolver whose lookups hang until they are told what to find.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// Bounds the wait for a thread.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Addresses, or none: the name is not known.
pub type Found = Option<Vec<IpAddr>>;

/// The lookups that run. Each waits until it is told what to find.
#[derive(Default)]
pub struct Resolver {
    running: Mutex<BTreeMap<String, Option<Found>>>,
    changed: Condvar,
    twice: AtomicUsize,
}

impl Resolver {
    pub fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let mut running = self.lock();
        if running.insert(host.to_owned(), None).is_some() {
            self.twice.fetch_add(1, Ordering::SeqCst);
        }
        self.changed.notify_all();
        let waits =
            |running: &mut BTreeMap<String, Option<Found>>| running.get(host).is_some_and(Option::is_none);
        let (mut running, _) = self.changed.wait_timeout_while(running, 6 * PATIENCE, waits).unwrap();
        let found = running.remove(host).flatten().flatten();
        self.changed.notify_all();
        found.ok_or_else(|| io::Error::other("no such host"))
    }

    /// Waits until these lookups run, and no others.
    pub fn wait_until_running(&self, names: &BTreeSet<String>) {
        let differs = |running: &mut BTreeMap<String, Option<Found>>| !running.keys().eq(names);
        let (running, waited) = self.changed.wait_timeout_while(self.lock(), PATIENCE, differs).unwrap();
        assert!(!waited.timed_out(), "{names:?} should be looked up, and {:?} are", running.keys());
    }

    pub fn finish(&self, host: &str, found: Found) {
        self.lock().insert(host.to_owned(), Some(found));
        self.changed.notify_all();
    }

    /// How often a lookup began while another one of the same name ran.
    pub fn twice(&self) -> usize {
        self.twice.load(Ordering::SeqCst)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Option<Found>>> {
        self.running.lock().unwrap()
    }
}
