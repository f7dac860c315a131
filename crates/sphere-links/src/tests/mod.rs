//! What the tests share: a sandbox whose clock stands still, the same clock for the code under test, a transport that
//! does as it is told, and one interface for async and blocking links.

mod asynchronous;
mod blocking;
mod life;
mod together;

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures_util::future::join_all;
use futures_util::poll;
use http::Response;
use sphere_bounded::{LIMIT, within};
use sphere_core::client::Mode;
use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse};
use sphere_core::{ApiKey, Client, Config, CustomerId, FaceVerificationLink};
use sphere_hyper::TokioClock;
use sphere_sandbox::{Sandbox, SandboxBuilder};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

use crate::{Error, Links, LinksBuilder};

fn customer(id: &str) -> CustomerId {
    CustomerId::new(format!("customer_{id}")).unwrap()
}

fn is_validation(error: &Error) -> bool {
    matches!(error, Error::Call(error) if error.is_validation())
}

/// A sandbox and a clock that only [`World::advance`] moves.
struct World {
    sandbox: Sandbox,
    now: Arc<Mutex<SystemTime>>,
}

impl World {
    fn new(set: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Self {
        let start = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let sandbox = set(Sandbox::builder().clock_stopped_at(start)).start().unwrap();
        Self { sandbox, now: Arc::new(Mutex::new(start)) }
    }

    fn advance(&self, by: Duration) {
        self.sandbox.advance(by);
        *self.now.lock().unwrap() += by;
    }

    fn clock(&self) -> impl Fn() -> SystemTime + Send + Sync + use<> {
        let now = Arc::clone(&self.now);
        move || *now.lock().unwrap()
    }

    fn config(&self) -> Config {
        let key = ApiKey::new(self.sandbox.api_key()).unwrap();
        Config::builder(key).base_url(self.sandbox.base_url()).timeout(2 * LIMIT).build().unwrap()
    }

    fn calls(&self) -> usize {
        self.sandbox.requests().len()
    }
}

type Got = Result<FaceVerificationLink, Error>;

/// What a test needs of either kind of links.
trait Subject {
    fn try_get(&self, customer: &CustomerId) -> Got;
    fn forget(&self, customer: &CustomerId);
    fn remembered(&self) -> usize;
    fn debug(&self) -> String;
    /// How many callers a test may have.
    fn most_callers(&self) -> usize;
    /// Asks for all of these links at once, and does something when every caller is waiting.
    fn ask_all(&self, customers: Vec<CustomerId>, when_all_wait: &dyn Fn()) -> Vec<Got>;

    fn get(&self, customer: &CustomerId) -> FaceVerificationLink {
        self.try_get(customer).unwrap()
    }
}

struct Asynchronous(Links, Runtime);

impl Subject for Asynchronous {
    fn try_get(&self, customer: &CustomerId) -> Got {
        self.1.block_on(self.0.face_verification_link(customer))
    }
    fn forget(&self, customer: &CustomerId) {
        self.1.block_on(self.0.forget(customer)).unwrap();
    }
    fn remembered(&self) -> usize {
        self.0.0.faces.len()
    }
    fn debug(&self) -> String {
        format!("{:?}", self.0)
    }
    fn most_callers(&self) -> usize {
        1000
    }
    fn ask_all(&self, customers: Vec<CustomerId>, when_all_wait: &dyn Fn()) -> Vec<Got> {
        self.1.block_on(async {
            let waiting = Arc::new(Semaphore::new(0));
            let ask = |customer| {
                let (links, waiting) = (self.0.clone(), Arc::clone(&waiting));
                tokio::spawn(async move {
                    let mut get = pin!(links.face_verification_link(&customer));
                    assert!(poll!(&mut get).is_pending());
                    waiting.add_permits(1);
                    get.await
                })
            };
            let tasks: Vec<_> = customers.into_iter().map(ask).collect();
            waiting.acquire_many(u32::try_from(tasks.len()).unwrap()).await.unwrap().forget();
            when_all_wait();
            join_all(tasks).await.into_iter().map(Result::unwrap).collect()
        })
    }
}

impl Subject for crate::blocking::Links {
    fn try_get(&self, customer: &CustomerId) -> Got {
        self.face_verification_link(customer)
    }
    fn forget(&self, customer: &CustomerId) {
        Self::forget(self, customer).unwrap();
    }
    fn remembered(&self) -> usize {
        self.0.faces.len()
    }
    fn debug(&self) -> String {
        format!("{self:?}")
    }
    fn most_callers(&self) -> usize {
        100
    }
    fn ask_all(&self, customers: Vec<CustomerId>, when_all_wait: &dyn Fn()) -> Vec<Got> {
        thread::scope(|scope| {
            let ask = |customer: &CustomerId| {
                let customer = customer.clone();
                scope.spawn(move || self.face_verification_link(&customer))
            };
            let threads: Vec<_> = customers.iter().map(ask).collect();
            let start = Instant::now();
            for customer in &customers {
                let callers = customers.iter().filter(|other| *other == customer).count();
                // The cache holds it too.
                while self.0.faces.holders(customer) < callers + 1 {
                    assert!(start.elapsed() < LIMIT / 2, "the threads do not come");
                    thread::yield_now();
                }
            }
            when_all_wait();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    }
}

const MINUTE: Duration = Duration::from_secs(60);

/// Runs a test for async and for blocking links, each with a sandbox of its own.
fn in_both(lifetime: Duration, options: Options, test: impl Fn(&World, &dyn Subject) + Send + 'static) {
    within(LIMIT, move || {
        let world = World::new(|sandbox| sandbox.link_lifetime(lifetime));
        let runtime = Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
        let links =
            options.set(Links::builder(sphere_hyper::client(world.config()).unwrap()), &world).build();
        test(&world, &Asynchronous(links, runtime));

        let world = World::new(|sandbox| sandbox.link_lifetime(lifetime));
        let builder = crate::blocking::Links::builder(sphere_ureq::client(world.config()).unwrap());
        test(&world, &options.set(builder, &world).build());
    });
}

#[derive(Clone, Copy, Default)]
struct Options {
    min_remaining: Option<Duration>,
    max_customers: Option<usize>,
}

impl Options {
    fn set<M: Mode>(&self, mut builder: LinksBuilder<M>, world: &World) -> LinksBuilder<M> {
        if let Some(at_least) = self.min_remaining {
            builder = builder.min_remaining(at_least);
        }
        if let Some(at_most) = self.max_customers {
            builder = builder.max_customers(at_most);
        }
        builder.clock(world.clock())
    }
}

/// Gives a link, numbered, once it is let go; or does what was ordered instead.
#[derive(Clone)]
struct Scripted(Arc<Script>);

struct Script {
    sent: Mutex<usize>,
    orders: Mutex<VecDeque<Order>>,
    gate: Semaphore,
}

enum Order {
    Fail,
    Panic,
}

impl Scripted {
    fn new(orders: impl IntoIterator<Item = Order>) -> Self {
        let orders = Mutex::new(orders.into_iter().collect());
        Self(Arc::new(Script { sent: Mutex::new(0), orders, gate: Semaphore::new(0) }))
    }

    fn client(&self) -> Client {
        Client::new(Config::new(ApiKey::new("sk_test_1").unwrap()), self.clone(), TokioClock::new())
    }

    fn calls(&self) -> usize {
        *self.0.sent.lock().unwrap()
    }

    /// Lets so many calls go that have been or will be sent.
    fn let_go(&self, calls: usize) {
        self.0.gate.add_permits(calls);
    }
}

#[async_trait::async_trait]
impl Transport for Scripted {
    async fn send(&self, _: TransportRequest) -> Result<TransportResponse, TransportError> {
        let number = {
            let mut sent = self.0.sent.lock().unwrap();
            *sent += 1;
            *sent
        };
        let order = self.0.orders.lock().unwrap().pop_front();
        self.0.gate.acquire().await.unwrap().forget();
        let (status, body) = match order {
            None => {
                let url = format!("https://check.example/{number}");
                (201, format!(r#"{{"url":"{url}","expiresAt":"2999-01-01T00:00:00Z"}}"#))
            }
            Some(Order::Fail) => (422, String::new()),
            Some(Order::Panic) => panic!("as the test ordered"),
        };
        Ok(Response::builder().status(status).body(body.into()).unwrap().into())
    }
}
