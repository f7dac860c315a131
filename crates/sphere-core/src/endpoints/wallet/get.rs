//! `GET /v2/wallet/{id}`: a wallet of a customer.

use http::Method;

use super::Wallet;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::values::WalletId;

/// The call of [`Client::get_wallet`].
#[derive(Debug, Clone, Copy)]
pub struct GetWallet<'a> {
    id: &'a WalletId,
}

impl<'a> GetWallet<'a> {
    /// The request for this wallet.
    pub fn new(id: &'a WalletId) -> Self {
        Self { id }
    }
}

impl<M: Mode> Client<M> {
    /// Gets a wallet.
    ///
    /// Source: the contract, `GET /v2/wallet/{id}` (its page was not seen: third parties report it).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, Error, WalletId};
    /// use sphere_core::endpoints::Wallet;
    ///
    /// async fn read(client: &Client, id: &WalletId) -> Result<Wallet, Error> {
    ///     client.get_wallet(id).send().await
    /// }
    /// ```
    pub fn get_wallet<'a>(&self, id: &'a WalletId) -> Call<'_, M, GetWallet<'a>> {
        self.call(GetWallet::new(id))
    }
}

impl Endpoint for GetWallet<'_> {
    type Output = Wallet;
    const OPERATION: Operation = Operation::new("get_wallet", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "wallet", self.id.as_str()])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Wallet, DecodeError> {
        let object = response.object()?;
        object.require_id("id", self.id.as_str())?;
        Wallet::read(&object)
    }
}
