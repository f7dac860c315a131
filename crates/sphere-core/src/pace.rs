//! At most 20 reads a second for all waits of a client: each read takes a slot of 50 milliseconds for itself.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Moment;

/// The length of a slot in milliseconds. SpherePay allows 100 reads a second for everything that an application does.
const SLOT_MILLIS: u64 = 50;

/// The slots that are taken, from the current one on.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    taken: Mutex<BTreeSet<u64>>,
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
        let mut taken = self.taken();
        // Those of the past need not be remembered, but for the current one, which may be in use.
        let rest = taken.split_off(&number_at(now));
        *taken = rest;
        let current = number_at(due);
        let first = if start_of(current) < due { current.saturating_add(1) } else { current };
        let number = (first..u64::MAX).find(|number| !taken.contains(number)).unwrap_or(u64::MAX);
        taken.insert(number);
        Slot { pace: self, number, is_used: false }
    }

    fn taken(&self) -> MutexGuard<'_, BTreeSet<u64>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
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
            self.pace.taken().remove(&self.number);
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
        fn no_slot_is_used_twice(steps in proptest::collection::vec((0_u64..200, 0_u64..500, any::<bool>()), 1..60)) {
            let pace = Pace::default();
            let (mut now, mut used) = (0, Vec::new());
            for (step, delay, is_used) in steps {
                now += step;
                let slot = pace.take(at(now), at(now + delay));
                prop_assert!(slot.begins() >= at(now + delay));
                prop_assert!(slot.begins() <= at(now + delay + 50 * (used.len() as u64 + 1)));
                if is_used {
                    used.push(slot.begins());
                    slot.read();
                }
            }
            let different: BTreeSet<_> = used.iter().collect();
            prop_assert_eq!(different.len(), used.len());
        }
    }
}
