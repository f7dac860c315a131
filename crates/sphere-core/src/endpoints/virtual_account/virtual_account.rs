//! A virtual account, as the API shows it.

use std::fmt;

use super::DepositAccount;
use crate::json::members::{Members, debug_names, read_back, text_readers, with_members};
use crate::json::{DecodeError, Object};
use crate::money::{BasisPoints, Currency, Network, Rail};
use crate::values::{CustomerId, TimeText, VirtualAccountId};

/// A virtual account, as the API shows it. `Debug` shows id, state and the names of members only.
///
/// Without an id and its state, a response cannot be read; each other member may be missing, and one of another type
/// costs only itself.
///
/// Source: the contract's `VirtualAccount` (certain).
#[derive(Clone)]
pub struct VirtualAccount {
    id: VirtualAccountId,
    is_active: bool,
    members: Members,
}

impl VirtualAccount {
    /// The id.
    pub fn id(&self) -> &VirtualAccountId {
        &self.id
    }

    /// Whether it takes deposits.
    pub fn is_active(&self) -> bool {
        self.is_active
    }

    /// The customer.
    pub fn customer_id(&self) -> Option<CustomerId> {
        self.members.text("customer").and_then(|id| CustomerId::new(id).ok())
    }

    /// Where money must be paid to. `None` if it is not active, so that nobody is shown a number that takes no deposits;
    /// [`member`](Self::member) has the instructions as they came.
    pub fn deposit_account(&self) -> Option<DepositAccount> {
        let members = self.members.object("depositInstructions").filter(|_| self.is_active)?;
        Some(DepositAccount::new(members))
    }

    /// Where deposits go.
    pub fn destination(&self) -> Option<DepositDestination> {
        self.members.object("destination").map(|members| DepositDestination { members })
    }

    /// Your own rate; `None` if it is not stated, which is not zero.
    pub fn integrator_rate(&self) -> Option<BasisPoints> {
        let fee = self.members.object("fee")?.object("integratorFee")?;
        BasisPoints::read(fee.amount("bpsRate")?.as_str())
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
        let (id, is_active) = (object.required("id")?, object.required("active")?);
        Ok(Self { id, is_active, members: Members::from(object) })
    }
}

with_members!(VirtualAccount);
read_back!(VirtualAccount);

impl fmt::Debug for VirtualAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, is_active, members } = self;
        f.debug_struct("VirtualAccount")
            .field("id", id)
            .field("is_active", is_active)
            .field("members", members)
            .finish()
    }
}

/// Where the deposits of a [`VirtualAccount`] go. `Debug` shows the names of its members only.
#[derive(Clone)]
pub struct DepositDestination {
    members: Members,
}

impl DepositDestination {
    /// Currency and network.
    pub fn rail(&self) -> Option<Rail> {
        let [currency, network] = ["currency", "network"].map(|name| self.members.text(name));
        Some(Rail::new(Currency::from(currency?), Network::from(network?)))
    }
}

text_readers! {
    DepositDestination {
        /// Byte for byte.
        wallet_address = "walletAddress";
    }
}

with_members!(DepositDestination);
debug_names!(DepositDestination);
