//! The record of a transfer: what is stored before anything is sent.

use std::fmt;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Created, Finding, TransferPlan, TransferTicket};
use crate::client::{Client, Mode};
use crate::config::Config;
use crate::endpoint::InvalidRequest;
use crate::endpoints::{Quote, QuoteSide};
use crate::money::{Amount, Currency, Network, Rail, ReceivedAmount};
use crate::values::{CustomerId, ExternalId, QuoteId, Timestamp, TransferId};

/// The format that this release writes. Every later release reads it, and sends the same bytes.
const VERSION: u64 = 1;

/// The purpose of the label of the API key.
const PURPOSE: &str = "sphere-transfers";

/// A transfer that is to be made: a record to store, and what may be done with it. [The module](super) has the steps.
///
/// It can be stored with serde. It is not `Clone`; one that was read back is treated with more care than one that was
/// just made: it must be [looked for](Client::find_transfer) before it can [begin](Self::begin). If you know that a
/// record comes from a backup, call [`from_backup`](Self::from_backup): others may have acted on it since.
///
/// **It holds private data**: references and the ids of accounts, no numbers of accounts. `Debug` shows ids and the
/// state.
///
/// ```
/// use sphere_core::intent::TransferIntent;
///
/// let torn = TransferIntent::from_json(br#"{"version":1,"state":"sen"#).unwrap_err();
/// assert!(torn.to_string().starts_with("the record of a transfer cannot be read: it is not whole JSON"));
/// ```
#[derive(Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct TransferIntent {
    #[serde(flatten)]
    pub(super) record: Record,
    /// Whether nobody can have sent it: it was just made, or just looked for.
    #[serde(skip)]
    may_begin: bool,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Record {
    version: u64,
    pub(super) state: IntentState,
    pub(super) external_id: ExternalId,
    /// Whether the caller made the external id: then it may have been sent before this record was made.
    is_named_by_caller: bool,
    pub(super) customer: CustomerId,
    /// The request's body, byte for byte.
    pub(super) body: String,
    /// The quote as it was shown, for a quoted transfer: its JSON.
    quote: Option<String>,
    base_url: String,
    key_label: String,
    prepared_at: Timestamp,
    pub(super) replaces: Vec<Replaced>,
    /// The id that a 201 gave which was about another transfer.
    unmatched_id: Option<TransferId>,
}

/// What the finder must know of an intent that was replaced.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Replaced {
    pub(super) external_id: ExternalId,
    pub(super) quote_id: Option<QuoteId>,
    pub(super) since: Option<Timestamp>,
}

/// How far an intent is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IntentState {
    /// Nothing was sent by whoever wrote this record last.
    Prepared,
    /// It was sent, or was about to be: nobody knows what came of it.
    Sending,
    /// The service has made this transfer of it.
    Accepted(TransferId),
    /// The service has refused it.
    Refused,
}

impl IntentState {
    /// Its name in the record, for a column that a compare-and-set looks at: `prepared`, `sending`, `accepted`,
    /// `refused`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Sending => "sending",
            Self::Accepted(_) => "accepted",
            Self::Refused => "refused",
        }
    }
}

impl<M: Mode> Client<M> {
    /// Prepares a transfer. Nothing is sent: store the intent, then [`begin`](TransferIntent::begin).
    ///
    /// It can only be used with this client's base URL and API key. `now` is the time by your clock: the finder looks
    /// back from it, by a day more.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] if it cannot be right: an end of another customer, currency or network, a reference for
    /// another network, a quote without a customer.
    pub fn prepare_transfer(
        &self,
        transfer: impl Into<TransferPlan>,
        now: SystemTime,
    ) -> Result<TransferIntent, InvalidRequest> {
        let plan = transfer.into();
        let quoted_for = plan.quote.as_ref().and_then(Quote::customer_id);
        let Some(customer) = plan.customer.clone().or(quoted_for.clone()) else {
            return Err(InvalidRequest::new("customer", "is missing: the quote does not name one"));
        };
        if quoted_for.is_some_and(|quoted| quoted != customer) {
            return Err(InvalidRequest::new("customer", "is not the quote's"));
        }
        let is_named_by_caller = plan.external_id.is_some();
        let external_id = plan.external_id.clone().map_or_else(random_id, Ok)?;
        let quote = plan.quote.as_ref().and_then(|quote| serde_json::to_string(quote).ok());
        let record = Record {
            version: VERSION,
            state: IntentState::Prepared,
            body: plan.body(&customer, &external_id)?,
            external_id,
            is_named_by_caller,
            customer,
            quote,
            base_url: self.config().base_url_text(),
            key_label: self.config().api_key().label(PURPOSE),
            prepared_at: Timestamp::try_from(now).map_err(|_| InvalidRequest::new("now", "is no date"))?,
            replaces: plan.replaced,
            unmatched_id: None,
        };
        let may_begin = !is_named_by_caller && record.replaces.is_empty();
        Ok(TransferIntent { record, may_begin })
    }
}

#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
#[allow(clippy::unnecessary_wraps)] // Its twin fails.
fn random_id() -> Result<ExternalId, InvalidRequest> {
    Ok(ExternalId::random())
}

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
fn random_id() -> Result<ExternalId, InvalidRequest> {
    Err(InvalidRequest::new("externalId", "must be given: this platform has no randomness"))
}

impl TransferIntent {
    /// Turns it from `prepared` to `sending`, and gives the ticket to send it with. **Store the intent before you use
    /// the ticket**, as a compare-and-set.
    ///
    /// # Errors
    ///
    /// [`CannotBegin`] if it has begun, or must be [looked for](Client::find_transfer) before.
    pub fn begin(&mut self) -> Result<TransferTicket, CannotBegin> {
        if self.record.state != IntentState::Prepared {
            return Err(CannotBegin::HasBegun);
        }
        if !std::mem::take(&mut self.may_begin) {
            return Err(CannotBegin::LookUpFirst);
        }
        self.record.state = IntentState::Sending;
        Ok(TransferTicket::new(self.record.clone()))
    }

    /// Takes what came of sending it.
    pub fn settle(&mut self, created: &Created) {
        match created {
            Created::Accepted(transfer) => self.record.state = IntentState::Accepted(transfer.id().clone()),
            Created::AboutAnother(transfer) => self.record.unmatched_id = Some(transfer.id().clone()),
            Created::Refused(_) => self.record.state = IntentState::Refused,
            // Sending still: a ticket that was given back may be used.
            Created::NotSent(..) | Created::Unknown(..) => {}
        }
    }

    /// Takes what a lookup has seen.
    pub(super) fn looked_up(&mut self, finding: &Finding) {
        match finding {
            Finding::Found(transfer) => self.record.state = IntentState::Accepted(transfer.id().clone()),
            Finding::NoneSeen { complete: true, .. } => {
                self.may_begin = self.record.state == IntentState::Prepared;
            }
            _ => self.may_begin = false,
        }
    }

    /// Treats a record that comes from a backup as `sending`, if it says `prepared`: it may have been sent since.
    pub fn from_backup(mut self) -> Self {
        if self.record.state == IntentState::Prepared {
            self.record.state = IntentState::Sending;
        }
        self
    }

    /// How far it is.
    pub fn state(&self) -> &IntentState {
        &self.record.state
    }

    /// The caller's own name of the transfer.
    pub fn external_id(&self) -> &ExternalId {
        &self.record.external_id
    }

    /// The customer.
    pub fn customer_id(&self) -> &CustomerId {
        &self.record.customer
    }

    /// The transfer that the service has made of it.
    pub fn transfer_id(&self) -> Option<&TransferId> {
        match &self.record.state {
            IntentState::Accepted(id) => Some(id),
            _ => None,
        }
    }

    /// The id of a transfer that a successful response was about although it is not of this intent: ask SpherePay.
    pub fn unmatched_id(&self) -> Option<&TransferId> {
        self.record.unmatched_id.as_ref()
    }

    /// When it was prepared.
    pub fn prepared_at(&self) -> Timestamp {
        self.record.prepared_at
    }

    /// The quote as it was shown, for a quoted transfer.
    pub fn quote(&self) -> Option<Quote> {
        self.record.quote()
    }

    /// The amount that was asked for, for a floating transfer.
    pub fn amount(&self) -> Option<Amount> {
        self.record.member("/amount")?.as_str()?.parse().ok()
    }

    /// What is to be paid, as far as it is known: the amount of a floating transfer, or the quote's on its source side,
    /// and currency and network. By the contract's sample the amount of a floating transfer is what is paid.
    pub(crate) fn to_pay(&self) -> (Option<ReceivedAmount>, Option<Rail>) {
        let Some(quote) = self.quote() else {
            let text = |pointer| self.record.member(pointer)?.as_str().map(str::to_owned);
            let rail = text("/source/currency").zip(text("/source/network"));
            let rail =
                rail.map(|(currency, network)| Rail::new(Currency::from(currency), Network::from(network)));
            return (self.amount().map(|amount| ReceivedAmount::new(amount.to_string())), rail);
        };
        let side = quote.source();
        (side.as_ref().and_then(QuoteSide::amount), side.as_ref().and_then(QuoteSide::rail))
    }

    /// The bank account or wallet that pays.
    pub fn source_id(&self) -> Option<String> {
        self.record.member("/source/id")?.as_str().map(str::to_owned)
    }

    /// What a new intent must know that replaces this one: this one, and those that it replaces itself.
    pub(super) fn replaced_by_another(&self) -> Vec<Replaced> {
        let record = &self.record;
        let since = (!record.is_named_by_caller).then_some(record.prepared_at);
        let this = Replaced { external_id: record.external_id.clone(), quote_id: record.quote_id(), since };
        record.replaces.iter().cloned().chain([this]).collect()
    }

    /// Reads a stored record.
    ///
    /// # Errors
    ///
    /// [`InvalidIntent`] if it is torn, of a later version, or has a member that this version does not know. It does
    /// not quote the record. **It does not mean that there is no transfer**: keep the record as it is.
    pub fn from_json(json: &[u8]) -> Result<Self, InvalidIntent> {
        let value: Value = serde_json::from_slice(json).map_err(|_| InvalidIntent("it is not whole JSON"))?;
        Self::try_from(value)
    }
}

impl Record {
    pub(super) fn quote(&self) -> Option<Quote> {
        Quote::parse(self.quote.as_deref()?)
    }

    pub(super) fn quote_id(&self) -> Option<QuoteId> {
        self.quote().map(|quote| quote.id().clone())
    }

    /// From when on the transfer may have been made; `None` if it may be of any time.
    pub(super) fn since(&self) -> Option<Timestamp> {
        let own = (!self.is_named_by_caller).then_some(self.prepared_at)?;
        self.replaces.iter().try_fold(own, |since, replaced| Some(since.min(replaced.since?)))
    }

    fn member(&self, pointer: &str) -> Option<Value> {
        serde_json::from_str::<Value>(&self.body).ok()?.pointer(pointer).cloned()
    }

    /// Refuses a client of another environment: what it sees or does not see says nothing.
    pub(super) fn check_environment(&self, config: &Config) -> Result<(), InvalidRequest> {
        if self.base_url != config.base_url_text() {
            return Err(InvalidRequest::new("intent", "was prepared for another base URL"));
        }
        if self.key_label != config.api_key().label(PURPOSE) {
            return Err(InvalidRequest::new("intent", "was prepared with another API key"));
        }
        Ok(())
    }
}

impl TryFrom<Value> for TransferIntent {
    type Error = InvalidIntent;

    fn try_from(value: Value) -> Result<Self, InvalidIntent> {
        match value.get("version").map(Value::as_u64) {
            Some(Some(VERSION)) => {}
            Some(Some(later)) if later > VERSION => {
                return Err(InvalidIntent("it was written by a later release"));
            }
            _ => return Err(InvalidIntent("it has no version")),
        }
        // serde's message may quote a value.
        let record: Record = serde_json::from_value(value)
            .map_err(|_| InvalidIntent("a member is missing, unknown, or of the wrong type"))?;
        let echoes = |pointer, text: &str| record.member(pointer).is_some_and(|member| member == text);
        if !echoes("/externalId", record.external_id.as_str())
            || !echoes("/customer", record.customer.as_str())
        {
            return Err(InvalidIntent("its request is not about its own ids"));
        }
        if record.quote.is_some() != record.member("/quoteId").is_some()
            || !record.quote_id().is_none_or(|id| echoes("/quoteId", id.as_str()))
            || record.quote.is_some() && record.quote_id().is_none()
        {
            return Err(InvalidIntent("its request is not about its own quote"));
        }
        Ok(Self { record, may_begin: false })
    }
}

/// Shows ids and the state.
impl fmt::Debug for TransferIntent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransferIntent")
            .field("external_id", &self.record.external_id)
            .field("state", &self.record.state)
            .field("quote_id", &self.record.quote_id())
            .finish_non_exhaustive()
    }
}

/// Why an intent cannot begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotBegin {
    /// It was read back, is named by the caller, or replaces another: only a complete lookup that saw nothing allows
    /// it.
    #[error("the transfer may have been made before: look for it with `find_transfer` first")]
    LookUpFirst,
    /// It is no longer `prepared`.
    #[error("the intent has begun before: what came of it is found with `find_transfer`")]
    HasBegun,
}

/// Error for a record that cannot be read. It never quotes the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the record of a transfer cannot be read: {0}; this does not mean that nothing was sent: keep it as it is, and look \
     for its externalId among the customer's transfers"
)]
pub struct InvalidIntent(&'static str);
