//! `POST /v2/virtual-account`: creates a virtual account.

use std::fmt;

use http::Method;
use serde::Serialize;

use super::VirtualAccount;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::money::{BasisPoints, Currency, Network, Rail, address};
use crate::values::CustomerId;

/// The call of [`Client::create_virtual_account`]. `Debug` shows customer, currencies and network only.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateVirtualAccount<'a> {
    customer_id: &'a CustomerId,
    source_currency: Currency,
    destination_currency: Currency,
    network: Network,
    wallet_address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    integrator_fee_bps: Option<String>,
}

impl<'a> CreateVirtualAccount<'a> {
    /// An account for deposits in this currency, which go to this wallet. The address is sent byte for byte; one that
    /// has the shape of another network is refused when the call is sent.
    pub fn new(
        customer: &'a CustomerId,
        from: Currency,
        to: Rail,
        wallet_address: impl Into<String>,
    ) -> Self {
        Self {
            customer_id: customer,
            source_currency: from,
            destination_currency: to.currency,
            network: to.network,
            wallet_address: wallet_address.into(),
            integrator_fee_bps: None,
        }
    }

    /// Adds your own fee by rate.
    pub fn integrator_rate(mut self, rate: BasisPoints) -> Self {
        self.integrator_fee_bps = Some(rate.0.to_string());
        self
    }
}

impl<M: Mode> Client<M> {
    /// Creates a virtual account (an Onramper Account): the number of a bank account whose deposits become coins in a
    /// wallet.
    ///
    /// Creating twice may make two, so a call whose outcome is unknown is not retried ([`Safety::Once`]): look through
    /// [`list_virtual_accounts`](Self::list_virtual_accounts) before you create again.
    ///
    /// Source: the contract, `POST /v2/virtual-account` (certain; the status 201 is inferred, and any 2xx is accepted).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::endpoints::{CreateVirtualAccount, VirtualAccount};
    /// use sphere_core::money::{Currency, Network, Rail};
    /// use sphere_core::{Client, CustomerId, Error};
    ///
    /// async fn create(client: &Client, customer: &CustomerId) -> Result<VirtualAccount, Error> {
    ///     let (to, address) = (Rail::new(Currency::Usdc, Network::Base), "0x0Cd3dADeDC7B32FC212e9EAB2EF83c98e990aAFf");
    ///     client.create_virtual_account(CreateVirtualAccount::new(customer, Currency::Usd, to, address)).send().await
    /// }
    /// ```
    pub fn create_virtual_account<'a>(
        &self,
        account: CreateVirtualAccount<'a>,
    ) -> Call<'_, M, CreateVirtualAccount<'a>> {
        self.call(account)
    }
}

impl Endpoint for CreateVirtualAccount<'_> {
    type Output = VirtualAccount;
    const OPERATION: Operation = Operation::new("create_virtual_account", Method::POST, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        address::validate(&self.network, &self.wallet_address)?;
        ApiRequest::to(["v2", "virtual-account"])?.json(self)
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<VirtualAccount, DecodeError> {
        let object = response.object()?;
        object.check_id("customer", self.customer_id.as_str())?;
        object.check_asked(
            "destination",
            &[
                ("currency", self.destination_currency.as_str()),
                ("network", self.network.as_str()),
                ("walletAddress", &self.wallet_address),
            ],
        )?;
        VirtualAccount::read(&object)
    }
}

impl fmt::Debug for CreateVirtualAccount<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateVirtualAccount")
            .field("customer", &self.customer_id)
            .field("from", &self.source_currency)
            .field("to", &self.destination_currency)
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}
