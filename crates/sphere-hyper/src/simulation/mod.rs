//! The transport in simulated time: callers, a network and a server that a seed decides, over connections in memory.
//!
//! At first much goes wrong, as far as the seed allows it; then nothing does any more, and all must work again. What
//! must hold is stated without looking at how the transport does it:
//!
//! | rule | where |
//! | --- | --- |
//! | a connection never has two requests at once, and none after one that said that it closes | `server` |
//! | no connection is used that was idle for longer than operation, transport and server allow | `traffic` |
//! | what must happen once is not sent again after it was processed | `traffic` |
//! | a request that needs a fresh connection is not sent over a used one | `traffic` |
//! | each call gets its own response, ends within its time, is reported once, and says the truth about its request | `callers` |
//! | when nothing fails any more, each call succeeds, and connections are reused as documented | `afterwards` |
//! | connections that are idle for too long are closed, and none is left open | `afterwards` |
//!
//! A seed that fails is printed. `SEED=1234 cargo test -p sphere-hyper --lib simulation -- --nocapture` plays it again.
//! 100,000 seeds and more, each with another world:
//!
//! ```sh
//! cargo test --release -p sphere-hyper --lib simulation -- --ignored --nocapture
//! ```

mod afterwards;
mod callers;
mod network;
mod plan;
mod server;
mod traffic;
mod world;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use fastrand::Rng;
use sphere_core::metrics::{AttemptReport, CallReport, Metrics};
use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse};
use sphere_core::{ApiKey, Client, Config};
use sphere_net::tls::Trust;
use sphere_seeds::{Clockwork, History, Simulation, dropped_after};
use sphere_tokio::TokioClock;

use crate::connector::Connector;
use crate::exchange::Exchange;
use crate::pool::Pool;
use callers::{Call, looked_up};
use plan::Plan;
use world::{HOST, World};

static TLS: LazyLock<Arc<rustls::ClientConfig>> = LazyLock::new(|| Trust::default().client_config().unwrap());

/// The transport over the network in memory.
struct Simulated(Exchange<World>, World);

#[async_trait::async_trait]
impl Transport for Simulated {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let id = request.http().uri().path().rsplit('/').next().and_then(|id| id.parse().ok());
        let id = id.unwrap();
        self.1.traffic().sends(&self.1, id, request.needs_fresh_connection());
        let outcome = self.0.run(request).await;
        self.1.traffic().sent(id, outcome.as_ref().err().map(TransportError::kind));
        outcome
    }

    async fn warm_up(&self, request: TransportRequest) -> Result<(), TransportError> {
        self.0.warm_up(request).await
    }
}

impl Metrics for World {
    fn attempt_ended(&self, _: &AttemptReport<'_>) {}

    fn call_ended(&self, _: &CallReport<'_>) {
        self.traffic().reported();
    }
}

fn client(world: &World) -> Client {
    let pool = Pool::new(world.plan().limits);
    let connector = Connector::new(world.clone(), Arc::clone(&TLS), None, world.lookups().clone());
    let config = Config::builder(ApiKey::new("sk_test_1").unwrap())
        .base_url(format!("http://{HOST}"))
        .dangerously_allow_plain_http()
        .metrics(world.clone())
        .build()
        .unwrap();
    Client::new(config, Simulated(Exchange { pool, connector }, world.clone()), TokioClock::new())
}

/// Runs a world, and panics if a rule is broken.
fn simulate(seed: u64, history: &History, plan: fn(&mut Rng) -> Plan, run: impl AsyncFnOnce(&World)) {
    Clockwork::run(seed, history, async |clockwork: &Clockwork| {
        run(&World::new(clockwork.draw(plan), clockwork)).await;
    });
}

fn play(seed: u64, history: &History) {
    simulate(seed, history, Plan::draw, async |world: &World| {
        let client = client(world);
        let callers: Vec<_> = (0..world.plan().callers)
            .map(|number| tokio::spawn(callers::run(world.clone(), client.clone(), number as u64)))
            .collect();
        for caller in callers {
            caller.await.unwrap();
        }
        afterwards::all_works(world, &client).await;
    });
}

/// A call, or a warm-up, is dropped after each number of polls, beside others that must not notice.
fn play_drops(seed: u64, history: &History) {
    let mut polls = 0;
    let mut was_dropped = true;
    while was_dropped {
        polls += 1;
        simulate(seed, history, Plan::without_faults, async |world: &World| {
            let client = client(world);
            let others: Vec<_> = (0..world.plan().callers)
                .map(|number| {
                    let (world, client) = (world.clone(), client.clone());
                    let call = Call { timeout: Duration::from_secs(30), ..Call::draw(&world, number as u64) };
                    tokio::spawn(async move {
                        let outcome = call.make(&world, &client, None).await;
                        world.check(matches!(outcome, Some(Ok(_))), || format!("call {} failed", call.id));
                    })
                })
                .collect();
            was_dropped = if world.chance(25) {
                dropped_after(Some(polls), looked_up(world, client.warm_up())).await.is_none()
            } else {
                let call = Call { body_bytes: world.one_of(&[0, 10, 1000]), ..Call::draw(world, 99) };
                call.make(world, &client, Some(polls)).await.is_none()
            };
            for other in others {
                other.await.unwrap();
            }
            world.heal();
            afterwards::at_once(world, &client, 1000).await;
            afterwards::nothing_is_left(world).await;
        });
    }
}

const WORLD: Simulation = Simulation { command: "cargo test -p sphere-hyper --lib simulation::world", play };
const DROPS: Simulation =
    Simulation { command: "cargo test -p sphere-hyper --lib simulation::drops", play: play_drops };

#[test]
fn world_keeps_the_rules() {
    WORLD.some(600);
}

#[test]
fn drops_after_each_poll_leave_nothing_behind() {
    DROPS.some(30);
}

#[test]
fn seeds_decide_everything() {
    WORLD.repeats(20);
    DROPS.repeats(2);
}

#[test]
#[ignore = "it takes minutes; the first lines of the file have the command"]
fn many_worlds_keep_the_rules() {
    WORLD.many();
}

#[test]
#[ignore = "it takes minutes; the first lines of the file have the command"]
fn many_drops_leave_nothing_behind() {
    DROPS.many();
}
