//! `PATCH /v2/virtual-account/{virtualAccountId}`: sends all later deposits elsewhere.

use std::fmt;

use http::Method;
use serde::Serialize;

use super::VirtualAccount;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::money::{BasisPoints, Currency, Network, Rail, address};
use crate::values::VirtualAccountId;

/// The call of [`Client::update_virtual_account`]. `Debug` shows the id, currency and network only.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateVirtualAccount<'a> {
    #[serde(skip)]
    id: &'a VirtualAccountId,
    destination_currency: Currency,
    network: Network,
    wallet_address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    integrator_fee_bps: Option<String>,
}

impl<'a> UpdateVirtualAccount<'a> {
    /// Sends later deposits to this wallet: currency, network and address go together, so that none of them is left from
    /// before.
    pub fn new(id: &'a VirtualAccountId, to: Rail, wallet_address: impl Into<String>) -> Self {
        let (wallet_address, integrator_fee_bps) = (wallet_address.into(), None);
        Self {
            id,
            destination_currency: to.currency,
            network: to.network,
            wallet_address,
            integrator_fee_bps,
        }
    }

    /// Changes your own fee by rate.
    pub fn integrator_rate(mut self, rate: BasisPoints) -> Self {
        self.integrator_fee_bps = Some(rate.0.to_string());
        self
    }
}

impl<M: Mode> Client<M> {
    /// Sends **all later deposits** of a virtual account to another wallet, at once. A response that does not show the
    /// destination that was asked for is an error: read the account then.
    ///
    /// A call whose outcome is unknown is not retried ([`Safety::Once`], our reading): read the account.
    ///
    /// Source: the contract, `PATCH /v2/virtual-account/{virtualAccountId}` (certain).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::endpoints::{UpdateVirtualAccount, VirtualAccount};
    /// use sphere_core::money::{Currency, Network, Rail};
    /// use sphere_core::{Client, Error, VirtualAccountId};
    ///
    /// async fn redirect(client: &Client, id: &VirtualAccountId) -> Result<VirtualAccount, Error> {
    ///     let (to, address) = (Rail::new(Currency::Usdc, Network::Base), "0x0Cd3dADeDC7B32FC212e9EAB2EF83c98e990aAFf");
    ///     client.update_virtual_account(UpdateVirtualAccount::new(id, to, address)).send().await
    /// }
    /// ```
    pub fn update_virtual_account<'a>(
        &self,
        update: UpdateVirtualAccount<'a>,
    ) -> Call<'_, M, UpdateVirtualAccount<'a>> {
        self.call(update)
    }
}

impl Endpoint for UpdateVirtualAccount<'_> {
    type Output = VirtualAccount;
    const OPERATION: Operation = Operation::new("update_virtual_account", Method::PATCH, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        address::validate(&self.network, &self.wallet_address)?;
        ApiRequest::to(["v2", "virtual-account", self.id.as_str()])?.json(self)
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<VirtualAccount, DecodeError> {
        let object = response.object()?;
        object.require_id("id", self.id.as_str())?;
        let asked = [
            ("currency", self.destination_currency.as_str()),
            ("network", self.network.as_str()),
            ("walletAddress", &self.wallet_address),
        ];
        object.require_asked("destination", &asked)?;
        VirtualAccount::read(&object)
    }
}

impl fmt::Debug for UpdateVirtualAccount<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateVirtualAccount")
            .field("id", &self.id)
            .field("to", &self.destination_currency)
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}
