//! Transfers: reading, listing and canceling them. They are created by an [intent](crate::intent).
//!
//! | file | what it holds |
//! | --- | --- |
//! | `transfer` | [`Transfer`]: what the operations respond with |
//! | `status` | [`TransferStatus`] and [`TransferType`] |
//! | `get`, `list`, `cancel` | the operations on transfers |

mod cancel;
mod get;
mod list;
mod status;
#[allow(clippy::module_inception)] // A type is found by its name.
mod transfer;

pub use cancel::{CancelOutcome, CancelTransfer, Cancellation};
pub use get::GetTransfer;
pub use list::{ListTransfers, TransferSort, TransferSortKey};
pub use status::{TransferStatus, TransferType};
pub use transfer::{Transfer, TransferDestination};
