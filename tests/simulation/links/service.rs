//! The service: it makes links, takes its time, fails, or never responds.

use std::time::Duration;

use async_trait::async_trait;
use sphere_core::Timestamp;
use sphere_core::transport::{
    Transport, TransportError, TransportErrorKind, TransportRequest, TransportResponse,
};

use super::process::SLACK;
use super::scene::{Made, Scene};
use super::store::MAX_WAIT;

/// The longest time that a call takes which does not fail.
pub const LONGEST_CALL: Duration = Duration::from_secs(3);

/// The service, as one process sees it.
pub struct Service {
    pub scene: Scene,
    pub process: usize,
}

/// A request in flight.
struct InFlight<'s>(&'s Scene, (usize, usize));

impl<'s> InFlight<'s> {
    fn new(scene: &'s Scene, process: usize, customer: usize) -> Self {
        let mut state = scene.lock();
        state.requests += 1;
        *state.in_flight.entry((process, customer)).or_default() += 1;
        let of_process = state.in_flight[&(process, customer)];
        let (plan, clockwork) = (scene.plan(), scene.clockwork());
        let now = clockwork.now();
        let has_waited = |asking: &(usize, usize)| {
            state.waiting.get(asking).is_some_and(|(_, since)| now + SLACK >= *since + MAX_WAIT)
        };
        let with_lock =
            state.in_flight.iter().filter(|(asking, _)| asking.1 == customer && !has_waited(asking));
        let with_lock: usize = with_lock.map(|(_, count)| count).sum();
        drop(state);
        clockwork.note(|| format!("process {process} asks the service for customer {customer}"));
        if !plan.forgets {
            clockwork.check(of_process == 1, || format!("{of_process} requests of one process at once"));
            let is_shared = plan.store.is_some() && plan.store_fails == 0;
            clockwork.check(with_lock <= 1 || !is_shared, || format!("{with_lock} requests of all at once"));
        }
        Self(scene, (process, customer))
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if let Some(count) = self.0.lock().in_flight.get_mut(&self.1) {
            *count -= 1;
        }
    }
}

#[async_trait]
impl Transport for Service {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let (scene, clockwork) = (&self.scene, self.scene.clockwork());
        // /v2/customer/customer_1/face-verification-link
        let id = request.http().uri().path().split('/').nth(3).and_then(|id| id.strip_prefix("customer_"));
        let customer = id.and_then(|id| id.parse().ok()).expect("the id of a customer");
        let asked_at = clockwork.now();
        let _in_flight = InFlight::new(scene, self.process, customer);
        let work = async {
            clockwork.sleep(&[0, 0, 20, 300, 3000]).await;
            if scene.fails(scene.plan().service_hangs) {
                std::future::pending::<()>().await;
            }
        };
        if tokio::time::timeout(request.time_left(), work).await.is_err() {
            return Err(TransportError::new(TransportErrorKind::Timeout, "no response"));
        }
        if scene.fails(scene.plan().service_fails) {
            let status = clockwork.one_of(&[422, 503]);
            return Ok(http::Response::builder().status(status).body(bytes::Bytes::new()).unwrap().into());
        }
        let mut state = scene.lock();
        let url = format!("https://check.example/{}", state.made.len());
        let responded_at = clockwork.now();
        let lifetime = Duration::from_secs(scene.plan().lifetime);
        state.made.insert(
            url.clone(),
            Made { customer, asked_at, responded_at, expires_at: responded_at + lifetime },
        );
        drop(state);
        clockwork.note(|| format!("the service makes {url} for customer {customer}"));
        let expires_at = Timestamp::try_from(scene.date() + lifetime).unwrap();
        let body = format!(r#"{{"url":"{url}","expiresAt":"{expires_at}"}}"#);
        Ok(http::Response::builder().status(201).body(body.into()).unwrap().into())
    }
}
