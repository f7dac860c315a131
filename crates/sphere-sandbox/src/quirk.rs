//! What services have been seen to do to transfers, and a client must survive.

/// A way in which the sandbox misbehaves until it is told otherwise, by [`Sandbox::set_quirks`](crate::Sandbox::set_quirks).
///
/// ```
/// use sphere_sandbox::{Quirk, Sandbox};
///
/// let sandbox = Sandbox::start()?;
/// // A transfer that was just made is not in the list yet.
/// sandbox.set_quirks([Quirk::ListLags]);
/// // … and now it is.
/// sandbox.set_quirks([]);
/// # Ok::<(), sphere_sandbox::StartError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quirk {
    /// The newest transfer is not in the list.
    ListLags,
    /// Transfers are listed the oldest first, whatever `sort` says.
    SortIgnored,
    /// A page of transfers has at most two, whatever `limit` says.
    LimitCapped,
    /// Transfers do not have their `externalId`.
    ExternalIdMissing,
    /// Transfers have it in upper case.
    ExternalIdInUpperCase,
    /// A gateway sends a `POST` of a transfer twice.
    PostRepeated,
    /// A transfer is read as it was before its last change.
    OlderReads,
    /// Routing numbers are JSON numbers, which have lost the zeros at their front.
    NumbersWithoutZeros,
}
