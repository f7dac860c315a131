//! `GET /v2/virtual-account/{id}`: a virtual account.

use http::Method;

use super::VirtualAccount;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::values::VirtualAccountId;

/// The call of [`Client::get_virtual_account`].
#[derive(Debug, Clone, Copy)]
pub struct GetVirtualAccount<'a> {
    id: &'a VirtualAccountId,
}

impl<'a> GetVirtualAccount<'a> {
    /// The request for this virtual account.
    pub fn new(id: &'a VirtualAccountId) -> Self {
        Self { id }
    }
}

impl<M: Mode> Client<M> {
    /// Gets a virtual account.
    ///
    /// Source: the contract, `GET /v2/virtual-account/{id}` (certain; the SDK requires id and state only).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::endpoints::VirtualAccount;
    /// use sphere_core::{Client, Error, VirtualAccountId};
    ///
    /// async fn read(client: &Client, id: &VirtualAccountId) -> Result<VirtualAccount, Error> {
    ///     client.get_virtual_account(id).send().await
    /// }
    /// ```
    pub fn get_virtual_account<'a>(&self, id: &'a VirtualAccountId) -> Call<'_, M, GetVirtualAccount<'a>> {
        self.call(GetVirtualAccount::new(id))
    }
}

impl Endpoint for GetVirtualAccount<'_> {
    type Output = VirtualAccount;
    const OPERATION: Operation = Operation::new("get_virtual_account", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "virtual-account", self.id.as_str()])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<VirtualAccount, DecodeError> {
        let object = response.object()?;
        object.require_id("id", self.id.as_str())?;
        VirtualAccount::read(&object)
    }
}
