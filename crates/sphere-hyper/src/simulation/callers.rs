//! Callers: they make calls of each safety, and lose interest at a moment that the seed decides.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::time::Duration;

use http::{HeaderValue, Method};
use sphere_core::endpoint::{
    ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety,
};
use sphere_core::{Client, Error};
use sphere_seeds::dropped_after;
use tokio::time::{Instant, sleep, timeout};

use super::world::World;

pub(super) const SAFETIES: [Safety; 3] = [Safety::Idempotent, Safety::Repeatable, Safety::Once];

/// Timers end at the next millisecond.
const SLACK: Duration = Duration::from_millis(2);

struct Probe<const SAFETY: usize> {
    id: u64,
    body_bytes: usize,
}

impl<const SAFETY: usize> Endpoint for Probe<SAFETY> {
    type Output = u64;
    const OPERATION: Operation = Operation::new("probe", Method::POST, SAFETIES[SAFETY]);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        let request = ApiRequest::to(["v2", "probe", &SAFETY.to_string(), &self.id.to_string()])?;
        if self.body_bytes == 0 {
            return Ok(request);
        }
        Ok(request.bytes(HeaderValue::from_static("text/plain"), vec![b'x'; self.body_bytes]))
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<u64, DecodeError> {
        let text = String::from_utf8_lossy(response.body());
        text.split(' ').next().and_then(|id| id.parse().ok()).ok_or_else(|| DecodeError::body("no number"))
    }
}

/// A call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    pub(super) id: u64,
    pub(super) safety: usize,
    pub(super) body_bytes: usize,
    pub(super) timeout: Duration,
}

impl Call {
    pub(super) fn draw(world: &World, id: u64) -> Self {
        world.draw(|rng| Self {
            id,
            safety: rng.usize(..3),
            body_bytes: [0, 0, 0, 10, 10, 1000, 200_000, 1_000_000][rng.usize(..8)],
            timeout: Duration::from_secs([2, 10, 30][rng.usize(..3)]),
        })
    }

    /// A small one that has all the time that it needs.
    pub(super) fn simple(world: &World, id: u64) -> Self {
        Self { safety: world.draw(|rng| rng.usize(..3)), id, body_bytes: 0, timeout: Duration::from_secs(30) }
    }

    async fn send(self, client: &Client) -> Result<u64, Error> {
        let Self { id, safety, body_bytes, timeout } = self;
        match safety {
            0 => client.call(Probe::<0> { id, body_bytes }).timeout(timeout).send().await,
            1 => client.call(Probe::<1> { id, body_bytes }).timeout(timeout).send().await,
            _ => client.call(Probe::<2> { id, body_bytes }).timeout(timeout).send().await,
        }
    }

    /// Makes the call and checks its outcome. `None` if its future was dropped after this many polls.
    pub(super) async fn make(
        self,
        world: &World,
        client: &Client,
        polls: Option<u64>,
    ) -> Option<Result<u64, Error>> {
        let since = Instant::now();
        world.note(|| format!("{self:?}, dropped after {polls:?} polls"));
        world.traffic().begins();
        let outcome = dropped_after(polls, looked_up(world, self.send(client))).await;
        let (id, took, seen) = (self.id, since.elapsed(), world.traffic().seen(self.id));
        world.note(|| format!("call {id} ended: {outcome:?}"));
        world.check(took <= self.timeout + SLACK, || {
            format!("call {id} took {took:?}, and had {:?}", self.timeout)
        });
        match &outcome {
            None => {}
            Some(Ok(got)) => {
                world.check(*got == id, || format!("call {id} got the response to call {got}"));
                world.check(seen.processed > 0, || format!("call {id} succeeded and was not processed"));
            }
            Some(Err(error)) => {
                let is_claimed = !error.may_have_been_processed();
                world.check(!(is_claimed && seen.processed > 0), || {
                    format!("call {id} was processed: {error}")
                });
                world.check(!error.to_string().contains("the transport exceeded its time limit"), || {
                    format!("the transport did not end call {id} in time: {error}")
                });
                let attempts = error.attempts();
                world.check(seen.requests <= attempts, || {
                    format!("call {id} came {} times in {attempts} attempts", seen.requests)
                });
            }
        }
        outcome
    }
}

/// Before each poll, the host's addresses are remembered.
pub(super) async fn looked_up<F: Future>(world: &World, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|context| {
        world.look_up();
        future.as_mut().poll(context)
    })
    .await
}

/// One caller: its calls, one after the other, with pauses.
pub(super) async fn run(world: World, client: Client, number: u64) {
    for index in 0..world.plan().calls {
        let pause = world.draw(|rng| [0, 0, 1, 50, 990, 3900, 4100, 20_000, 49_900, 60_000][rng.usize(..10)]);
        sleep(Duration::from_millis(pause)).await;
        let call = Call::draw(&world, number * 100 + index as u64);
        match world.draw(|rng| rng.u8(..4)) {
            0 if world.plan().cancels => {
                let polls = world.draw(|rng| rng.u64(1..30));
                call.make(&world, &client, Some(polls)).await;
            }
            1 if world.plan().cancels => {
                let limit = Duration::from_millis(world.draw(|rng| 1 << rng.u32(..14)));
                if timeout(limit, call.make(&world, &client, None)).await.is_err() {
                    world.note(|| format!("call {} was dropped after {limit:?}", call.id));
                }
            }
            _ => drop(call.make(&world, &client, None).await),
        }
    }
}
