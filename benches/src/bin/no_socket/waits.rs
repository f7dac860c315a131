//! Many waits at once, in time that moves on when nothing else can be done.

use std::collections::BTreeSet;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use sphere_benches::work::{API_KEY, Failure, WITH_LINK, customer};
use sphere_core::clock::{Clock, Moment};
use sphere_core::transport::{Transport, TransportError, TransportRequest, TransportResponse};
use sphere_core::wait::Outcome;
use sphere_core::{ApiKey, Client, Config, CustomerId};

/// How long `count` waits need for two reads each on average, at 20 reads a second.
pub(crate) fn two_reads_each(count: u32) -> Duration {
    Duration::from_secs((count / 10).into())
}

/// Starts `count` waits that none is decided, and lets time pass until `end`.
pub(crate) fn run(count: u32, within: Duration, end: Duration) -> Result<(), Failure> {
    let time = Arc::new(Time::default());
    let transport = Undecided(customer(WITH_LINK).into());
    let client = Client::new(Config::new(ApiKey::new(API_KEY)?), transport, Arc::clone(&time));
    let customer = CustomerId::new(WITH_LINK)?;
    let mut waits: Vec<Pin<Box<dyn Future<Output = _>>>> = Vec::new();
    for task in 0..count as usize {
        time.lock().task = task;
        waits.push(Box::pin(client.wait_for_approval(&customer, within).outcome()));
        poll(&mut waits[task])?;
    }
    while let Some(task) = time.next(Moment::after_origin(end)) {
        poll(&mut waits[task])?;
    }
    Ok(())
}

type Waiting<'a, R, E> = Pin<Box<dyn Future<Output = Result<Outcome<R>, E>> + 'a>>;

fn poll<E: Into<Failure>, R>(wait: &mut Waiting<'_, R, E>) -> Result<(), Failure> {
    match wait.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Pending | Poll::Ready(Ok(Outcome::Undecided { .. })) => Ok(()),
        Poll::Ready(Ok(_)) => Err("a wait was decided".into()),
        Poll::Ready(Err(error)) => Err(error.into()),
    }
}

struct Undecided(Bytes);

#[async_trait::async_trait]
impl Transport for Undecided {
    async fn send(&self, _: TransportRequest) -> Result<TransportResponse, TransportError> {
        Ok(Response::new(self.0.clone()).into())
    }
}

#[derive(Default)]
struct Time(Mutex<Timers>);

#[derive(Default)]
struct Timers {
    now: Moment,
    /// When each waiting task goes on.
    ends: BTreeSet<(Moment, usize)>,
    /// The task that is polled.
    task: usize,
}

impl Time {
    fn lock(&self) -> std::sync::MutexGuard<'_, Timers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves on to the next task that can go on before the end.
    fn next(&self, end: Moment) -> Option<usize> {
        let mut timers = self.lock();
        let next = timers.ends.pop_first().filter(|(at, _)| *at <= end)?;
        (timers.now, timers.task) = next;
        Some(timers.task)
    }
}

#[async_trait::async_trait]
impl Clock for Time {
    fn now(&self) -> Moment {
        self.lock().now
    }

    async fn sleep(&self, duration: Duration) {
        let end = self.now() + duration;
        poll_fn(|_| {
            let mut timers = self.lock();
            if timers.now >= end {
                return Poll::Ready(());
            }
            let task = timers.task;
            timers.ends.insert((end, task));
            Poll::Pending
        })
        .await;
    }
}
