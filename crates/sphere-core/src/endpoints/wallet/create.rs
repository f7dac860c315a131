//! `POST /v2/wallet`: registers a customer's wallet.

use std::fmt;

use http::Method;
use serde::Serialize;

use super::Wallet;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::money::{Network, address};
use crate::values::CustomerId;

/// The call of [`Client::create_wallet`]. `Debug` shows customer and network only.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateWallet<'a> {
    customer_id: &'a CustomerId,
    address: String,
    network: Network,
}

impl<'a> CreateWallet<'a> {
    /// A wallet of this customer. The address is sent byte for byte; one that has the shape of another network, or an
    /// invisible character, is refused when the call is sent.
    pub fn new(customer: &'a CustomerId, network: Network, address: impl Into<String>) -> Self {
        Self { customer_id: customer, address: address.into(), network }
    }
}

impl<M: Mode> Client<M> {
    /// Registers a customer's existing wallet.
    ///
    /// Creating twice may make two, so a call whose outcome is unknown is not retried ([`Safety::Once`]): look through
    /// [`list_wallets`](Self::list_wallets) of the customer before you create again.
    ///
    /// Source: the contract, `POST /v2/wallet` (certain). Of the response only the id is required.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::endpoints::{CreateWallet, Wallet};
    /// use sphere_core::money::Network;
    /// use sphere_core::{Client, CustomerId, Error};
    ///
    /// async fn register(client: &Client, customer: &CustomerId) -> Result<Wallet, Error> {
    ///     let address = "0x0Cd3dADeDC7B32FC212e9EAB2EF83c98e990aAFf";
    ///     client.create_wallet(CreateWallet::new(customer, Network::Base, address)).send().await
    /// }
    /// ```
    pub fn create_wallet<'a>(&self, wallet: CreateWallet<'a>) -> Call<'_, M, CreateWallet<'a>> {
        self.call(wallet)
    }
}

impl Endpoint for CreateWallet<'_> {
    type Output = Wallet;
    const OPERATION: Operation = Operation::new("create_wallet", Method::POST, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        address::validate(&self.network, &self.address)?;
        ApiRequest::to(["v2", "wallet"])?.json(self)
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Wallet, DecodeError> {
        let object = response.object()?;
        object.check_id("customerId", self.customer_id.as_str())?;
        Wallet::read(&object)
    }
}

impl fmt::Debug for CreateWallet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { customer_id, network, .. } = self;
        f.debug_struct("CreateWallet")
            .field("customer", customer_id)
            .field("network", network)
            .finish_non_exhaustive()
    }
}
