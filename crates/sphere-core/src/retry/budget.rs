//! A limit on the retries of a whole client, so that an outage is not multiplied.

use std::sync::atomic::{AtomicU32, Ordering};

/// Retries that a client and its clones may still make: ten at first, one more for every ten calls that
/// succeed, never more than ten.
///
/// While the service is well, retries are rare and the budget is full. In an outage it is spent after ten
/// retries, and from then on each call makes one attempt until calls succeed again.
#[derive(Debug)]
pub struct RetryBudget {
    tenths: AtomicU32,
}

const RETRY: u32 = 10;
const SUCCESS: u32 = 1;
const FULL: u32 = 10 * RETRY;

impl Default for RetryBudget {
    /// A full budget.
    fn default() -> Self {
        Self { tenths: AtomicU32::new(FULL) }
    }
}

impl RetryBudget {
    /// Takes one retry; `false` if there is none left.
    pub(crate) fn withdraw(&self) -> bool {
        self.tenths
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tenths| tenths.checked_sub(RETRY))
            .is_ok()
    }

    /// Credits one call that succeeded.
    pub(crate) fn deposit(&self) {
        // A full budget, the usual case, is only read: no cache line moves between cores.
        if self.tenths.load(Ordering::Relaxed) < FULL {
            let credit = |tenths: u32| Some((tenths + SUCCESS).min(FULL));
            let _ = self.tenths.fetch_update(Ordering::Relaxed, Ordering::Relaxed, credit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn withdrawals(budget: &RetryBudget) -> usize {
        std::iter::repeat_with(|| budget.withdraw()).take_while(|granted| *granted).count()
    }

    #[test]
    fn ten_retries_then_one_for_ten_successes() {
        let budget = RetryBudget::default();
        assert_eq!(withdrawals(&budget), 10);
        (0..9).for_each(|_| budget.deposit());
        assert_eq!(withdrawals(&budget), 0);
        budget.deposit();
        assert_eq!(withdrawals(&budget), 1);
    }

    #[test]
    fn it_never_holds_more_than_ten() {
        let budget = RetryBudget::default();
        (0..1000).for_each(|_| budget.deposit());
        assert_eq!(withdrawals(&budget), 10);
    }
}
