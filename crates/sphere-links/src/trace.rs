//! Trace events of a store, with the feature `tracing`. Nothing of a link, a key or an id is in them.

use crate::store::StoreError;

/// The store failed at this operation.
pub(crate) fn store_failed(operation: &'static str, error: &StoreError) {
    #[cfg(feature = "tracing")]
    tracing::event!(
        target: "sphere_links",
        tracing::Level::WARN,
        { store.operation = operation, store.error = %error },
        "store failed"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (operation, error);
}

/// An entry could not be read, and counts as none.
pub(crate) fn unreadable_entry() {
    #[cfg(feature = "tracing")]
    tracing::event!(target: "sphere_links", tracing::Level::WARN, "unreadable entry");
}

/// A link was made and not saved, because the lock was gone.
pub(crate) fn lock_lost() {
    #[cfg(feature = "tracing")]
    tracing::event!(target: "sphere_links", tracing::Level::WARN, "lock lost");
}
