//! Offloader wallets: the address of a wallet whose deposits become money in a bank account.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `offloader_wallet` | [`OffloaderWallet`]: what the operations respond with |
//! | `create`, `get`, `list` | the operations |

mod create;
mod get;
mod list;
#[allow(clippy::module_inception)] // A type is found by its name.
mod offloader_wallet;

pub use create::{CreateOffloaderWallet, OffloaderDestination};
pub use get::GetOffloaderWallet;
pub use list::ListOffloaderWallets;
pub use offloader_wallet::OffloaderWallet;
