//! A bank account, as the API shows it.

use std::fmt;

use crate::json::members::{Members, read_back, text_readers, with_members};
use crate::json::{DecodeError, Object};
use crate::money::{Currency, Network};
use crate::values::{BankAccountId, CustomerId, TimeText};

/// A bank account of a customer, as the API shows it: its number is masked. `Debug` shows the id and the names of
/// members only.
///
/// Without an id, a response cannot be read; each other member may be missing, and one of another type costs only
/// itself.
///
/// Source: the contract's `BankAccount` (certain; that only the id is required is our reading).
#[derive(Clone)]
pub struct BankAccount {
    id: BankAccountId,
    members: Members,
}

impl BankAccount {
    /// The id.
    pub fn id(&self) -> &BankAccountId {
        &self.id
    }

    /// The customer.
    pub fn customer_id(&self) -> Option<CustomerId> {
        self.members.text("customerId").and_then(|id| CustomerId::new(id).ok())
    }

    /// The currency.
    pub fn currency(&self) -> Option<Currency> {
        self.members.text("currency").map(Currency::from)
    }

    /// The payment systems that it takes part in.
    pub fn networks(&self) -> Option<Vec<Network>> {
        let names: Vec<String> = self.members.read("networks")?;
        Some(names.into_iter().map(Network::from).collect())
    }

    /// When it was registered.
    pub fn created_at(&self) -> Option<TimeText> {
        self.members.time("created")
    }

    /// When it was last updated.
    pub fn updated_at(&self) -> Option<TimeText> {
        self.members.time("updated")
    }

    pub(super) fn read(object: &Object<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: object.required("id")?, members: Members::from(object) })
    }
}

text_readers! {
    BankAccount {
        /// Seen: `active`. An open set.
        status = "status";
        bank_name = "bankName";
        account_name = "accountName";
    }
}

with_members!(BankAccount);
read_back!(BankAccount);

impl fmt::Debug for BankAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BankAccount").field("id", &self.id).field("members", &self.members).finish()
    }
}
