//! Bank accounts of customers.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `bank_account` | [`BankAccount`]: what the operations respond with |
//! | `details` | [`BankDetails`]: the numbers of a new account, by currency |
//! | `create`, `get`, `list`, `update`, `delete` | the operations on bank accounts |

#[allow(clippy::module_inception)] // A type is found by its name.
mod bank_account;
mod create;
mod delete;
mod details;
mod get;
mod list;
mod update;

pub use bank_account::BankAccount;
pub use create::CreateBankAccount;
pub use delete::DeleteBankAccount;
pub use details::{AccountType, BankDetails, UsdNetworks};
pub use get::GetBankAccount;
pub use list::ListBankAccounts;
pub use update::UpdateBankAccount;
