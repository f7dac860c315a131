//! A transfer, as the API shows it.

use std::fmt;

use super::{TransferStatus, TransferType};
use crate::json::members::{Members, debug_names, read_back, text_readers, with_members};
use crate::json::{DecodeError, Object};
use crate::money::{Currency, Fees, Network, Rail, ReceivedAmount};
use crate::values::{CustomerId, QuoteId, TimeText, TransferId};

/// A transfer, as the API shows it. `Debug` shows ids, the status and the names of members only.
///
/// Without an id, a response cannot be read; each other member may be missing, and one of another type costs only
/// itself. It does not say what is to be paid: [`DepositInstructions`](crate::money::DepositInstructions) do.
///
/// Source: the contract's `Transfer` (certain; that only the id is required is our reading).
#[derive(Clone)]
pub struct Transfer {
    id: TransferId,
    status: TransferStatus,
    external_id: Option<String>,
    members: Members,
}

impl Transfer {
    /// The id.
    pub fn id(&self) -> &TransferId {
        &self.id
    }

    /// Where it stands; [`Unreadable`](TransferStatus::Unreadable) if that is missing, no text, or there twice.
    pub fn status(&self) -> &TransferStatus {
        &self.status
    }

    /// The caller's own name of it, as the service echoes it; `None` if that is missing, no text, or there twice.
    pub fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }

    /// What kind of transfer it is.
    pub fn transfer_type(&self) -> Option<TransferType> {
        self.members.text("type").map(TransferType::from)
    }

    /// The customer.
    pub fn customer_id(&self) -> Option<CustomerId> {
        self.members.text("customer").and_then(|id| CustomerId::new(id).ok())
    }

    /// The id of the bank account or wallet that pays.
    pub fn source_id(&self) -> Option<String> {
        self.members.object("source")?.text("id").map(str::to_owned)
    }

    /// What arrives, and where.
    pub fn destination(&self) -> Option<TransferDestination> {
        self.members.object("destination").map(|members| TransferDestination { members })
    }

    /// The quote that it was made with; `None` if there is none, or its id cannot be read.
    pub fn quote_id(&self) -> Option<QuoteId> {
        self.members.object("quote")?.text("id").and_then(|id| QuoteId::new(id).ok())
    }

    /// The fees; `None` if they are not stated, which is not zero.
    pub fn fees(&self) -> Option<Fees> {
        self.members.object("fees").map(Fees::new)
    }

    /// Where money is to be sent, as the service wrote it: JSON. For a transfer from a bank, use
    /// [`DepositInstructions`](crate::money::DepositInstructions). **The deposit wallet of a transfer from a wallet was
    /// never seen**, so this is all there is: do not send anything to an address that you only guess in it.
    pub fn deposit_account(&self) -> Option<&str> {
        self.members.json("depositAccount")
    }

    pub(crate) fn deposit_members(&self) -> Option<Members> {
        self.members.object("depositAccount")
    }

    /// Numbers by which banks and networks find a payment, as the service wrote them: JSON. A number that is not text
    /// may have lost zeros at its front.
    pub fn tracking(&self) -> Option<&str> {
        self.members.json("tracking")
    }

    /// When it was created.
    pub fn created_at(&self) -> Option<TimeText> {
        self.members.time("created")
    }

    /// When it was last updated.
    pub fn updated_at(&self) -> Option<TimeText> {
        self.members.time("updated")
    }

    pub(crate) fn read(object: &Object<'_>) -> Result<Self, DecodeError> {
        let text = |name| object.only_text(name).map(std::borrow::Cow::into_owned);
        Ok(Self {
            id: object.required("id")?,
            status: text("status").map_or(TransferStatus::Unreadable, TransferStatus::from),
            external_id: text("externalId"),
            members: Members::from(object),
        })
    }
}

text_readers! {
    Transfer {
        /// Of transfers in BRL and to third parties.
        payment_reason = "paymentReason";
        /// Of transfers to third parties.
        payment_description = "paymentDescription";
    }
}

with_members!(Transfer);
read_back!(Transfer);

impl fmt::Debug for Transfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transfer")
            .field("id", &self.id)
            .field("status", &self.status.to_string())
            .field("members", &self.members)
            .finish_non_exhaustive()
    }
}

/// What arrives at the end of a [`Transfer`], and where.
#[derive(Clone)]
pub struct TransferDestination {
    members: Members,
}

impl TransferDestination {
    /// The amount, in the currency of the [`rail`](Self::rail).
    pub fn amount(&self) -> Option<ReceivedAmount> {
        self.members.amount("amount")
    }

    /// The exchange rate, of any scale.
    pub fn exchange_rate(&self) -> Option<ReceivedAmount> {
        self.members.amount("exchangeRate")
    }

    /// Currency and network.
    pub fn rail(&self) -> Option<Rail> {
        let [currency, network] = ["currency", "network"].map(|name| self.members.text(name));
        Some(Rail::new(Currency::from(currency?), Network::from(network?)))
    }
}

text_readers! {
    TransferDestination {
        /// Of the bank account or wallet.
        id = "id";
    }
}

with_members!(TransferDestination);
debug_names!(TransferDestination);
