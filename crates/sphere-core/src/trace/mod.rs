//! Spans and events of a call, with the feature `tracing`; nothing at all without it. What they hold is in
//! the crate's documentation.
//!
//! Both versions have the same three types, and `transfer`, an event about a transfer, so that nothing else in the
//! crate knows of the feature:
//!
//! | type | held by | and dropped without an end |
//! | --- | --- | --- |
//! | `CallTrace` | the machine, from its making to its result | says that the call was cancelled |
//! | `AttemptTrace` | the machine, while a request is in flight | says that the attempt was cancelled |
//! | `Scope` | a driver, around what happens inside one of the two | |

use crate::endpoints::Transfer;
use crate::error::Error;
use crate::values::{ExternalId, QuoteId, TransferId};

#[cfg(not(feature = "tracing"))]
mod off;
#[cfg(feature = "tracing")]
mod on;

#[cfg(not(feature = "tracing"))]
pub(crate) use off::{AttemptTrace, CallTrace, Scope, transfer};
#[cfg(feature = "tracing")]
pub(crate) use on::{AttemptTrace, CallTrace, Scope, transfer};

/// What an event about a transfer holds, as far as it is known: ids, a status and a correlation id, and nothing
/// private.
#[cfg_attr(not(feature = "tracing"), allow(dead_code))]
#[derive(Clone, Copy, Default)]
pub(crate) struct TransferEvent<'a> {
    /// What was done, such as `create`.
    pub(crate) action: &'static str,
    /// What came of it, in a word.
    pub(crate) outcome: &'static str,
    pub(crate) external_id: Option<&'a ExternalId>,
    pub(crate) quote_id: Option<&'a QuoteId>,
    pub(crate) transfer_id: Option<&'a TransferId>,
    pub(crate) transfer: Option<&'a Transfer>,
    pub(crate) error: Option<&'a Error>,
}
