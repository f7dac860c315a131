//! The loop of a wait, once for both flavours: the only part of it that waits for calls and for the clock.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use super::cadence::Cadence;
use super::machine::{Machine, Verdict};
use super::{OnRead, Outcome, Subject, Wait};
use crate::client::{Async, Blocking, Client, Mode};
use crate::clock::Moment;
use crate::config::RetryPolicy;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::mode::output;

/// A wait in progress: what is read, and what each read means.
pub(super) trait Watch: Sized {
    /// The operation that reads it.
    type Get: Endpoint;
    type Outcome;

    fn get(&self) -> Self::Get;

    fn cadence(&mut self) -> &mut Cadence;

    /// Whether a read of this wait or of the one before has succeeded.
    fn has_read(&self) -> bool;

    /// Takes what was read. It tells the cadence.
    fn received(&mut self, record: <Self::Get as Endpoint>::Output, now: Moment) -> Option<Self::Outcome>;

    fn undecided(self) -> Self::Outcome;
}

/// The loop of every wait.
pub(super) async fn watch<M: Mode, W: Watch>(
    client: &Client<M>,
    begin: impl FnOnce(Moment) -> W,
) -> Result<W::Outcome, Error> {
    let clock = client.clock();
    let mut watch = begin(M::now(clock));
    while let Some(slot) = watch.cadence().next_read(M::now(clock), client.pace()) {
        let sleep = slot.begins().since(M::now(clock));
        if !sleep.is_zero() {
            M::sleep(clock, sleep).await;
        }
        let Some(left) = watch.cadence().time_left(M::now(clock)) else { break };
        slot.read();
        let call = client.call(watch.get()).timeout(left.min(client.config().timeout()));
        match call.retry(RetryPolicy::never()).run().await {
            Ok((record, _)) => {
                if let Some(outcome) = watch.received(record, M::now(clock)) {
                    return Ok(outcome);
                }
            }
            Err(error) => {
                let has_read = watch.has_read();
                watch.cadence().failed(error, has_read, M::now(clock))?;
            }
        }
    }
    Ok(watch.undecided())
}

impl<M: Mode, S: Subject> Wait<'_, M, S> {
    async fn run(self) -> Result<Outcome<S::Record>, Error> {
        let Self { client, subject, goal, within, profiles, state, on_read } = self;
        watch(client, |now| {
            let cadence = Cadence::new(within, false, now, fastrand::u64(..));
            Run { subject, machine: Machine::new(goal, profiles, state, cadence), on_read, last: None }
        })
        .await
    }
}

impl<S: Subject> Wait<'_, Async, S> {
    /// Waits.
    ///
    /// # Errors
    ///
    /// [`Error`] that asking again cannot cure.
    pub async fn outcome(self) -> Result<Outcome<S::Record>, Error> {
        self.run().await
    }
}

impl<S: Subject> Wait<'_, Blocking, S> {
    /// Waits, and blocks the thread meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error`] that asking again cannot cure.
    pub fn outcome(self) -> Result<Outcome<S::Record>, Error> {
        output(self.run())
    }
}

/// Awaiting a wait begins it, as [`outcome`](Wait::outcome) does.
impl<'c, S: Subject + 'static> IntoFuture for Wait<'c, Async, S> {
    type Output = Result<Outcome<S::Record>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'c>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.outcome())
    }
}

/// The machine, with what only a type of record can hold.
struct Run<'c, S: Subject> {
    subject: &'c S,
    machine: Machine,
    on_read: Option<OnRead<'c, S::Record>>,
    last: Option<S::Record>,
}

impl<'c, S: Subject> Watch for Run<'c, S> {
    type Get = S::Get<'c>;
    type Outcome = Outcome<S::Record>;

    fn get(&self) -> S::Get<'c> {
        self.subject.get()
    }

    fn cadence(&mut self) -> &mut Cadence {
        &mut self.machine.cadence
    }

    fn has_read(&self) -> bool {
        self.machine.has_read()
    }

    fn received(&mut self, record: S::Record, now: Moment) -> Option<Outcome<S::Record>> {
        if let Some(show) = &mut self.on_read {
            show(&record);
        }
        match self.machine.received(S::profiles(&record), now) {
            Verdict::Decided => Some(Outcome::Decided { record, state: self.machine.state() }),
            Verdict::CorrectionNeeded => {
                Some(Outcome::CorrectionNeeded { record, state: self.machine.state() })
            }
            Verdict::NotYet => {
                self.last = Some(record);
                None
            }
        }
    }

    fn undecided(self) -> Outcome<S::Record> {
        Outcome::Undecided { last: self.last, state: self.machine.state() }
    }
}
