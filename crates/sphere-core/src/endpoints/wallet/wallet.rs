//! A wallet, as the API shows it.

use std::fmt;

use crate::json::members::{Members, read_back, text_readers, with_members};
use crate::json::{DecodeError, Object};
use crate::money::Network;
use crate::values::{CustomerId, TimeText, WalletId};

/// A wallet of a customer, as the API shows it. `Debug` shows the id and the names of members only.
///
/// Without an id, a response cannot be read; each other member may be missing, and one of another type costs only
/// itself.
///
/// Source: the contract's `Wallet` (certain; the list of required members was cut off after the id).
#[derive(Clone)]
pub struct Wallet {
    id: WalletId,
    members: Members,
}

impl Wallet {
    /// The id.
    pub fn id(&self) -> &WalletId {
        &self.id
    }

    /// The customer.
    pub fn customer_id(&self) -> Option<CustomerId> {
        self.members.text("customerId").and_then(|id| CustomerId::new(id).ok())
    }

    /// The network.
    pub fn network(&self) -> Option<Network> {
        self.members.text("network").map(Network::from)
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
    Wallet {
        /// Byte for byte.
        address = "address";
    }
}

with_members!(Wallet);
read_back!(Wallet);

impl fmt::Debug for Wallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wallet").field("id", &self.id).field("members", &self.members).finish()
    }
}
