//! One fetch of a link through a store: once for all callers of a process who ask for it at the same time.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `machine` | what to do next, and what a result means: pure |
//! | `driver` | the loop, in either mode |

mod driver;
mod machine;

pub(crate) use driver::{FetchContext, SharedStore, fetch};
