//! What async and blocking `Links` hold, and how they forget.

use sphere_core::client::Mode;
use sphere_core::{CustomerId, RepresentativeId};

use crate::cache::LinkCache;
use crate::error::Error;
use crate::fetch::FetchContext;
use crate::target::{LinkTarget, Terms};

/// How callers wait for one fetch: a thread for a thread, a task for a task.
pub(crate) trait WaitMode: Mode {
    /// Why a fetch gave no link.
    type Failure;
    /// What a caller needs to wait for a fetch.
    type Waiting<L>;
}

/// The links of one kind that a process knows.
pub(crate) type Cache<M, T> =
    LinkCache<T, <M as WaitMode>::Failure, <M as WaitMode>::Waiting<<T as LinkTarget>::Link>>;

pub(crate) struct Inner<M: WaitMode> {
    pub(crate) context: FetchContext<M>,
    pub(crate) faces: Cache<M, CustomerId>,
    pub(crate) representatives: Cache<M, RepresentativeId>,
    pub(crate) terms: Cache<M, Terms>,
}

impl<M: WaitMode> Inner<M> {
    pub(crate) fn new(context: FetchContext<M>) -> Self {
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
