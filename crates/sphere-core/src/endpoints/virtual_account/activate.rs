//! `PATCH /v2/virtual-account/{virtualAccountId}/deactivate` and `/reactivate`: whether a virtual account takes deposits.

use http::Method;

use super::VirtualAccount;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::values::VirtualAccountId;

/// The call of [`Client::deactivate_virtual_account`].
#[derive(Debug, Clone, Copy)]
pub struct DeactivateVirtualAccount<'a> {
    id: &'a VirtualAccountId,
}

impl<'a> DeactivateVirtualAccount<'a> {
    /// The request for this virtual account.
    pub fn new(id: &'a VirtualAccountId) -> Self {
        Self { id }
    }
}

impl<M: Mode> Client<M> {
    /// Stops taking deposits. A response that says otherwise is an error.
    ///
    /// It sets a state, so a call whose outcome is unknown is retried ([`Safety::Idempotent`], our reading).
    ///
    /// Source: the contract, `PATCH /v2/virtual-account/{virtualAccountId}/deactivate` (PATCH by its twin and an older page; one page has doubts).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::endpoints::VirtualAccount;
    /// use sphere_core::{Client, Error, VirtualAccountId};
    ///
    /// async fn stop(client: &Client, id: &VirtualAccountId) -> Result<VirtualAccount, Error> {
    ///     client.deactivate_virtual_account(id).send().await
    /// }
    /// ```
    pub fn deactivate_virtual_account<'a>(
        &self,
        id: &'a VirtualAccountId,
    ) -> Call<'_, M, DeactivateVirtualAccount<'a>> {
        self.call(DeactivateVirtualAccount::new(id))
    }
}

impl Endpoint for DeactivateVirtualAccount<'_> {
    type Output = VirtualAccount;
    const OPERATION: Operation =
        Operation::new("deactivate_virtual_account", Method::PATCH, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "virtual-account", self.id.as_str(), "deactivate"])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<VirtualAccount, DecodeError> {
        read(self.id, false, response)
    }
}

/// The call of [`Client::reactivate_virtual_account`].
#[derive(Debug, Clone, Copy)]
pub struct ReactivateVirtualAccount<'a> {
    id: &'a VirtualAccountId,
}

impl<'a> ReactivateVirtualAccount<'a> {
    /// The request for this virtual account.
    pub fn new(id: &'a VirtualAccountId) -> Self {
        Self { id }
    }
}

impl<M: Mode> Client<M> {
    /// Takes deposits again. A response that says otherwise is an error.
    ///
    /// It sets a state, so a call whose outcome is unknown is retried ([`Safety::Idempotent`], our reading).
    ///
    /// Source: the contract, `PATCH /v2/virtual-account/{virtualAccountId}/reactivate` (certain).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::endpoints::VirtualAccount;
    /// use sphere_core::{Client, Error, VirtualAccountId};
    ///
    /// async fn go_on(client: &Client, id: &VirtualAccountId) -> Result<VirtualAccount, Error> {
    ///     client.reactivate_virtual_account(id).send().await
    /// }
    /// ```
    pub fn reactivate_virtual_account<'a>(
        &self,
        id: &'a VirtualAccountId,
    ) -> Call<'_, M, ReactivateVirtualAccount<'a>> {
        self.call(ReactivateVirtualAccount::new(id))
    }
}

impl Endpoint for ReactivateVirtualAccount<'_> {
    type Output = VirtualAccount;
    const OPERATION: Operation =
        Operation::new("reactivate_virtual_account", Method::PATCH, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "virtual-account", self.id.as_str(), "reactivate"])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<VirtualAccount, DecodeError> {
        read(self.id, true, response)
    }
}

/// The account in the state that was asked for.
fn read(
    id: &VirtualAccountId,
    is_active: bool,
    response: &ApiResponse<'_>,
) -> Result<VirtualAccount, DecodeError> {
    let object = response.object()?;
    object.require_id("id", id.as_str())?;
    let account = VirtualAccount::read(&object)?;
    if account.is_active() != is_active {
        return Err(DecodeError::field("active", "is not what was asked for"));
    }
    Ok(account)
}
