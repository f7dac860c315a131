//! Blocking `Links`: [`Links`] with the same methods as the async [`Links`](crate::Links).

use std::fmt;
use std::sync::{Arc, OnceLock};

use sphere_core::client::Blocking;
use sphere_core::unstable::output;
use sphere_core::{CustomerId, FaceVerificationLink, RepresentativeId, TermsOfServiceLink};

use crate::cache::{CachedFetch, Found};
use crate::error::Error;
use crate::fetch::fetch;
use crate::inner::{Cache, Inner, WaitMode};
use crate::target::{LinkTarget, Terms};

/// Links that are reused, over a blocking client. Cheap to clone; clones share what they remember.
///
/// The [crate's documentation](crate) says when to use it.
///
/// # Example
///
/// ```
/// use sphere_core::CustomerId;
/// use sphere_links::{Error, blocking::Links};
///
/// /// Where to send the customer's browser.
/// fn location(links: &Links, customer: &CustomerId) -> Result<String, Error> {
///     Ok(links.face_verification_link(customer)?.into_url())
/// }
/// ```
#[derive(Clone)]
pub struct Links(pub(crate) Arc<Inner<Blocking>>);

impl WaitMode for Blocking {
    type Failure = Error;
    type Waiting<L> = ();
}

impl Links {
    /// The customer's face verification link: the one at hand if it has enough life left, else a new one.
    ///
    /// Threads that ask for the same link at the same time share one call, and what comes of it.
    ///
    /// # Errors
    ///
    /// [`Error`], the same for each who waited. It is not remembered: whoever asks next makes a new call.
    ///
    /// # Panics
    ///
    /// If the transport panics, in the thread that makes the call; the others try anew.
    pub fn face_verification_link(&self, customer: &CustomerId) -> Result<FaceVerificationLink, Error> {
        self.get(&self.0.faces, customer)
    }

    /// The representative's face verification link. See [`Self::face_verification_link`].
    ///
    /// # Errors
    ///
    /// [`Error`], the same for each who waited. It is not remembered.
    pub fn representative_face_verification_link(
        &self,
        representative: &RepresentativeId,
    ) -> Result<FaceVerificationLink, Error> {
        self.get(&self.0.representatives, representative)
    }

    /// The customer's terms-of-service link. See [`Self::face_verification_link`].
    ///
    /// A link without an expiry, or with one that cannot be read, is not kept: nobody knows how long it works. Only
    /// threads that ask at the same time share it.
    ///
    /// # Errors
    ///
    /// [`Error`], the same for each who waited. It is not remembered.
    pub fn terms_of_service_link(&self, customer: &CustomerId) -> Result<TermsOfServiceLink, Error> {
        self.get(&self.0.terms, &Terms(customer.clone()))
    }

    /// Forgets the customer's links, so that the next caller gets a new one: after the customer has finished
    /// the check, for instance, or found that a link does not work.
    ///
    /// Callers who are waiting still get what comes of their call.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if the store failed: then the links are forgotten in this process only. Without a store, none.
    pub fn forget(&self, customer: &CustomerId) -> Result<(), Error> {
        output(self.0.forget(customer))
    }

    /// Forgets the representative's link. See [`Self::forget`].
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if the store failed: then the link is forgotten in this process only. Without a store, none.
    pub fn forget_representative(&self, representative: &RepresentativeId) -> Result<(), Error> {
        output(self.0.forget_representative(representative))
    }

    fn get<T: LinkTarget>(&self, cache: &Cache<Blocking, T>, target: &T) -> Result<T::Link, Error> {
        let start = |good| {
            let outcome = Arc::new(OnceLock::new());
            (CachedFetch { outcome: Arc::clone(&outcome), waiting: () }, (outcome, good))
        };
        match cache.find(target, |fetch| Some((Arc::clone(&fetch.outcome), None)), start) {
            Found::Link(link) => Ok(link),
            // The first thread fetches and the others wait for it in here.
            Found::Fetch((outcome, good)) => {
                outcome.get_or_init(|| output(fetch(&self.0.context, target, good))).clone()
            }
        }
    }
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.context.rules.fmt("Links", f)
    }
}
