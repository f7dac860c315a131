//! The words of a transfer: its status and its type.

use crate::values::open_enum::open_enum;

open_enum! {
    /// Where a transfer stands.
    ///
    /// What looks final may not be: money may come after [`Canceled`](Self::Canceled) and [`Expired`](Self::Expired),
    /// and SpherePay announces a refund after five of them. Read the transfer again before you act on its end, and walk
    /// through the list by `-updated` for what came back later.
    ///
    /// Source: the contract's `TransferStatus` (certain; no page has a table of transitions).
    TransferStatus, Unreadable {
        PendingFunding = "pendingFunding",
        PendingReview = "pendingReview",
        FundsReceived = "fundsReceived",
        Processing = "processing",
        Succeeded = "succeeded",
        /// Marked as deprecated on one page.
        Undeliverable = "undeliverable",
        /// A refund may follow.
        Returned = "returned",
        /// Somebody must say where the money shall go.
        PendingRefundInformation = "pendingRefundInformation",
        /// A refund may follow.
        Failed = "failed",
        /// A refund may follow.
        Canceled = "canceled",
        Refunded = "refunded",
        /// A refund may follow.
        UnexpectedError = "unexpectedError",
        /// A refund may follow.
        FailedPrecondition = "failedPrecondition",
        Expired = "expired",
    }
}

open_enum! {
    /// What kind of transfer it is. The list's filter has other words for them; this is one type for both.
    ///
    /// Source: the contract's `Transfer` (certain; [`OnChain`](Self::OnChain) is seen in the filter only).
    TransferType {
        OnRamp = "on_ramp",
        OffRamp = "off_ramp",
        OnChain = "on_chain",
        UnmatchedDeposit = "unmatched_deposit",
        Microdeposit = "microdeposit",
    }
}

impl TransferType {
    /// The word of the list's filter.
    pub(super) fn filter(&self) -> &str {
        match self {
            Self::OnRamp => "onRamp",
            Self::OffRamp => "offRamp",
            Self::OnChain => "onChain",
            Self::UnmatchedDeposit => "unmatchedDeposit",
            Self::Microdeposit | Self::Unknown(_) => self.as_str(),
        }
    }
}
