//! What is to be transferred: from which end to which, and for how much or by which quote.

use serde::Serialize;

use crate::endpoint::InvalidRequest;
use crate::endpoints::{BankAccount, Quote, Wallet};
use crate::money::{Amount, BankReference, BasisPoints, Currency, Fee, Network, Rail};
use crate::values::{BankAccountId, CustomerId, ExternalId, WalletId};

use super::TransferIntent;
use super::record::Replaced;

/// The end of a transfer at a bank: made from a [`BankAccount`], whose customer, currency and networks are then
/// checked, or from its id alone.
#[derive(Debug, Clone)]
pub struct BankEnd {
    end: End,
    reference: Option<BankReference>,
}

impl BankEnd {
    /// Adds text for the owner of the account that is paid to.
    pub fn reference(mut self, reference: BankReference) -> Self {
        self.reference = Some(reference);
        self
    }
}

impl From<&BankAccount> for BankEnd {
    fn from(account: &BankAccount) -> Self {
        let end = End {
            kind: "bank_account",
            id: account.id().to_string(),
            customer: account.customer_id(),
            currency: account.currency(),
            networks: account.networks(),
        };
        Self { end, reference: None }
    }
}

impl From<&BankAccountId> for BankEnd {
    fn from(id: &BankAccountId) -> Self {
        Self { end: End::of("bank_account", id.to_string()), reference: None }
    }
}

/// The end of a transfer on a chain: made from a [`Wallet`], whose customer and network are then checked, or from its
/// id alone.
#[derive(Debug, Clone)]
pub struct WalletEnd {
    end: End,
}

impl From<&Wallet> for WalletEnd {
    fn from(wallet: &Wallet) -> Self {
        let end = End::of("wallet", wallet.id().to_string());
        let networks = wallet.network().map(|network| vec![network]);
        Self { end: End { customer: wallet.customer_id(), networks, ..end } }
    }
}

impl From<&WalletId> for WalletEnd {
    fn from(id: &WalletId) -> Self {
        Self { end: End::of("wallet", id.to_string()) }
    }
}

/// An end, with what is known of it.
#[derive(Debug, Clone)]
struct End {
    kind: &'static str,
    id: String,
    customer: Option<CustomerId>,
    currency: Option<Currency>,
    networks: Option<Vec<Network>>,
}

impl End {
    fn of(kind: &'static str, id: String) -> Self {
        Self { kind, id, customer: None, currency: None, networks: None }
    }

    /// Refuses an end that is known not to fit.
    fn check(
        &self,
        side: &'static str,
        customer: &CustomerId,
        rail: Option<&Rail>,
    ) -> Result<(), InvalidRequest> {
        let refuse = |fault| Err(InvalidRequest::new(side, fault));
        if self.customer.as_ref().is_some_and(|owner| owner != customer) {
            return refuse("belongs to another customer");
        }
        let Some(rail) = rail else { return Ok(()) };
        if self.currency.as_ref().is_some_and(|currency| *currency != rail.currency) {
            return refuse("has another currency");
        }
        let is_known = !matches!(rail.network, Network::Unknown(_));
        if self.networks.as_ref().is_some_and(|networks| !networks.contains(&rail.network))
            || is_known && rail.network.is_of_banks() != (self.kind == "bank_account")
        {
            return refuse("is not on this network");
        }
        Ok(())
    }
}

/// What [`prepare_transfer`](crate::client::Client::prepare_transfer) takes: a [`QuotedTransfer`] or a
/// [`FloatingTransfer`].
#[derive(Debug, Clone)]
pub struct TransferPlan {
    pub(super) customer: Option<CustomerId>,
    source: (End, Option<Rail>),
    destination: (End, Option<Rail>),
    /// On the end at a bank.
    reference: Option<BankReference>,
    pays_to_bank: bool,
    pub(super) external_id: Option<ExternalId>,
    pub(super) replaced: Vec<Replaced>,
    pub(super) quote: Option<Quote>,
    terms: Terms,
}

/// Members of the request that only one of the two kinds has.
#[derive(Debug, Clone, Default)]
struct Terms {
    amount: Option<String>,
    integrator_bps_fee_rate: Option<String>,
    integrator_fixed_fee: Option<String>,
    quote_id: Option<String>,
}

/// The request's body. By the alphabet, which is the order that records have.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<&'a str>,
    customer: &'a CustomerId,
    destination: Side<'a>,
    external_id: &'a ExternalId,
    #[serde(skip_serializing_if = "Option::is_none")]
    integrator_bps_fee_rate: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    integrator_fixed_fee: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quote_id: Option<&'a str>,
    source: Side<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Side<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    ach_reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sepa_reference: Option<&'a str>,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    wire_message: Option<&'a str>,
}

impl TransferPlan {
    fn new(bank: BankEnd, wallet: WalletEnd, rails: [Option<Rail>; 2], pays_to_bank: bool) -> Self {
        let (bank, wallet, [from, to]) = ((bank.end, bank.reference), wallet.end, rails);
        let (source, destination) =
            if pays_to_bank { ((wallet, from), (bank.0, to)) } else { ((bank.0, from), (wallet, to)) };
        let (customer, external_id, replaced, quote) = (None, None, Vec::new(), None);
        let (reference, terms) = (bank.1, Terms::default());
        Self { customer, source, destination, reference, pays_to_bank, external_id, replaced, quote, terms }
    }

    /// The request's body, after all checks.
    pub(super) fn body<'a>(
        &'a self,
        customer: &'a CustomerId,
        external_id: &'a ExternalId,
    ) -> Result<String, InvalidRequest> {
        let rail = |side: &'static str, rail: &Option<Rail>| {
            let quoted = self.quote.as_ref().and_then(|quote| match side {
                "source" => quote.source()?.rail(),
                _ => quote.destination()?.rail(),
            });
            rail.clone().or(quoted)
        };
        let side = |name, (end, own): &'a (End, Option<Rail>)| {
            let rail = rail(name, own);
            end.check(name, customer, rail.as_ref())?;
            let reference = self.reference.as_ref().filter(|_| end.kind == "bank_account");
            if let Some(reference) = reference {
                let refuse = |fault| Err(InvalidRequest::new(reference.member(), fault));
                if !self.pays_to_bank {
                    return refuse("goes with a payment to a bank account only");
                }
                if rail.is_some_and(|rail| rail.network != *reference.network()) {
                    return refuse("is for another network");
                }
            }
            let reference = |member| {
                reference.filter(|reference| reference.member() == member).map(BankReference::as_str)
            };
            Ok(Side {
                ach_reference: reference("achReference"),
                currency: own.as_ref().map(|own| own.currency.as_str()),
                id: &end.id,
                network: own.as_ref().map(|own| own.network.as_str()),
                sepa_reference: reference("sepaReference"),
                r#type: end.kind,
                wire_message: reference("wireMessage"),
            })
        };
        let Terms { amount, integrator_bps_fee_rate, integrator_fixed_fee, quote_id } = &self.terms;
        let body = Body {
            amount: amount.as_deref(),
            customer,
            destination: side("destination", &self.destination)?,
            external_id,
            integrator_bps_fee_rate: integrator_bps_fee_rate.as_deref(),
            integrator_fixed_fee: integrator_fixed_fee.as_deref(),
            quote_id: quote_id.as_deref(),
            source: side("source", &self.source)?,
        };
        serde_json::to_string(&body).map_err(|_| InvalidRequest::new("body", "cannot be written as JSON"))
    }
}

/// Declares what both kinds of transfer can be given.
macro_rules! common_setters {
    ($name:ident) => {
        impl $name {
            /// Names it yourself, such as `payout-4711` after a row of your database: that survives the loss of the
            /// record. Without it, the name is made of the system's randomness. An intent with a name of yours must be
            /// [looked for](crate::client::Client::find_transfer) before it can begin.
            pub fn external_id(mut self, id: ExternalId) -> Self {
                self.plan.external_id = Some(id);
                self
            }

            /// Says that this is a second decision to pay what that intent was for. The new one must be
            /// [looked for](crate::client::Client::find_transfer) before it can begin, and the finder looks for both.
            pub fn replaces(mut self, intent: &TransferIntent) -> Self {
                self.plan.replaced = intent.replaced_by_another();
                self
            }
        }

        impl From<$name> for TransferPlan {
            fn from(transfer: $name) -> Self {
                transfer.plan
            }
        }
    };
}

/// A transfer with a quote: its amounts, currencies and networks are the quote's, and a quote can be used only once, so
/// this is the safer form.
///
/// Source: the contract's `TransferQuoted` (certain).
#[derive(Debug, Clone)]
pub struct QuotedTransfer {
    plan: TransferPlan,
}

impl QuotedTransfer {
    /// From a bank account to a wallet. An end is a [`BankAccount`], a [`Wallet`], or the id of one.
    pub fn on_ramp(quote: &Quote, from: impl Into<BankEnd>, to: impl Into<WalletEnd>) -> Self {
        Self::of(quote, TransferPlan::new(from.into(), to.into(), [None, None], false))
    }

    /// From a wallet to a bank account. Where the coins are to be sent was never seen in a response: see
    /// [`Transfer::deposit_account`](crate::endpoints::Transfer::deposit_account).
    pub fn off_ramp(quote: &Quote, from: impl Into<WalletEnd>, to: impl Into<BankEnd>) -> Self {
        Self::of(quote, TransferPlan::new(to.into(), from.into(), [None, None], true))
    }

    fn of(quote: &Quote, mut plan: TransferPlan) -> Self {
        plan.customer = quote.customer_id();
        plan.quote = Some(quote.clone());
        plan.terms.quote_id = Some(quote.id().to_string());
        Self { plan }
    }

    /// Names the customer, which a quote may have left out. Another one than the quote's is refused.
    pub fn customer(mut self, customer: &CustomerId) -> Self {
        self.plan.customer = Some(customer.clone());
        self
    }
}

/// A transfer of an amount at the rate of the moment.
///
/// Source: the contract's `TransferFloating` (certain).
#[derive(Debug, Clone)]
pub struct FloatingTransfer {
    plan: TransferPlan,
}

impl FloatingTransfer {
    /// From a bank account to a wallet. An end is a [`BankAccount`], a [`Wallet`], or the id of one, with its currency
    /// and network.
    pub fn on_ramp(
        customer: &CustomerId,
        amount: Amount,
        from: (impl Into<BankEnd>, Rail),
        to: (impl Into<WalletEnd>, Rail),
    ) -> Self {
        let rails = [Some(from.1), Some(to.1)];
        Self::of(customer, amount, TransferPlan::new(from.0.into(), to.0.into(), rails, false))
    }

    /// From a wallet to a bank account. Where the coins are to be sent was never seen in a response: see
    /// [`Transfer::deposit_account`](crate::endpoints::Transfer::deposit_account).
    pub fn off_ramp(
        customer: &CustomerId,
        amount: Amount,
        from: (impl Into<WalletEnd>, Rail),
        to: (impl Into<BankEnd>, Rail),
    ) -> Self {
        let rails = [Some(from.1), Some(to.1)];
        Self::of(customer, amount, TransferPlan::new(to.0.into(), from.0.into(), rails, true))
    }

    fn of(customer: &CustomerId, amount: Amount, mut plan: TransferPlan) -> Self {
        plan.customer = Some(customer.clone());
        plan.terms.amount = Some(amount.to_string());
        Self { plan }
    }

    /// Adds your own fixed fee.
    pub fn integrator_fixed_fee(mut self, fee: Fee) -> Self {
        self.plan.terms.integrator_fixed_fee = Some(fee.to_string());
        self
    }

    /// Adds your own fee by rate.
    pub fn integrator_rate(mut self, rate: BasisPoints) -> Self {
        self.plan.terms.integrator_bps_fee_rate = Some(rate.0.to_string());
        self
    }
}

common_setters!(QuotedTransfer);
common_setters!(FloatingTransfer);
