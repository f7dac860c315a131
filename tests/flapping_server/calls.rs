//! The calls: operations of each safety, made by many callers at once, some of which lose interest.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use http::Method;
use sphere_core::endpoint::{
    ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety,
};
use sphere_core::{Client, Error, blocking};

/// How many calls are in flight at once.
const CALLERS: u64 = 32;

pub const SAFETIES: [Safety; 3] = [Safety::Idempotent, Safety::Repeatable, Safety::Once];

/// The operation with this safety.
struct Probe<const SAFETY: usize>(u64);

impl<const SAFETY: usize> Endpoint for Probe<SAFETY> {
    type Output = ();
    const OPERATION: Operation = Operation::new("probe", Method::POST, SAFETIES[SAFETY]);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "probe", &self.0.to_string()])
    }

    fn decode(&self, _: &ApiResponse<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

/// How a call ended, after how long.
pub struct Ended {
    pub id: u64,
    pub end: End,
    pub took: Duration,
}

pub enum End {
    Succeeded,
    Failed(Error),
    Cancelled,
}

impl Ended {
    pub fn safety(&self) -> Safety {
        SAFETIES[which(self.id)]
    }
}

fn which(id: u64) -> usize {
    (id % 3) as usize
}

/// Makes async calls with these numbers, some of which are dropped at a random moment.
pub async fn asynchronous(client: &Client, ids: Range<u64>, seed: u64) -> Vec<Ended> {
    let next = Arc::new(AtomicU64::new(ids.start));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (client, next) = (client.clone(), Arc::clone(&next));
            tokio::spawn(async move {
                let mut ended = Vec::new();
                while let Some(id) = next_id(&next, ids.end) {
                    let since = Instant::now();
                    let end = cancellable(&client, id, seed).await;
                    ended.push(Ended { id, end, took: since.elapsed() });
                }
                ended
            })
        })
        .collect();
    let mut ended = Vec::new();
    for caller in callers {
        ended.extend(caller.await.unwrap());
    }
    ended
}

async fn cancellable(client: &Client, id: u64, seed: u64) -> End {
    let mut rng = Rng::with_seed(seed ^ id.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let call = async {
        match which(id) {
            0 => client.call(Probe::<0>(id)).send().await,
            1 => client.call(Probe::<1>(id)).send().await,
            _ => client.call(Probe::<2>(id)).send().await,
        }
    };
    if rng.u8(..4) > 0 {
        return call.await.into();
    }
    // From 1 microsecond to 65 milliseconds, as often below a millisecond as above.
    let most = 1 << rng.u32(1..17);
    match tokio::time::timeout(Duration::from_micros(rng.u64(..most)), call).await {
        Ok(outcome) => outcome.into(),
        Err(_) => End::Cancelled,
    }
}

/// Makes blocking calls with these numbers.
pub fn blocking(client: &blocking::Client, ids: Range<u64>) -> Vec<Ended> {
    let next = Arc::new(AtomicU64::new(ids.start));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (client, next) = (client.clone(), Arc::clone(&next));
            thread::spawn(move || {
                let mut ended = Vec::new();
                while let Some(id) = next_id(&next, ids.end) {
                    let since = Instant::now();
                    let outcome = match which(id) {
                        0 => client.call(Probe::<0>(id)).send(),
                        1 => client.call(Probe::<1>(id)).send(),
                        _ => client.call(Probe::<2>(id)).send(),
                    };
                    ended.push(Ended { id, end: outcome.into(), took: since.elapsed() });
                }
                ended
            })
        })
        .collect();
    callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
}

fn next_id(next: &AtomicU64, end: u64) -> Option<u64> {
    Some(next.fetch_add(1, Ordering::Relaxed)).filter(|id| *id < end)
}

impl From<Result<(), Error>> for End {
    fn from(outcome: Result<(), Error>) -> Self {
        match outcome {
            Ok(()) => Self::Succeeded,
            Err(error) => Self::Failed(error),
        }
    }
}
