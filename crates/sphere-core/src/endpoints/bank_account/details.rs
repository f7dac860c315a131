//! The numbers of a new bank account, by currency.

use std::fmt;

use serde::Serialize;

use crate::money::{AccountNumber, Bic, Currency, Iban, Network, PixKey, RoutingNumber};

/// The numbers of a new bank account. Each currency has its own, so that a wrong mixture does not compile. `Debug`
/// shows the currency only.
///
/// Source: the contract's `accountDetails` and `networks` (certain).
#[derive(Clone)]
pub struct BankDetails {
    pub(super) currency: Currency,
    pub(super) networks: &'static [Network],
    pub(super) numbers: Numbers,
}

#[derive(Clone, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub(super) enum Numbers {
    Usd { account_number: AccountNumber, routing_number: RoutingNumber, account_type: AccountType },
    Eur { iban: Iban, bic: Bic },
    Brl { pix_key: PixKey, pix_key_type: String },
}

impl BankDetails {
    /// An account for US dollars.
    pub fn usd(
        account_number: AccountNumber,
        routing_number: RoutingNumber,
        account_type: AccountType,
        networks: UsdNetworks,
    ) -> Self {
        let networks: &[Network] = match networks {
            UsdNetworks::Ach => &[Network::Ach],
            UsdNetworks::Wire => &[Network::Wire],
            UsdNetworks::AchAndWire => &[Network::Ach, Network::Wire],
        };
        let numbers = Numbers::Usd { account_number, routing_number, account_type };
        Self { currency: Currency::Usd, networks, numbers }
    }

    /// An account for euros, over SEPA.
    pub fn eur(iban: Iban, bic: Bic) -> Self {
        Self { currency: Currency::Eur, networks: &[Network::Sepa], numbers: Numbers::Eur { iban, bic } }
    }

    /// An account for Brazilian reais, over PIX. Which types of keys there are is not documented, so the type is sent
    /// as you say it.
    pub fn brl(pix_key: PixKey, pix_key_type: impl Into<String>) -> Self {
        let numbers = Numbers::Brl { pix_key, pix_key_type: pix_key_type.into() };
        Self { currency: Currency::Brl, networks: &[Network::Pix], numbers }
    }
}

/// What kind of account it is, for US dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountType {
    /// `checking`.
    Checking,
    /// `savings`.
    Savings,
}

/// The payment systems of an account for US dollars: at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UsdNetworks {
    /// `ach`.
    Ach,
    /// `wire`.
    Wire,
    /// Both.
    AchAndWire,
}

impl fmt::Debug for BankDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BankDetails").field("currency", &self.currency).finish_non_exhaustive()
    }
}
