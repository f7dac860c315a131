//! Quotes: a rate that holds for a short time, for one transfer.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `quote` | [`Quote`]: what the operation responds with |
//! | `create` | the operation |

mod create;
#[allow(clippy::module_inception)] // A type is found by its name.
mod quote;

pub use create::{CreateQuote, QuoteDuration};
pub use quote::{Quote, QuoteSide};
