//! `GET /v2/offloader-wallet/{id}`: an offloader wallet.

use http::Method;

use super::OffloaderWallet;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::values::OffloaderWalletId;

/// The call of [`Client::get_offloader_wallet`].
#[derive(Debug, Clone, Copy)]
pub struct GetOffloaderWallet<'a> {
    id: &'a OffloaderWalletId,
}

impl<'a> GetOffloaderWallet<'a> {
    /// The request for this offloader wallet.
    pub fn new(id: &'a OffloaderWalletId) -> Self {
        Self { id }
    }
}

impl<M: Mode> Client<M> {
    /// Gets an offloader wallet.
    ///
    /// Source: the contract, `GET /v2/offloader-wallet/{id}` (certain; of the response only the id is required).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::endpoints::OffloaderWallet;
    /// use sphere_core::{Client, Error, OffloaderWalletId};
    ///
    /// async fn read(client: &Client, id: &OffloaderWalletId) -> Result<OffloaderWallet, Error> {
    ///     client.get_offloader_wallet(id).send().await
    /// }
    /// ```
    pub fn get_offloader_wallet<'a>(&self, id: &'a OffloaderWalletId) -> Call<'_, M, GetOffloaderWallet<'a>> {
        self.call(GetOffloaderWallet::new(id))
    }
}

impl Endpoint for GetOffloaderWallet<'_> {
    type Output = OffloaderWallet;
    const OPERATION: Operation = Operation::new("get_offloader_wallet", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "offloader-wallet", self.id.as_str()])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<OffloaderWallet, DecodeError> {
        let object = response.object()?;
        object.require_id("id", self.id.as_str())?;
        OffloaderWallet::read(&object)
    }
}
