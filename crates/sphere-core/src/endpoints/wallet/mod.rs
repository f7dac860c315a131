//! Wallets of customers.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `wallet` | [`Wallet`]: what the operations respond with |
//! | `create`, `get`, `list`, `delete` | the operations on wallets |

mod create;
mod delete;
mod get;
mod list;
#[allow(clippy::module_inception)] // A type is found by its name.
mod wallet;

pub use create::CreateWallet;
pub use delete::DeleteWallet;
pub use get::GetWallet;
pub use list::ListWallets;
pub use wallet::Wallet;
