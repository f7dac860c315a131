//! Why there is no link, and whether a store that fails is a reason.

use crate::store::StoreError;

/// Error for a link that could not be had. Cheap to clone; each caller who waited gets the same.
///
/// # Example
///
/// ```
/// use sphere_links::Error;
///
/// fn advice(error: &Error) -> &'static str {
///     match error {
///         Error::Call(error) if error.is_not_found() => "no such customer",
///         Error::Call(_) => "SpherePay gave no link",
///         Error::Store(_) => "the store is dead",
///         _ => "try again",
///     }
/// }
/// ```
#[non_exhaustive]
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The call to the service failed.
    #[error(transparent)]
    Call(#[from] sphere_core::Error),
    /// The store failed, and the links were told to [`Fail`](WhenStoreFails::Fail) then.
    #[error("the store of links failed: {0}")]
    Store(#[from] StoreError),
    /// The time of a whole call went by before the service could be asked: the store was slow.
    #[error("time ran out before the service was asked for this link: the store of links is slow")]
    Timeout,
}

/// What a store that fails means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenStoreFails {
    /// Goes on as if there were no store, and says so in a trace event. Each process then hands out the link that it
    /// knows, while that is good, or asks the service itself: no caller fails, and a customer may get several links.
    Ask,
    /// The caller gets [`Error::Store`]. No customer gets a link that the other processes do not know
    /// of.
    Fail,
}
