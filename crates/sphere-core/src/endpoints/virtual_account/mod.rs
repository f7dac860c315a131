//! Virtual accounts (Onramper Accounts): the number of a bank account whose deposits become coins in a wallet.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `virtual_account` | [`VirtualAccount`]: what the operations respond with |
//! | `deposit_account` | [`DepositAccount`]: where money for it must be paid to |
//! | `create`, `get`, `list`, `update`, `activate`, `deposits` | the operations |

mod activate;
mod create;
mod deposit_account;
mod deposits;
mod get;
mod list;
mod update;
#[allow(clippy::module_inception)] // A type is found by its name.
mod virtual_account;

pub use activate::{DeactivateVirtualAccount, ReactivateVirtualAccount};
pub use create::CreateVirtualAccount;
pub use deposit_account::DepositAccount;
pub use deposits::{ListVirtualAccountDeposits, VirtualAccountDeposit};
pub use get::GetVirtualAccount;
pub use list::ListVirtualAccounts;
pub use update::UpdateVirtualAccount;
pub use virtual_account::{DepositDestination, VirtualAccount};
