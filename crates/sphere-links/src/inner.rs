//! What async and blocking `Links` hold, and how they forget.

use crate::Error;
use crate::cache::LinkCache;
use crate::fetch::{FetchContext, Flavour};
use crate::target::{LinkTarget, Terms};
use sphere_core::{CustomerId, RepresentativeId};

/// The links of one kind that a process knows.
pub(crate) type Cache<C, T> =
    LinkCache<T, <C as Flavour>::Failure, <C as Flavour>::Waiting<<T as LinkTarget>::Link>>;

pub(crate) struct Inner<C: Flavour> {
    pub(crate) context: FetchContext<C>,
    pub(crate) faces: Cache<C, CustomerId>,
    pub(crate) representatives: Cache<C, RepresentativeId>,
    pub(crate) terms: Cache<C, Terms>,
}

impl<C: Flavour> Inner<C> {
    pub(crate) fn new(context: FetchContext<C>) -> Self {
        let (rules, has_store) = (context.rules.clone(), context.store.is_some());
        Self {
            faces: LinkCache::new(rules.clone(), has_store),
            representatives: LinkCache::new(rules.clone(), has_store),
            terms: LinkCache::new(rules, has_store),
            context,
        }
    }

    pub(crate) async fn forget(&self, customer: &CustomerId) -> Result<(), Error> {
        let terms = Terms(customer.clone());
        let removed = match self.remove(customer).await {
            Ok(()) => self.remove(&terms).await,
            failed => failed,
        };
        // Afterwards, since until then a caller may get one from the store, which this process would remember.
        self.faces.forget(customer);
        self.terms.forget(&terms);
        removed
    }

    pub(crate) async fn forget_representative(&self, representative: &RepresentativeId) -> Result<(), Error> {
        let removed = self.remove(representative).await;
        // Afterwards, as above.
        self.representatives.forget(representative);
        removed
    }

    async fn remove(&self, target: &impl LinkTarget) -> Result<(), Error> {
        let Some(shared) = &self.context.store else { return Ok(()) };
        Ok(shared.store.remove(&shared.key(target, &self.context.client)).await?)
    }
}
