//! `PATCH /v2/bank-account/{id}`: the payment systems that a bank account takes part in.

use http::Method;
use serde::Serialize;

use super::BankAccount;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::money::Network;
use crate::values::BankAccountId;

/// The call of [`Client::update_bank_account`].
#[derive(Debug, Clone, Serialize)]
pub struct UpdateBankAccount<'a> {
    #[serde(skip)]
    id: &'a BankAccountId,
    networks: Vec<Network>,
}

impl<'a> UpdateBankAccount<'a> {
    /// Gives the account these payment systems instead of those it has. None at all is refused when the call is sent.
    pub fn new(id: &'a BankAccountId, networks: impl IntoIterator<Item = Network>) -> Self {
        Self { id, networks: networks.into_iter().collect() }
    }
}

impl<M: Mode> Client<M> {
    /// Changes the payment systems of a bank account: nothing else of it can be changed.
    ///
    /// A call whose outcome is unknown is not retried ([`Safety::Once`], our reading): read the account.
    ///
    /// Source: the contract, `PATCH /v2/bank-account/{id}` (certain; of the response only the id is required).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::endpoints::{BankAccount, UpdateBankAccount};
    /// use sphere_core::money::Network;
    /// use sphere_core::{BankAccountId, Client, Error};
    ///
    /// async fn add_wires(client: &Client, id: &BankAccountId) -> Result<BankAccount, Error> {
    ///     client.update_bank_account(UpdateBankAccount::new(id, [Network::Ach, Network::Wire])).send().await
    /// }
    /// ```
    pub fn update_bank_account<'a>(
        &self,
        update: UpdateBankAccount<'a>,
    ) -> Call<'_, M, UpdateBankAccount<'a>> {
        self.call(update)
    }
}

impl Endpoint for UpdateBankAccount<'_> {
    type Output = BankAccount;
    const OPERATION: Operation = Operation::new("update_bank_account", Method::PATCH, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        if self.networks.is_empty() {
            return Err(InvalidRequest::new("networks", "is empty"));
        }
        ApiRequest::to(["v2", "bank-account", self.id.as_str()])?.json(self)
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<BankAccount, DecodeError> {
        let object = response.object()?;
        object.require_id("id", self.id.as_str())?;
        BankAccount::read(&object)
    }
}
