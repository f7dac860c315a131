//! The loop of a wait, async and blocking: the only part of it that waits for calls and for the clock.

use super::machine::{Machine, Verdict};
use super::{Observer, Outcome, Subject, Wait};
use crate::blocking;
use crate::client::Client;
use crate::clock::Moment;
use crate::config::RetryPolicy;
use crate::error::Error;

impl<S: Subject> Wait<'_, Client, S> {
    /// Waits.
    ///
    /// # Errors
    ///
    /// [`Error`] that asking again cannot cure.
    pub async fn outcome(self) -> Result<Outcome<S::Record>, Error> {
        let (client, subject, clock) = (self.client, self.subject, self.client.clock());
        let mut run = Run::<S>::begin(self, clock.now());
        while let Some(slot) = run.machine.next_read(clock.now(), client.pace()) {
            let sleep = slot.begins().since(clock.now());
            if !sleep.is_zero() {
                clock.sleep(sleep).await;
            }
            let Some(left) = run.machine.time_left(clock.now()) else { break };
            slot.read();
            let call = client.call(subject.get()).timeout(left.min(client.config().timeout()));
            let result = call.retry(RetryPolicy::never()).send().await;
            run = match run.take(result, clock.now())? {
                Next::Read(run) => run,
                Next::End(outcome) => return Ok(outcome),
            };
        }
        Ok(run.undecided())
    }
}

impl<S: Subject> Wait<'_, blocking::Client, S> {
    /// Waits, and blocks the thread meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error`] that asking again cannot cure.
    pub fn outcome(self) -> Result<Outcome<S::Record>, Error> {
        let (client, subject, clock) = (self.client, self.subject, self.client.clock());
        let mut run = Run::<S>::begin(self, clock.now());
        while let Some(slot) = run.machine.next_read(clock.now(), client.pace()) {
            let sleep = slot.begins().since(clock.now());
            if !sleep.is_zero() {
                clock.sleep(sleep);
            }
            let Some(left) = run.machine.time_left(clock.now()) else { break };
            slot.read();
            let call = client.call(subject.get()).timeout(left.min(client.config().timeout()));
            let result = call.retry(RetryPolicy::never()).send();
            run = match run.take(result, clock.now())? {
                Next::Read(run) => run,
                Next::End(outcome) => return Ok(outcome),
            };
        }
        Ok(run.undecided())
    }
}

/// The machine, with what only a type of record can hold.
struct Run<'c, S: Subject> {
    machine: Machine,
    observer: Option<Observer<'c, S::Record>>,
    last: Option<S::Record>,
}

enum Next<'c, S: Subject> {
    Read(Run<'c, S>),
    End(Outcome<S::Record>),
}

impl<'c, S: Subject> Run<'c, S> {
    fn begin<C>(wait: Wait<'c, C, S>, now: Moment) -> Self {
        let Wait { goal, within, profiles, state, observer, .. } = wait;
        let machine = Machine::new(goal, profiles, state, within, now, fastrand::u64(..));
        Self { machine, observer, last: None }
    }

    fn take(mut self, result: Result<S::Record, Error>, now: Moment) -> Result<Next<'c, S>, Error> {
        let record = match result {
            Ok(record) => record,
            Err(error) => {
                self.machine.failed(error, now)?;
                return Ok(Next::Read(self));
            }
        };
        if let Some(observer) = &mut self.observer {
            observer(&record);
        }
        let verdict = self.machine.observed(S::profiles(&record), now);
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
