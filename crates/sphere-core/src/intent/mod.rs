//! Moving money without moving it twice: a transfer begins as an intent, which is sent at most once.
//!
//! SpherePay documents no idempotency for transfers. So a transfer begins as a record, which you store before anything
//! is sent:
//!
//! ```text
//! prepare_transfer ─► prepared ── begin ─► sending ── create_transfer ─► accepted(id) | refused | still sending: unknown
//!                        │                    │
//!                        └── find_transfer ◄──┘   after a restart: looks, and never sends
//! ```
//!
//! 1. [`Client::prepare_transfer`](crate::client::Client::prepare_transfer) makes a [`TransferIntent`]. Store it.
//! 2. [`begin`](TransferIntent::begin) turns it to `sending` and gives a [`TransferTicket`]. Store it again, as a
//!    compare-and-set from `prepared` to `sending` (`UPDATE … SET state = 'sending' WHERE id = … AND state =
//!    'prepared'`): whoever changes no row sends nothing.
//! 3. [`Client::create_transfer`](crate::client::Client::create_transfer) takes the ticket, and sends it once, whatever
//!    comes back. [`settle`](TransferIntent::settle) the intent with what came of it, and store it.
//! 4. After a restart, read the record. What is `prepared` or `sending` is looked for by
//!    [`Client::find_transfer`](crate::client::Client::find_transfer). Only what was still `prepared` and was not seen
//!    in a complete lookup can begin. What is `sending` is never sent again: time proves nothing, and "none seen" does
//!    not mean "not sent". If you decide to pay all the same, that is a new intent that
//!    [`replaces`](QuotedTransfer::replaces) the first, and the finder looks for both.
//!
//! A second send of a ticket does not compile:
//!
//! ```compile_fail,E0382
//! # async fn twice(client: &sphere_core::Client, ticket: sphere_core::intent::TransferTicket) {
//! client.create_transfer(ticket).outcome().await;
//! client.create_transfer(ticket).outcome().await;
//! # }
//! ```
//!
//! Neither does a copy of it, nor an amount for a quoted transfer:
//!
//! ```compile_fail,E0599
//! # fn copy(ticket: &sphere_core::intent::TransferTicket) {
//! let copy: sphere_core::intent::TransferTicket = ticket.clone();
//! # }
//! ```
//!
//! ```compile_fail,E0599
//! # fn amount(transfer: sphere_core::intent::QuotedTransfer) {
//! transfer.integrator_fixed_fee(sphere_core::money::Fee::from_cents(0));
//! # }
//! ```
//!
//! # Example
//!
//! ```
//! use std::time::SystemTime;
//! use sphere_core::intent::{Created, QuotedTransfer};
//! use sphere_core::endpoints::{BankAccount, Quote, Wallet};
//! use sphere_core::{Client, ExternalId};
//!
//! async fn pay(client: &Client, quote: &Quote, account: &BankAccount, wallet: &Wallet, store: impl Fn(&str, String))
//!     -> Result<(), Box<dyn std::error::Error>>
//! {
//!     let mut intent = client.prepare_transfer(QuotedTransfer::on_ramp(quote, account, wallet), SystemTime::now())?;
//!     store("insert", serde_json::to_string(&intent)?);
//!     let ticket = intent.begin()?;
//!     store("prepared to sending", serde_json::to_string(&intent)?); // fails if another worker was first
//!     let created = client.create_transfer(ticket).outcome().await;
//!     intent.settle(&created);
//!     store("update", serde_json::to_string(&intent)?);
//!     match created {
//!         Created::Accepted(transfer) => println!("{}: {}", transfer.id(), transfer.status()),
//!         other => println!("{other}"),
//!     }
//!     Ok(())
//! }
//! ```
//!
//! | file | what it holds |
//! | --- | --- |
//! | `plan` | [`QuotedTransfer`], [`FloatingTransfer`] and their ends: what is to be transferred |
//! | `record` | [`TransferIntent`]: the record, and what may be done with it |
//! | `create` | [`TransferTicket`], and the one request |
//! | `verdict` | whose a listed transfer is, and when a list has been read far enough: pure |
//! | `find` | [`Client::find_transfer`](crate::client::Client::find_transfer) |

mod create;
mod find;
mod plan;
mod record;
mod verdict;

pub use create::{Created, TransferCreation, TransferTicket};
pub use find::{Finding, TransferSearch};
pub use plan::{BankEnd, FloatingTransfer, QuotedTransfer, TransferPlan, WalletEnd};
pub use record::{CannotBegin, IntentState, InvalidIntent, TransferIntent};
