//! `GET /v2/transfer/{id}`: a transfer, with its status.

use http::Method;

use super::Transfer;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::values::TransferId;

/// The call of [`Client::get_transfer`].
#[derive(Debug, Clone, Copy)]
pub struct GetTransfer<'a> {
    id: &'a TransferId,
}

impl<'a> GetTransfer<'a> {
    /// The request for this transfer.
    pub fn new(id: &'a TransferId) -> Self {
        Self { id }
    }
}

impl<M: Mode> Client<M> {
    /// Gets a transfer.
    ///
    /// Source: the contract, `GET /v2/transfer/{id}` (certain; of the response only the id is required).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, Error, TransferId};
    /// use sphere_core::endpoints::Transfer;
    ///
    /// async fn read(client: &Client, id: &TransferId) -> Result<Transfer, Error> {
    ///     client.get_transfer(id).send().await
    /// }
    /// ```
    pub fn get_transfer<'a>(&self, id: &'a TransferId) -> Call<'_, M, GetTransfer<'a>> {
        self.call(GetTransfer::new(id))
    }
}

impl Endpoint for GetTransfer<'_> {
    type Output = Transfer;
    const OPERATION: Operation = Operation::new("get_transfer", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "transfer", self.id.as_str()])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Transfer, DecodeError> {
        let object = response.object()?;
        object.require_id("id", self.id.as_str())?;
        Transfer::read(&object)
    }
}
