//! When a call is retried, and how long it waits first: pure functions of what they are given.
//!
//! | file | question |
//! | --- | --- |
//! | `evidence` | what does the end of an attempt prove, and is it worth sending again? |
//! | `table` | may the request be sent again? |
//! | `backoff` | after which wait? |
//! | `budget` | have the client and its clones retries left? |

mod backoff;
mod budget;
mod evidence;
mod table;

pub(crate) use backoff::{useful_time, wait};
pub use budget::RetryBudget;
pub(crate) use evidence::{Evidence, Proof, Worth, refills_budget};
pub(crate) use table::{Decision, Repeat, decide};
