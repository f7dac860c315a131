//! Spans and events of a call, with the feature `tracing`; nothing at all without it. What they hold is in
//! the crate's documentation.
//!
//! Both versions have the same three types, so that nothing else in the crate knows of the feature:
//!
//! | type | held by | and dropped without an end |
//! | --- | --- | --- |
//! | `CallTrace` | the machine, from its making to its result | says that the call was cancelled |
//! | `AttemptTrace` | the machine, while a request is in flight | says that the attempt was cancelled |
//! | `Scope` | a driver, around what happens inside one of the two | |

#[cfg(not(feature = "tracing"))]
mod off;
#[cfg(feature = "tracing")]
mod on;

#[cfg(not(feature = "tracing"))]
pub(crate) use off::{AttemptTrace, CallTrace, Scope};
#[cfg(feature = "tracing")]
pub(crate) use on::{AttemptTrace, CallTrace, Scope};
