//! A thousand waits at once on one client keep to 20 reads a second, and no customer is left out. In virtual time.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use crate::shared::{async_client, config};
use serde_json::json;
use sphere_core::CustomerId;
use sphere_core::testing::{FakeTransport, Reply, VirtualClock};

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
