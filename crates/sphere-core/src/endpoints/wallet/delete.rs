//! `DELETE /v2/wallet/{id}`: removes a wallet.

use http::Method;

use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::values::WalletId;

/// The call of [`Client::delete_wallet`].
#[derive(Debug, Clone, Copy)]
pub struct DeleteWallet<'a> {
    id: &'a WalletId,
}

impl<'a> DeleteWallet<'a> {
    /// The request for this wallet.
    pub fn new(id: &'a WalletId) -> Self {
        Self { id }
    }
}

impl<M: Mode> Client<M> {
    /// Removes a wallet. Gives the response's `ok`; what `false` would mean is not documented.
    ///
    /// It is retried ([`Safety::Idempotent`]), and a retry may find nothing: see
    /// [`delete_representative`](Self::delete_representative).
    ///
    /// Source: the contract, `DELETE /v2/wallet/{id}` (certain).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, Error, WalletId};
    ///
    /// async fn remove(client: &Client, id: &WalletId) -> Result<bool, Error> {
    ///     client.delete_wallet(id).send().await
    /// }
    /// ```
    pub fn delete_wallet<'a>(&self, id: &'a WalletId) -> Call<'_, M, DeleteWallet<'a>> {
        self.call(DeleteWallet::new(id))
    }
}

impl Endpoint for DeleteWallet<'_> {
    type Output = bool;
    const OPERATION: Operation = Operation::new("delete_wallet", Method::DELETE, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "wallet", self.id.as_str()])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<bool, DecodeError> {
        let object = response.object()?;
        object.check_id("id", self.id.as_str())?;
        object.required("ok")
    }
}
