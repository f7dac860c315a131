//! The loop of a wait, once for both flavours: the only part of it that waits for calls and for the clock.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use super::machine::{Machine, Verdict};
use super::{OnRead, Outcome, Subject, Wait};
use crate::client::{Async, Blocking, Mode};
use crate::clock::Moment;
use crate::config::RetryPolicy;
use crate::error::Error;
use crate::mode::output;

impl<M: Mode, S: Subject> Wait<'_, M, S> {
    async fn run(self) -> Result<Outcome<S::Record>, Error> {
        let (client, subject, clock) = (self.client, self.subject, self.client.clock());
        let mut run = Run::<S>::begin(self, M::now(clock));
        while let Some(slot) = run.machine.next_read(M::now(clock), client.pace()) {
            let sleep = slot.begins().since(M::now(clock));
            if !sleep.is_zero() {
                M::sleep(clock, sleep).await;
            }
            let Some(left) = run.machine.time_left(M::now(clock)) else { break };
            slot.read();
            let call = client.call(subject.get()).timeout(left.min(client.config().timeout()));
            let result = call.retry(RetryPolicy::never()).run().await;
            run = match run.take(result.map(|(record, _)| record), M::now(clock))? {
                Next::Read(run) => run,
                Next::End(outcome) => return Ok(outcome),
            };
        }
        Ok(run.undecided())
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
    machine: Machine,
    on_read: Option<OnRead<'c, S::Record>>,
    last: Option<S::Record>,
}

enum Next<'c, S: Subject> {
    Read(Run<'c, S>),
    End(Outcome<S::Record>),
}

impl<'c, S: Subject> Run<'c, S> {
    fn begin<M: Mode>(wait: Wait<'c, M, S>, now: Moment) -> Self {
        let Wait { goal, within, profiles, state, on_read, .. } = wait;
        let machine = Machine::new(goal, profiles, state, within, now, fastrand::u64(..));
        Self { machine, on_read, last: None }
    }

    fn take(mut self, result: Result<S::Record, Error>, now: Moment) -> Result<Next<'c, S>, Error> {
        let record = match result {
            Ok(record) => record,
            Err(error) => {
                self.machine.failed(error, now)?;
                return Ok(Next::Read(self));
            }
        };
        if let Some(show) = &mut self.on_read {
            show(&record);
        }
        let verdict = self.machine.received(S::profiles(&record), now);
        let state = |run: Self| run.machine.into_state();
        Ok(match verdict {
            Verdict::Decided => Next::End(Outcome::Decided { record, state: state(self) }),
            Verdict::CorrectionNeeded => Next::End(Outcome::CorrectionNeeded { record, state: state(self) }),
            Verdict::NotYet => {
                self.last = Some(record);
                Next::Read(self)
            }
        })
    }

    fn undecided(self) -> Outcome<S::Record> {
        Outcome::Undecided { last: self.last, state: self.machine.into_state() }
    }
}
