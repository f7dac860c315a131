//! At most 20 reads a second for all waits of a client: each read takes a slot of 50 milliseconds for itself.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Moment;

/// The length of a slot in milliseconds. SpherePay allows 100 reads a second for everything that an application does.
const SLOT_MILLIS: u64 = 50;

/// The slots that are taken, from the current one on, as runs: the first slot of each, and the one after its last. Runs
/// do not touch, so that the end of a run is free, and is found without trying slot after slot.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    runs: Mutex<BTreeMap<u64, u64>>,
}

/// A slot that is taken. Dropped before its time, it is free again.
#[derive(Debug)]
pub(crate) struct Slot<'p> {
    pace: &'p Pace,
    number: u64,
    is_used: bool,
}

impl Pace {
    /// Takes the first free slot that begins at `due` or later. `now` is the current time.
    pub(crate) fn take(&self, now: Moment, due: Moment) -> Slot<'_> {
        let mut runs = self.runs();
        // Those of the past need not be remembered.
        let current = number_at(now);
        while let Some(past) = runs.first_entry().filter(|run| *run.get() <= current) {
            past.remove();
        }
        let current = number_at(due);
        let first = if start_of(current) < due { current.saturating_add(1) } else { current };
        let before = runs.range(..=first).next_back().filter(|(_, end)| **end >= first);
        let (start, number) = before.map_or((first, first), |(start, end)| (*start, *end));
        let next = number.saturating_add(1);
        let end = runs.remove(&next).unwrap_or(next);
        runs.insert(start, end);
        Slot { pace: self, number, is_used: false }
    }

    fn release(&self, number: u64) {
        let mut runs = self.runs();
        let Some((&start, &end)) = runs.range(..=number).next_back().filter(|(_, end)| **end > number) else {
            return;
        };
        runs.remove(&start);
        runs.extend(
            [(start, number), (number.saturating_add(1), end)].into_iter().filter(|(start, end)| start < end),
        );
    }

    fn runs(&self) -> MutexGuard<'_, BTreeMap<u64, u64>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot<'_> {
    /// When it begins.
    pub(crate) fn begins(&self) -> Moment {
        start_of(self.number)
    }

    /// The read happens: the slot stays taken.
    pub(crate) fn read(mut self) {
        self.is_used = true;
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        if !self.is_used {
            self.pace.release(self.number);
        }
    }
}

/// The number of the slot that this moment is in.
fn number_at(moment: Moment) -> u64 {
    u64::try_from(moment.since_origin().as_millis()).unwrap_or(u64::MAX) / SLOT_MILLIS
}

fn start_of(number: u64) -> Moment {
    Moment::after_origin(Duration::from_millis(number.saturating_mul(SLOT_MILLIS)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn at(millis: u64) -> Moment {
        Moment::after_origin(Duration::from_millis(millis))
    }

    #[test]
    fn slots_are_taken_in_order_and_given_back() {
        let pace = Pace::default();
        let [first, second] = [(); 2].map(|()| pace.take(at(10), at(10)));
        assert_eq!((first.begins(), second.begins()), (at(50), at(100)));
        drop(first);
        let third = pace.take(at(10), at(10));
        assert_eq!(third.begins(), at(50));
        third.read();
        assert_eq!(pace.take(at(50), at(50)).begins(), at(150));
        assert_eq!(pace.take(at(50), at(75)).begins(), at(150));
        assert_eq!(pace.take(at(0), at(0)).begins(), at(0));
    }

    proptest! {
        #[test]
        fn the_first_free_slot_is_taken(
            steps in proptest::collection::vec((0_u64..200, 0_u64..500, any::<bool>()), 1..60),
        ) {
            let pace = Pace::default();
            let (mut now, mut used, mut held) = (0, BTreeSet::new(), Vec::new());
            for (step, delay, is_used) in steps {
                now += step;
                let slot = pace.take(at(now), at(now + delay));
                let taken = |number: &u64| used.contains(number);
                let expected = (now + delay).div_ceil(SLOT_MILLIS)..;
                prop_assert_eq!(Some(slot.number), expected.into_iter().find(|number| !taken(number)));
                used.insert(slot.number);
                if is_used {
                    slot.read();
                } else {
                    held.push(slot);
                }
                if held.len() == 3 {
                    used.remove(&held.remove(0).number);
                }
                let runs = pace.runs();
                // They neither touch nor are empty, so that many waits in a row are one.
                prop_assert!(runs.iter().zip(runs.iter().skip(1)).all(|(run, next)| run.1 < next.0));
                prop_assert!(runs.iter().all(|(start, end)| start < end));
            }
        }
    }
}
