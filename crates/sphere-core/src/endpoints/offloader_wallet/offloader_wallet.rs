//! An offloader wallet, as the API shows it.

use std::fmt;

use crate::json::members::{Members, read_back, text_readers, with_members};
use crate::json::{DecodeError, Object};
use crate::money::{Currency, Fees, Network, Rail};
use crate::values::{BankAccountId, CustomerId, OffloaderWalletId, TimeText};

/// An offloader wallet, as the API shows it. `Debug` shows the id and the names of members only.
///
/// Without an id, a response cannot be read; each other member may be missing, and one of another type costs only
/// itself.
///
/// Source: the contract's `OffloaderWallet` (certain; the list of required members was cut off after the currency).
#[derive(Clone)]
pub struct OffloaderWallet {
    id: OffloaderWalletId,
    members: Members,
}

impl OffloaderWallet {
    /// The id.
    pub fn id(&self) -> &OffloaderWalletId {
        &self.id
    }

    /// The customer.
    pub fn customer_id(&self) -> Option<CustomerId> {
        self.members.text("customerId").and_then(|id| CustomerId::new(id).ok())
    }

    /// The coins that it takes, and their network.
    pub fn rail(&self) -> Option<Rail> {
        let [currency, network] = ["currency", "network"].map(|name| self.members.text(name));
        Some(Rail::new(Currency::from(currency?), Network::from(network?)))
    }

    /// The bank account that is paid to.
    pub fn bank_account_id(&self) -> Option<BankAccountId> {
        let destination = self.members.object("destination")?;
        BankAccountId::new(destination.text("bankAccountId")?).ok()
    }

    /// The fees; `None` if they are not stated.
    pub fn fees(&self) -> Option<Fees> {
        self.members.object("fees").map(Fees::new)
    }

    /// When it was created.
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
    OffloaderWallet {
        /// Where coins must be sent to, byte for byte.
        address = "address";
        /// Where coins go back to, byte for byte.
        return_address = "returnAddress";
        /// Seen: `active`. An open set.
        status = "status";
    }
}

with_members!(OffloaderWallet);
read_back!(OffloaderWallet);

impl fmt::Debug for OffloaderWallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OffloaderWallet").field("id", &self.id).field("members", &self.members).finish()
    }
}
