//! Which links a process keeps, when one is good enough, and which caller fetches one: the same for async and blocking.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use lru::LruCache;

use crate::target::{Link, LinkTarget};

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
/// the cache since.
pub(crate) struct CachedFetch<L, F, J> {
    pub(crate) outcome: Arc<OnceLock<Result<L, F>>>,
    pub(crate) waiting: J,
}

/// Result of [`LinkCache::find`].
pub(crate) enum Found<L, J> {
    Link(L),
    /// A fetch to wait for.
    Fetch(J),
}

type Fetches<T, F, J> = LruCache<T, CachedFetch<<T as LinkTarget>::Link, F, J>>;

/// The fetches of one kind of links; the one asked for longest ago is dropped first.
pub(crate) struct LinkCache<T: LinkTarget, F, J> {
    rules: Rules,
    /// Whether a store has the last word, and what is kept here is only for when it fails.
    has_store: bool,
    fetches: Mutex<Fetches<T, F, J>>,
}

impl<T: LinkTarget, F, J> LinkCache<T, F, J> {
    pub(crate) fn new(rules: Rules, has_store: bool) -> Self {
        // Grows as it fills: `LruCache::new` would take the memory for all customers at once.
        Self { rules, has_store, fetches: Mutex::new(LruCache::unbounded()) }
    }

    /// The link if it is good and there is no store, else the fetch that is in flight, else a new one, which `start`
    /// gives the good link.
    ///
    /// All of it under one lock, so that of several callers who see the same old link only the first
    /// replaces it, and none can throw away the new one. `join` may say that nobody is waiting for the fetch
    /// any more, and that it has ended with them.
    pub(crate) fn find<R>(
        &self,
        target: &T,
        join: impl FnOnce(&CachedFetch<T::Link, F, J>) -> Option<R>,
        start: impl FnOnce(Option<T::Link>) -> (CachedFetch<T::Link, F, J>, R),
    ) -> Found<T::Link, R> {
        // Before the lock: the clock is the caller's code.
        let now = (self.rules.clock)();
        let mut fetches = self.fetches();
        let mut good = None;
        if let Some(fetch) = fetches.get(target) {
            // Join before reading the outcome: the fetch may finish in between.
            let joined = join(fetch);
            match (fetch.outcome.get(), joined) {
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
        let (fetch, started) = start(good);
        fetches.put(target.clone(), fetch);
        if fetches.len() > self.rules.max_customers {
            fetches.pop_lru();
        }
        Found::Fetch(started)
    }

    pub(crate) fn forget(&self, target: &T) {
        self.fetches().pop(target);
    }

    fn fetches(&self) -> MutexGuard<'_, Fetches<T, F, J>> {
        // Nothing that runs under the lock can panic half-way and leave a fetch half-written.
        self.fetches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.fetches().len()
    }

    /// How many hold this fetch, the cache included.
    #[cfg(test)]
    pub(crate) fn holders(&self, target: &T) -> usize {
        self.fetches().peek(target).map_or(0, |fetch| Arc::strong_count(&fetch.outcome))
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
