//! Each operation of the store by itself, async and blocking, over a real server.

use std::time::{Duration, Instant};

use sphere_bounded::{LIMIT, within};
use sphere_links::store::{Entry, Holder, Key, Loaded, Store as AsyncStore, StoreError, blocking::Store};
use sphere_links_redis::{EncryptionKey, RedisStore};
use tokio::runtime::{Builder, Runtime};

use crate::server::Server;

const MINUTE: Duration = Duration::from_secs(60);

/// The async operations, each to its end.
pub struct Blocked(pub RedisStore, pub Runtime);

impl Store for Blocked {
    fn load(&self, key: &Key) -> Result<Loaded, StoreError> {
        self.1.block_on(AsyncStore::load(&self.0, key))
    }

    fn lock(&self, key: &Key, holder: &Holder, lasts: Duration) -> Result<bool, StoreError> {
        self.1.block_on(AsyncStore::lock(&self.0, key, holder, lasts))
    }

    fn save(&self, key: &Key, holder: &Holder, entry: &Entry, lasts: Duration) -> Result<bool, StoreError> {
        self.1.block_on(AsyncStore::save(&self.0, key, holder, entry, lasts))
    }

    fn release(&self, key: &Key, holder: &Holder) {
        // In a task of its own, which is awaited here.
        self.1.block_on(async {
            let tasks = || self.1.metrics().num_alive_tasks();
            let before = tasks();
            AsyncStore::release(&self.0, key, holder);
            while tasks() > before {
                tokio::task::yield_now().await;
            }
        });
    }

    fn remove(&self, key: &Key) -> Result<(), StoreError> {
        self.1.block_on(AsyncStore::remove(&self.0, key))
    }
}

fn in_both(test: impl Fn(&dyn Store) + Send + 'static) {
    within(LIMIT, move || {
        for is_async in [false, true] {
            let server = Server::start();
            let store = RedisStore::new(&server.url(), EncryptionKey::new([1; 32])).unwrap();
            if is_async {
                test(&Blocked(store, Builder::new_current_thread().enable_all().build().unwrap()));
            } else {
                test(&store);
            }
        }
    });
}

#[test]
#[ignore = "needs redis-server: bash .ci/redis"]
fn user_with_the_documented_rights_can_do_all() {
    within(LIMIT, || {
        let server = Server::start();
        let rights = "ACL SETUSER links on >secret ~sphere-links:* +get +set +del +eval +select";
        assert_eq!(server.text(&rights.split(' ').collect::<Vec<_>>()), "OK");
        let url = format!("{}?user=links&pass=secret&db=3", server.url());
        let store = RedisStore::new(&url, EncryptionKey::new([1; 32])).unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let stores: [&dyn Store; 2] = [&store, &Blocked(store.clone(), runtime)];
        for store in stores {
            let holder = Holder::new(1);
            assert!(store.lock(&key(), &holder, MINUTE).unwrap());
            store.release(&key(), &holder);
            assert!(store.lock(&key(), &holder, MINUTE).unwrap());
            assert!(store.save(&key(), &holder, &Entry::new("link"), MINUTE).unwrap());
            assert_eq!(store.load(&key()).unwrap(), Loaded::Entry(Entry::new("link")));
            store.remove(&key()).unwrap();
        }
        let wrong = url.replace("secret", "canary");
        let wrong = RedisStore::new(&wrong, EncryptionKey::new([1; 32])).unwrap();
        let error = Store::load(&wrong, &key()).unwrap_err().to_string();
        assert_eq!(error, "Redis refused the command: WRONGPASS");
    });
}

fn key() -> Key {
    Key::new("face-verification-link/customer_ada/https://api.example")
}

#[test]
#[ignore = "needs redis-server: bash .ci/redis"]
fn one_holder_at_a_time_has_the_lock() {
    in_both(|store| {
        let [one, two] = [1, 2].map(Holder::new);
        assert!(store.lock(&key(), &one, MINUTE).unwrap());
        assert!(!store.lock(&key(), &two, MINUTE).unwrap());
        // Once more by the same holder, whose first answer was lost.
        assert!(store.lock(&key(), &one, MINUTE).unwrap());
        // Another key has another lock.
        assert!(store.lock(&Key::new("other"), &two, MINUTE).unwrap());
        store.release(&key(), &two);
        assert!(!store.lock(&key(), &two, MINUTE).unwrap());
        store.release(&key(), &one);
        assert!(store.lock(&key(), &two, MINUTE).unwrap());
    });
}

#[test]
#[ignore = "needs redis-server: bash .ci/redis"]
fn lock_ends_by_itself() {
    in_both(|store| {
        let [one, two] = [1, 2].map(Holder::new);
        assert!(store.lock(&key(), &one, Duration::from_millis(1)).unwrap());
        let start = Instant::now();
        while !store.lock(&key(), &two, MINUTE).unwrap() {
            assert!(start.elapsed() < LIMIT / 2, "the lock does not end");
        }
        // Whoever had it before can neither save nor give it back.
        assert!(!store.save(&key(), &one, &Entry::new("late"), MINUTE).unwrap());
        store.release(&key(), &one);
        assert!(!store.lock(&key(), &one, MINUTE).unwrap());
        assert_eq!(store.load(&key()).unwrap(), Loaded::Nothing);
    });
}

#[test]
#[ignore = "needs redis-server: bash .ci/redis"]
fn saving_replaces_the_entry_and_unlocks() {
    in_both(|store| {
        let [one, two] = [1, 2].map(Holder::new);
        for (holder, text) in [(&one, "first"), (&two, "second")] {
            assert!(store.lock(&key(), holder, MINUTE).unwrap());
            assert!(store.save(&key(), holder, &Entry::new(text), MINUTE).unwrap());
            assert_eq!(store.load(&key()).unwrap(), Loaded::Entry(Entry::new(text)));
        }
        assert_eq!(store.load(&Key::new("other")).unwrap(), Loaded::Nothing);
        // Beyond Redis' calendar, and of no time at all.
        for lasts in [Duration::MAX, Duration::ZERO] {
            assert!(store.lock(&key(), &one, lasts.max(MINUTE)).unwrap());
            assert!(store.save(&key(), &one, &Entry::new("third"), lasts).unwrap());
        }
    });
}

#[test]
#[ignore = "needs redis-server: bash .ci/redis"]
fn removing_takes_the_lock_away() {
    in_both(|store| {
        let one = Holder::new(1);
        assert!(store.lock(&key(), &one, MINUTE).unwrap());
        assert!(store.save(&key(), &one, &Entry::new("link"), MINUTE).unwrap());
        assert!(store.lock(&key(), &one, MINUTE).unwrap());
        store.remove(&key()).unwrap();
        assert_eq!(store.load(&key()).unwrap(), Loaded::Nothing);
        assert!(!store.save(&key(), &one, &Entry::new("link"), MINUTE).unwrap());
        // What is not there can be removed.
        store.remove(&key()).unwrap();
    });
}
