//! One fetch of a link through a store: once for all callers of a process who ask for it at the same time.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `machine` | what to do next, and what a result means: pure |
//! | `driver` | the loop |
//! | `flavour` | what differs between async and blocking |

mod driver;
mod flavour;
mod machine;

pub(crate) use driver::{FetchContext, SharedStore, fetch};
pub(crate) use flavour::{Flavour, Immediate, finish};

/// What a store that fails means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenStoreFails {
    /// Goes on as if there were no store, and says so in a trace event. Each process then hands out the link that it knows,
    /// while that is good, or asks the service itself: no caller fails, and a customer may get several links.
    Ask,
    /// The caller gets [`Error::Store`](crate::Error::Store). No customer gets a link that the other processes do not know
    /// of.
    Fail,
}
