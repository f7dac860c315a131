//! What SpherePay and the platform take, in SpherePay's words.

use super::{BasisPoints, Currency, ReceivedAmount};
use crate::json::members::{Members, debug_names, with_members};

/// The fees of a quote or a transfer, as SpherePay states them. A fee that is missing is not stated, which is not zero.
/// `Debug` shows the names of its members only.
///
/// Source: the contract's `Fees` (certain; no member is required, and floating transfers of BRL have none until they
/// are settled).
#[derive(Clone)]
pub struct Fees {
    members: Members,
}

impl Fees {
    pub(crate) fn new(members: Members) -> Self {
        Self { members }
    }

    /// The platform's own fee; `None` if it is not stated.
    pub fn integrator(&self) -> Option<FeePart> {
        self.members.object("integratorFee").map(|members| FeePart { members })
    }

    /// SpherePay's fee; `None` if it is not stated.
    pub fn platform(&self) -> Option<FeePart> {
        self.members.object("platformFee").map(|members| FeePart { members })
    }
}

with_members!(Fees);
debug_names!(Fees);

/// One of the two [`Fees`]. What is missing is not stated, which is not zero.
#[derive(Clone)]
pub struct FeePart {
    members: Members,
}

impl FeePart {
    /// The fixed part.
    pub fn fixed(&self) -> Option<ReceivedAmount> {
        self.members.amount("fixedAmount")
    }

    /// The rate, if it is stated and a whole number of basis points.
    pub fn rate(&self) -> Option<BasisPoints> {
        BasisPoints::read(self.members.amount("bpsRate")?.as_str())
    }

    /// What the rate comes to.
    pub fn by_rate(&self) -> Option<ReceivedAmount> {
        self.members.amount("bpsAmount")
    }

    /// All of it.
    pub fn total(&self) -> Option<ReceivedAmount> {
        self.members.amount("totalAmount")
    }

    /// The currency of these amounts.
    pub fn currency(&self) -> Option<Currency> {
        self.members.text("currency").map(Currency::from)
    }
}

with_members!(FeePart);
debug_names!(FeePart);
