//! What the tests share: a sandbox whose clock stands still, the same clock for the code under test, and a
//! transport that does as it is told.

mod asynchronous;
mod blocking;
mod life;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::Response;
use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse};
use sphere_core::{ApiKey, Client, Config, CustomerId};
use sphere_hyper::TokioClock;
use sphere_sandbox::{Sandbox, SandboxBuilder};
use tokio::sync::Semaphore;

use crate::Error;

/// Bounds each test, so that a broken `Links` fails it instead of hanging it. Tests that pass take far less.
const LIMIT: Duration = Duration::from_secs(10);

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
