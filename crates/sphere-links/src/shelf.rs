//! What async and blocking links share: which links a process keeps, when one is good enough, and which caller fetches
//! one.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use lru::LruCache;

use crate::wanted::{Link, Wanted};

/// What the builder sets.
#[derive(Clone)]
pub(crate) struct Rules {
    pub(crate) min_remaining: Duration,
    pub(crate) max_customers: usize,
    pub(crate) clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

/// A fetch of one link, in flight or over. `F` is its error, `J` what else a caller needs to wait for it.
///
/// The outcome of a fetch stays here, so that a caller who joined it gets that outcome, whatever has happened to
/// the shelf since.
pub(crate) struct Place<L, F, J> {
    pub(crate) outcome: Arc<OnceLock<Result<L, F>>>,
    pub(crate) waiting: J,
}

/// Result of [`Shelf::find`].
pub(crate) enum Found<L, J> {
    Link(L),
    /// A fetch to wait for.
    Fetch(J),
}

type Places<W, F, J> = LruCache<W, Place<<W as Wanted>::Link, F, J>>;

/// The places of one kind of links; the one asked for longest ago goes first.
pub(crate) struct Shelf<W: Wanted, F, J> {
    rules: Rules,
    /// Whether a store has the last word, and what is kept here is only for when it fails.
    has_store: bool,
    places: Mutex<Places<W, F, J>>,
}

impl<W: Wanted, F, J> Shelf<W, F, J> {
    pub(crate) fn new(rules: Rules, has_store: bool) -> Self {
        // Grows as it fills: `LruCache::new` would take the memory for all customers at once.
        Self { rules, has_store, places: Mutex::new(LruCache::unbounded()) }
    }

    /// The link if it is good and there is no store, else the fetch that is in flight, else a new one, which `start` gives the
    /// good link.
    ///
    /// All of it under one lock, so that of several callers who see the same old link only the first
    /// replaces it, and none can throw away the new one. `join` may say that nobody is waiting for the fetch
    /// any more, and that it has ended with them.
    pub(crate) fn find<T>(
        &self,
        wanted: &W,
        join: impl FnOnce(&Place<W::Link, F, J>) -> Option<T>,
        start: impl FnOnce(Option<W::Link>) -> (Place<W::Link, F, J>, T),
    ) -> Found<W::Link, T> {
        // Before the lock: the clock is the caller's code.
        let now = (self.rules.clock)();
        let mut places = self.places();
        let mut good = None;
        if let Some(place) = places.get(wanted) {
            // First, since a fetch may end in between, and is over only with an outcome.
            let joined = join(place);
            match (place.outcome.get(), joined) {
                (Some(Ok(link)), _) if self.rules.is_good(link, now) => {
                    if !self.has_store {
                        return Found::Link(link.clone());
                    }
                    good = Some(link.clone());
                }
                (None, Some(joined)) => return Found::Fetch(joined),
                // Too old, or a failure, which was for those who waited for it, or a fetch that all have left.
                (_, _) => {}
            }
        }
        let (place, started) = start(good);
        places.put(wanted.clone(), place);
        if places.len() > self.rules.max_customers {
            places.pop_lru();
        }
        Found::Fetch(started)
    }

    pub(crate) fn forget(&self, wanted: &W) {
        self.places().pop(wanted);
    }

    fn places(&self) -> MutexGuard<'_, Places<W, F, J>> {
        // Nothing that runs under the lock can panic half-way and leave a place half-written.
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.places().len()
    }

    /// How many hold this place, the shelf included.
    #[cfg(test)]
    pub(crate) fn holders(&self, wanted: &W) -> usize {
        self.places().peek(wanted).map_or(0, |place| Arc::strong_count(&place.outcome))
    }
}

impl Rules {
    pub(crate) fn is_good(&self, link: &impl Link, now: SystemTime) -> bool {
        // More than zero, since at least zero is left of an expired link too. A link whose expiry is not known
        // may have stopped working: it is not handed out again.
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
