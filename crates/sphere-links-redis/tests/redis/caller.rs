//! A process of its own that asks for links, many times at once. The test that started it gives it orders, a line each:
//!
//! | order | what it does | what it prints |
//! | --- | --- | --- |
//! | `ask CUSTOMER` | starts its callers | `asking`, when each of them is |
//! | `end` | waits for the callers | the outcome of each, a line each: a URL, or `error: …` |

use std::env;
use std::io::{BufRead as _, stdin};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use sphere_core::clock::{Clock, Moment, blocking};
use sphere_core::{ApiKey, Client, Config, CustomerId, FaceVerificationLink};
use sphere_links::{Error, WhenStoreFails};
use sphere_links_redis::{EncryptionKey, RedisStore};
use tokio::runtime::Builder;

/// How many ask at once in each process.
pub const CALLERS: usize = 25;

/// What comes before a line that is for the test: the harness prints lines of its own.
pub const MARK: &str = "caller: ";

/// What a caller process must know, as environment variables.
pub const REDIS: &str = "CALLER_REDIS";
pub const BASE_URL: &str = "CALLER_BASE_URL";
pub const API_KEY: &str = "CALLER_API_KEY";
/// `Ask` or `Fail`.
pub const WHEN_STORE_FAILS: &str = "CALLER_WHEN_STORE_FAILS";
/// `async` or `blocking`.
pub const KIND: &str = "CALLER_KIND";

/// A hundred times slower than time, so that nobody stops waiting for a lock because the machine is busy.
#[derive(Clone, Copy)]
struct SlowClock(Instant);

impl Default for SlowClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl blocking::Clock for SlowClock {
    fn now(&self) -> Moment {
        Moment::after_origin(self.0.elapsed() / 100)
    }

    fn sleep(&self, duration: Duration) {
        thread::sleep(duration);
    }
}

#[async_trait::async_trait]
impl Clock for SlowClock {
    fn now(&self) -> Moment {
        blocking::Clock::now(self)
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

#[test]
#[ignore = "a process of the tests in many_processes.rs"]
fn caller_process() {
    let Ok(redis) = env::var(REDIS) else { return };
    let variable = |name| env::var(name).unwrap();
    let config = Config::builder(ApiKey::new(variable(API_KEY)).unwrap()).base_url(variable(BASE_URL));
    let config = config.build().unwrap();
    let store = RedisStore::new(&redis, EncryptionKey::new([7; 32])).unwrap();
    let when_store_fails = match variable(WHEN_STORE_FAILS).as_str() {
        "Ask" => WhenStoreFails::Ask,
        "Fail" => WhenStoreFails::Fail,
        other => panic!("{other}?"),
    };
    if variable(KIND) == "async" {
        let transport = sphere_hyper::HyperTransport::new().unwrap();
        let client = Client::new(config, transport, SlowClock::default());
        let links = sphere_links::Links::builder(client).build_with_store(store, when_store_fails);
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        obey(|customer| {
            let links = links.clone();
            let outcome = runtime.spawn(async move { links.face_verification_link(&customer).await });
            let handle = runtime.handle().clone();
            move || handle.block_on(outcome).unwrap().map(FaceVerificationLink::into_url)
        });
    } else {
        let transport = sphere_ureq::UreqTransport::new().unwrap();
        let client = sphere_core::blocking::Client::new(config, transport, SlowClock::default());
        let links = sphere_links::blocking::Links::builder(client).build_with_store(store, when_store_fails);
        obey(|customer| {
            let (links, barrier) = (links.clone(), Arc::new(Barrier::new(2)));
            let begun = Arc::clone(&barrier);
            let outcome = thread::spawn(move || {
                begun.wait();
                links.face_verification_link(&customer)
            });
            barrier.wait();
            move || outcome.join().unwrap().map(FaceVerificationLink::into_url)
        });
    }
}

/// Obeys the orders. `start` starts one caller and returns how to wait for it.
fn obey<W: FnOnce() -> Result<String, Error>>(start: impl Fn(CustomerId) -> W) {
    let mut callers = Vec::new();
    for order in stdin().lock().lines() {
        let order = order.unwrap();
        if let Some(customer) = order.strip_prefix("ask ") {
            let customer = CustomerId::new(customer).unwrap();
            callers.extend((0..CALLERS).map(|_| start(customer.clone())));
            println!("{MARK}asking");
        } else {
            for wait in callers.drain(..) {
                let outcome = wait().unwrap_or_else(|error| format!("error: {error}"));
                println!("{MARK}{outcome}");
            }
        }
    }
}
