//! What async and blocking links share: which links are kept, when one is good enough, and which caller asks for one.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use lru::LruCache;
use sphere_core::{CustomerId, FaceVerificationLink};

/// What the builder sets.
#[derive(Clone)]
pub(crate) struct Rules {
    pub(crate) min_remaining: Duration,
    pub(crate) max_customers: usize,
    pub(crate) clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

/// A call for one customer's link, in flight or over. `F` is its error, `W` what else a caller needs to wait for
/// it.
///
/// The outcome of a call stays here, so that a caller who joined it gets that outcome, whatever has happened to
/// the shelf since.
pub(crate) struct Place<F, W> {
    pub(crate) outcome: Arc<OnceLock<Result<FaceVerificationLink, F>>>,
    pub(crate) waiting: W,
}

/// What [`Shelf::find`] comes to.
pub(crate) enum Found<J> {
    Link(FaceVerificationLink),
    /// A call to wait for.
    Call(J),
}

/// The customers' places; the one asked for longest ago goes first.
pub(crate) struct Shelf<F, W> {
    rules: Rules,
    places: Mutex<LruCache<CustomerId, Place<F, W>>>,
}

impl<F, W> Shelf<F, W> {
    pub(crate) fn new(rules: Rules) -> Self {
        // Grows as it fills: `LruCache::new` would take the memory for all customers at once.
        Self { rules, places: Mutex::new(LruCache::unbounded()) }
    }

    /// The link if it is good, else the call that is in flight, else a new one.
    ///
    /// All of it under one lock, so that of several callers who see the same old link only the first
    /// replaces it, and none can throw away the new one. `join` may say that nobody is waiting for the call
    /// any more, and that it has ended with them.
    pub(crate) fn find<J>(
        &self,
        customer: &CustomerId,
        join: impl FnOnce(&Place<F, W>) -> Option<J>,
        start: impl FnOnce() -> (Place<F, W>, J),
    ) -> Found<J> {
        // Before the lock: the clock is the caller's code.
        let now = (self.rules.clock)();
        let mut places = self.places();
        if let Some(place) = places.get(customer) {
            // First, since a call may end in between, and is over only with an outcome.
            let joined = join(place);
            match (place.outcome.get(), joined) {
                (Some(Ok(link)), _) if self.rules.is_good(link, now) => return Found::Link(link.clone()),
                (None, Some(joined)) => return Found::Call(joined),
                // Too old, or a failure, which was for those who waited for it, or a call that all have left.
                (_, _) => {}
            }
        }
        let (place, started) = start();
        places.put(customer.clone(), place);
        if places.len() > self.rules.max_customers {
            places.pop_lru();
        }
        Found::Call(started)
    }

    pub(crate) fn forget(&self, customer: &CustomerId) {
        self.places().pop(customer);
    }

    fn places(&self) -> MutexGuard<'_, LruCache<CustomerId, Place<F, W>>> {
        // Nothing that runs under the lock can panic half-way and leave a place half-written.
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.places().len()
    }

    /// How many hold this customer's place, the shelf included.
    #[cfg(test)]
    pub(crate) fn holders(&self, customer: &CustomerId) -> usize {
        self.places().peek(customer).map_or(0, |place| Arc::strong_count(&place.outcome))
    }
}

impl Rules {
    fn is_good(&self, link: &FaceVerificationLink, now: SystemTime) -> bool {
        // More than zero, since at least zero is left of an expired link too. An expiry that cannot be read
        // says nothing about tomorrow: such a link is not handed out again.
        link.remaining_at(now).is_some_and(|left| !left.is_zero() && left >= self.min_remaining)
    }

    /// For `Debug` of whatever has these rules: no customer and no link.
    pub(crate) fn fmt(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("min_remaining", &self.min_remaining)
            .field("max_customers", &self.max_customers)
            .finish_non_exhaustive()
    }
}

impl<F, W> fmt::Debug for Shelf<F, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rules.fmt("Links", f)
    }
}
