//! Async `Links`.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use sphere_core::client::Async;
use sphere_core::{CustomerId, FaceVerificationLink, RepresentativeId, TermsOfServiceLink};

use crate::cache::{CachedFetch, Found};
use crate::error::Error;
use crate::fetch::fetch;
use crate::inner::{Cache, Inner, WaitMode};
use crate::target::{LinkTarget, Terms};

/// Links that are reused, over an async client. Cheap to clone; clones share what they remember.
///
/// The [crate's documentation](crate) says when to use it.
///
/// # Example
///
/// ```
/// use sphere_core::CustomerId;
/// use sphere_links::{Error, Links};
///
/// /// Where to send the customer's browser.
/// async fn location(links: &Links, customer: &CustomerId) -> Result<String, Error> {
///     Ok(links.face_verification_link(customer).await?.into_url())
/// }
/// ```
#[derive(Clone)]
pub struct Links(pub(crate) Arc<Inner<Async>>);

/// The fetch itself. Each of its waiters can drive it, so that one who stops, or is never polled again, holds
/// up nobody.
type Fetching<L> = BoxFuture<'static, Result<L, Failure>>;
/// Weak, so that an abandoned fetch is dropped, not resumed after its deadline. `None` only for a fetch that was over
/// before anybody could wait for it.
type Waiting<L> = Option<WeakShared<Fetching<L>>>;

#[derive(Clone)]
pub(crate) enum Failure {
    Error(Error),
    /// The transport panicked while a waiter was driving the fetch. Which of them goes on with the panic does
    /// not matter; the others try anew.
    Panic(Arc<Mutex<Option<Box<dyn Any + Send>>>>),
}

impl WaitMode for Async {
    type Failure = Failure;
    type Waiting<L> = Waiting<L>;
}

impl Links {
    /// The customer's face verification link: the one at hand if it has enough life left, else a new one.
    ///
    /// Callers who ask for the same link at the same time share one call, and what comes of it.
    ///
    /// # Cancellation
    ///
    /// Dropping the future leaves the call to the others who wait for it. With the last of them the call
    /// ends too.
    ///
    /// # Errors
    ///
    /// [`Error`], the same for each who waited. It is not remembered: whoever asks next makes a new call.
    ///
    /// # Panics
    ///
    /// If the transport panics, in one of the callers; the others try anew.
    pub async fn face_verification_link(&self, customer: &CustomerId) -> Result<FaceVerificationLink, Error> {
        self.get(&self.0.faces, customer).await
    }

    /// The representative's face verification link. See [`Self::face_verification_link`].
    ///
    /// # Errors
    ///
    /// [`Error`], the same for each who waited. It is not remembered.
    pub async fn representative_face_verification_link(
        &self,
        representative: &RepresentativeId,
    ) -> Result<FaceVerificationLink, Error> {
        self.get(&self.0.representatives, representative).await
    }

    /// The customer's terms-of-service link. See [`Self::face_verification_link`].
    ///
    /// A link without an expiry, or with one that cannot be read, is not kept: nobody knows how long it works. Only
    /// callers who ask at the same time share it.
    ///
    /// # Errors
    ///
    /// [`Error`], the same for each who waited. It is not remembered.
    pub async fn terms_of_service_link(&self, customer: &CustomerId) -> Result<TermsOfServiceLink, Error> {
        self.get(&self.0.terms, &Terms(customer.clone())).await
    }

    /// Forgets the customer's links, so that the next caller gets a new one: after the customer has finished
    /// the check, for instance, or found that a link does not work.
    ///
    /// Callers who are waiting still get what comes of their call.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if the store failed: then the links are forgotten in this process only. Without a store, none.
    pub async fn forget(&self, customer: &CustomerId) -> Result<(), Error> {
        self.0.forget(customer).await
    }

    /// Forgets the representative's link. See [`Self::forget`].
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if the store failed: then the link is forgotten in this process only. Without a store, none.
    pub async fn forget_representative(&self, representative: &RepresentativeId) -> Result<(), Error> {
        self.0.forget_representative(representative).await
    }

    async fn get<T: LinkTarget>(&self, cache: &Cache<Async, T>, target: &T) -> Result<T::Link, Error> {
        loop {
            let start = |good| self.start(target.clone(), good);
            let fetch = match cache.find(target, join, start) {
                Found::Link(link) => return Ok(link),
                Found::Fetch(fetch) => fetch,
            };
            match fetch.await {
                Ok(link) => return Ok(link),
                Err(Failure::Error(error)) => return Err(error),
                Err(Failure::Panic(payload)) => {
                    let payload = payload.lock().unwrap_or_else(PoisonError::into_inner).take();
                    if let Some(payload) = payload {
                        resume_unwind(payload);
                    }
                }
            }
        }
    }

    /// A fetch that begins when it is first polled.
    fn start<T: LinkTarget>(
        &self,
        target: T,
        good: Option<T::Link>,
    ) -> (Cached<T::Link>, Shared<Fetching<T::Link>>) {
        let inner = Arc::clone(&self.0);
        let fetch = async move { fetch(&inner.context, &target, good).await };
        let outcome = Arc::new(OnceLock::new());
        let kept_outcome = Arc::clone(&outcome);
        let fetch = async move {
            // Caught, because `Shared` does not wake the other waiters when the one that drives it panics.
            let outcome = match AssertUnwindSafe(fetch).catch_unwind().await {
                Ok(result) => result.map_err(Failure::Error),
                Err(payload) => Err(Failure::Panic(Arc::new(Mutex::new(Some(payload))))),
            };
            kept_outcome.get_or_init(|| outcome).clone()
        };
        let fetch = fetch.boxed().shared();
        let waiting = fetch.downgrade();
        (CachedFetch { outcome, waiting }, fetch)
    }
}

type Cached<L> = CachedFetch<L, Failure, Waiting<L>>;

fn join<L>(fetch: &Cached<L>) -> Option<Shared<Fetching<L>>> {
    fetch.waiting.as_ref()?.upgrade()
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.context.rules.fmt("Links", f)
    }
}
