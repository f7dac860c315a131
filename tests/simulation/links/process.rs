//! A process: callers who ask for links, forget them, and leave.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sphere_core::testing;
use sphere_core::{Client, CustomerId, FaceVerificationLink};
use sphere_hyper::TokioClock;
use sphere_links::{Error, Links};
use sphere_seeds::dropped_after;
use tokio::time::timeout;

use super::scene::Scene;
use super::service::Service;
use super::store::SharedStore;

/// Of a call.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// What operations of the store may add to it, or to the age of a link.
pub const SLACK: Duration = Duration::from_secs(1);

pub const MIN_REMAINING: Duration = Duration::from_secs(60);

/// A process, and when a customer's links were forgotten last.
#[derive(Clone)]
pub struct Process {
    scene: Scene,
    number: usize,
    links: Links,
    forgotten: Arc<Mutex<Vec<Option<Duration>>>>,
}

fn id(customer: usize) -> CustomerId {
    CustomerId::new(format!("customer_{customer}")).unwrap()
}

impl Process {
    pub fn new(scene: &Scene, number: usize) -> Self {
        let config = testing::config().timeout(TIMEOUT).build().unwrap();
        let service = Service { scene: scene.clone(), process: number };
        let calendar = scene.clone();
        let builder = Links::builder(Client::new(config, service, TokioClock::new()))
            .min_remaining(MIN_REMAINING)
            .clock(move || calendar.date());
        let links = match scene.plan().store {
            None => builder.build(),
            Some(when_it_fails) => {
                builder.build_with_store(SharedStore { scene: scene.clone(), process: number }, when_it_fails)
            }
        };
        let forgotten = Arc::new(Mutex::new(vec![None; scene.plan().customers]));
        Self { scene: scene.clone(), number, links, forgotten }
    }

    /// Asks for a link and checks what comes. `None` if the caller left after this many polls.
    pub async fn ask(
        &self,
        customer: usize,
        polls: Option<u64>,
    ) -> Option<Result<FaceVerificationLink, Error>> {
        let (scene, clockwork) = (&self.scene, self.scene.clockwork());
        let asked_at = clockwork.now();
        let forgotten_at = self.forgotten.lock().unwrap()[customer];
        clockwork.note(|| format!("process {}: customer {customer} asks, {polls:?} polls", self.number));
        let customer_id = id(customer);
        let outcome = dropped_after(polls, self.links.face_verification_link(&customer_id)).await;
        let took = clockwork.now().saturating_sub(asked_at);
        clockwork.note(|| {
            let shown = outcome.as_ref().map(|outcome| outcome.as_ref().map(FaceVerificationLink::url));
            format!("process {}: customer {customer}, who asked at {asked_at:?}, gets {shown:?}", self.number)
        });
        clockwork.check(took <= TIMEOUT + SLACK, || format!("a caller waited for {took:?}"));
        match &outcome {
            None => {}
            Some(Ok(link)) => {
                let made = scene.made(link.url()).expect("a link of the service");
                clockwork.check(made.customer == customer, || "a link of another customer".to_owned());
                let slack = if scene.plan().store.is_some() { SLACK } else { Duration::ZERO };
                let is_good = made.expires_at + slack >= asked_at + MIN_REMAINING;
                let is_new = made.responded_at + slack >= asked_at;
                clockwork.check(is_good || is_new, || {
                    format!("a link that ends at {:?} for one who asked at {asked_at:?}", made.expires_at)
                });
                if let (1, Some(forgotten_at)) = (scene.plan().processes, forgotten_at) {
                    clockwork.check(made.asked_at >= forgotten_at, || {
                        format!("a link asked for at {:?}, forgotten at {forgotten_at:?}", made.asked_at)
                    });
                }
            }
            Some(Err(error)) => {
                clockwork.check(scene.plan().has_faults(), || format!("{error}, and nothing failed"));
            }
        }
        outcome
    }

    async fn forget(&self, customer: usize) {
        let since = self.scene.clockwork().now();
        let customer_id = id(customer);
        let outcome = self.links.forget(&customer_id).await;
        self.scene.clockwork().note(|| format!("process {}: forgets {customer}: {outcome:?}", self.number));
        if outcome.is_ok() {
            self.forgotten.lock().unwrap()[customer] = Some(since);
        }
    }

    /// A caller of this process: its questions, one after the other.
    pub async fn caller(self) {
        let (plan, clockwork) = (self.scene.plan().clone(), self.scene.clockwork().clone());
        for _ in 0..plan.calls {
            clockwork.sleep(&[0, 0, 1, 30, 1000, 10_000, 65_000]).await;
            let customer = clockwork.draw(|rng| rng.usize(..plan.customers));
            match clockwork.draw(|rng| rng.u8(..6)) {
                0 if plan.forgets => self.forget(customer).await,
                1 | 2 if plan.cancels => {
                    let polls = clockwork.draw(|rng| rng.u64(1..12));
                    self.ask(customer, Some(polls)).await;
                }
                3 if plan.cancels => {
                    let limit = Duration::from_millis(clockwork.draw(|rng| 1 << rng.u32(..13)));
                    drop(timeout(limit, self.ask(customer, None)).await);
                }
                _ => drop(self.ask(customer, None).await),
            }
        }
    }
}
