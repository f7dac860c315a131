//! `POST /v2/offloader-wallet`: creates an offloader wallet.

use std::fmt;

use http::Method;
use serde_json::json;

use super::OffloaderWallet;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::money::{BankReference, BasisPoints, Currency, Network, Rail, address};
use crate::values::{BankAccountId, CustomerId};

/// The highest rate of your own that an offloader wallet takes, in basis points.
const MOST_BASIS_POINTS: u32 = 1000;

/// The bank account that the deposits of an offloader wallet are paid to. `Debug` shows its id and the network.
///
/// Source: the contract's `OffloaderDestination` (certain).
#[derive(Debug, Clone)]
pub struct OffloaderDestination<'a> {
    bank_account: &'a BankAccountId,
    currency: Currency,
    network: Network,
    reference: Option<BankReference>,
}

impl<'a> OffloaderDestination<'a> {
    /// US dollars by ACH.
    pub fn ach(bank_account: &'a BankAccountId) -> Self {
        Self { bank_account, currency: Currency::Usd, network: Network::Ach, reference: None }
    }

    /// US dollars by wire.
    pub fn wire(bank_account: &'a BankAccountId) -> Self {
        Self { network: Network::Wire, ..Self::ach(bank_account) }
    }

    /// Euros by SEPA.
    pub fn sepa(bank_account: &'a BankAccountId) -> Self {
        Self { currency: Currency::Eur, network: Network::Sepa, ..Self::ach(bank_account) }
    }

    /// Adds text for the owner of the account. One for another network is refused when the call is sent.
    pub fn reference(mut self, reference: BankReference) -> Self {
        self.reference = Some(reference);
        self
    }
}

/// The call of [`Client::create_offloader_wallet`]. `Debug` shows customer, coins and destination only.
#[derive(Clone)]
pub struct CreateOffloaderWallet<'a> {
    customer: &'a CustomerId,
    coins: Rail,
    destination: OffloaderDestination<'a>,
    rate: Option<BasisPoints>,
    return_address: Option<String>,
}

impl<'a> CreateOffloaderWallet<'a> {
    /// A wallet for these coins, paid out to this bank account.
    pub fn new(customer: &'a CustomerId, coins: Rail, destination: OffloaderDestination<'a>) -> Self {
        Self { customer, coins, destination, rate: None, return_address: None }
    }

    /// Adds your own fee by rate: at most 1,000 basis points.
    pub fn integrator_rate(mut self, rate: BasisPoints) -> Self {
        self.rate = Some(rate);
        self
    }

    /// Where coins go back to that cannot be paid out. Checked by the shape of the network, as a wallet's address.
    pub fn return_address(mut self, address: impl Into<String>) -> Self {
        self.return_address = Some(address.into());
        self
    }
}

impl<M: Mode> Client<M> {
    /// Creates an offloader wallet: an address whose coins become money in a bank account. What came of a deposit shows
    /// in [`list_transfers`](Self::list_transfers).
    ///
    /// Creating twice may make two, so a call whose outcome is unknown is not retried ([`Safety::Once`]): look through
    /// [`list_offloader_wallets`](Self::list_offloader_wallets) before you create again.
    ///
    /// Source: the contract, `POST /v2/offloader-wallet` (certain; the status 201 is inferred, and any 2xx is
    /// accepted). Of the response only the id is required.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::endpoints::{CreateOffloaderWallet, OffloaderDestination, OffloaderWallet};
    /// use sphere_core::money::{Currency, Network, Rail};
    /// use sphere_core::{BankAccountId, Client, CustomerId, Error};
    ///
    /// async fn create(client: &Client, customer: &CustomerId, account: &BankAccountId) -> Result<OffloaderWallet, Error> {
    ///     let coins = Rail::new(Currency::Usdc, Network::Base);
    ///     let wallet = CreateOffloaderWallet::new(customer, coins, OffloaderDestination::ach(account));
    ///     client.create_offloader_wallet(wallet).send().await
    /// }
    /// ```
    pub fn create_offloader_wallet<'a>(
        &self,
        wallet: CreateOffloaderWallet<'a>,
    ) -> Call<'_, M, CreateOffloaderWallet<'a>> {
        self.call(wallet)
    }
}

impl Endpoint for CreateOffloaderWallet<'_> {
    type Output = OffloaderWallet;
    const OPERATION: Operation = Operation::new("create_offloader_wallet", Method::POST, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        if self.coins.network.is_of_banks() {
            return Err(InvalidRequest::new("network", "has no wallets: it is a payment system of banks"));
        }
        let OffloaderDestination { bank_account, currency, network, reference } = &self.destination;
        let mut destination =
            json!({"bankAccountId": bank_account, "currency": currency, "network": network});
        if let Some(reference) = reference {
            if reference.network() != network {
                return Err(InvalidRequest::new(reference.member(), "is for another network"));
            }
            destination[reference.member()] = reference.as_str().into();
        }
        let mut body = json!({
            "customerId": self.customer,
            "currency": self.coins.currency,
            "network": self.coins.network,
            "destination": destination,
        });
        if let Some(rate) = self.rate {
            if rate.0 > MOST_BASIS_POINTS {
                return Err(InvalidRequest::new("integratorBpsFeeRate", "is more than 1000"));
            }
            body["integratorBpsFeeRate"] = rate.0.to_string().into();
        }
        if let Some(back) = &self.return_address {
            address::validate(&self.coins.network, back)?;
            body["returnAddress"] = back.as_str().into();
        }
        ApiRequest::to(["v2", "offloader-wallet"])?.json(&body)
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<OffloaderWallet, DecodeError> {
        let object = response.object()?;
        object.check_id("customerId", self.customer.as_str())?;
        object.check_asked("destination", &[("bankAccountId", self.destination.bank_account.as_str())])?;
        OffloaderWallet::read(&object)
    }
}

impl fmt::Debug for CreateOffloaderWallet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateOffloaderWallet")
            .field("customer", &self.customer)
            .field("coins", &self.coins)
            .field("destination", &self.destination)
            .finish_non_exhaustive()
    }
}
