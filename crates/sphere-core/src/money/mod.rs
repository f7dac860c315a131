//! What operations that move money send and read: amounts, currencies, networks, and the numbers and addresses of
//! accounts.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `amount` | [`Amount`] and [`Fee`]: what is sent, exact cents; [`BasisPoints`] |
//! | `received` | [`ReceivedAmount`]: what came, in its own digits |
//! | `rail` | [`Currency`], [`Network`], and both as a [`Rail`] |
//! | `bank` | [`RoutingNumber`], [`Iban`], [`Bic`], [`AccountNumber`], [`PixKey`]: checked, and private |
//! | `reference` | [`BankReference`]: text that goes with a payment to a bank account |
//! | `address` | the shape of a wallet's address on each network |
//! | `fees` | [`Fees`]: what SpherePay and you take, as SpherePay says |
//! | `instructions` | [`DepositInstructions`]: what somebody must pay, and to whom |
//!
//! No function takes or gives a float, and none adds or converts: what the service says is shown.

pub(crate) mod address;
mod amount;
mod bank;
mod fees;
mod instructions;
mod rail;
mod received;
mod reference;

pub use amount::{Amount, BasisPoints, Fee, InvalidAmount};
pub use bank::{AccountNumber, Bic, Iban, PixKey, RoutingNumber};
pub use fees::{FeePart, Fees};
pub(crate) use instructions::detail_readers;
pub use instructions::{DepositInstructions, DepositNumber, MissingDetail, NumberForm};
pub use rail::{Currency, Network, Rail};
pub use received::ReceivedAmount;
pub use reference::BankReference;
