//! Which currency goes over which network.

use std::fmt;

use serde::Serialize;

use crate::values::open_enum::open_enum;

open_enum! {
    /// A currency. Source: the contract's `CurrencyOnNetwork` (certain).
    Currency {
        Usd = "usd",
        Eur = "eur",
        Brl = "brl",
        Usdc = "usdc",
        Usdt = "usdt",
        Eurc = "eurc",
    }
}

open_enum! {
    /// A network of wallets, or a payment system of banks. Source: the contract's `CurrencyOnNetwork` and wallets
    /// (certain).
    Network {
        Ach = "ach",
        Wire = "wire",
        Sepa = "sepa",
        Pix = "pix",
        Arbitrum = "arbitrum",
        Avalanche = "avalanche",
        Base = "base",
        Ethereum = "ethereum",
        Fogo = "fogo",
        Optimism = "optimism",
        Polygon = "polygon",
        Solana = "sol",
        Tron = "tron",
    }
}

impl Network {
    /// Whether it is known to be a payment system of banks.
    pub(crate) fn is_of_banks(&self) -> bool {
        matches!(self, Self::Ach | Self::Wire | Self::Sepa | Self::Pix)
    }
}

/// A currency on a network, such as `usd` over `ach`: one side of a quote or of a transfer.
///
/// ```
/// use sphere_core::money::{Currency, Network, Rail};
///
/// assert_eq!(Rail::new(Currency::Usdc, Network::Solana).to_string(), "usdc over sol");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Rail {
    /// The currency.
    pub currency: Currency,
    /// The network.
    pub network: Network,
}

impl Rail {
    /// A currency on a network.
    pub fn new(currency: Currency, network: Network) -> Self {
        Self { currency, network }
    }
}

impl fmt::Display for Rail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} over {}", self.currency, self.network)
    }
}
