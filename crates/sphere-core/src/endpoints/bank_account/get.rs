//! `GET /v2/bank-account/{id}`: a bank account of a customer.

use http::Method;

use super::BankAccount;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::values::BankAccountId;

/// The call of [`Client::get_bank_account`].
#[derive(Debug, Clone, Copy)]
pub struct GetBankAccount<'a> {
    id: &'a BankAccountId,
}

impl<'a> GetBankAccount<'a> {
    /// The request for this bank account.
    pub fn new(id: &'a BankAccountId) -> Self {
        Self { id }
    }
}

impl<M: Mode> Client<M> {
    /// Gets a bank account.
    ///
    /// Source: the contract, `GET /v2/bank-account/{id}` (certain; of the response only the id is required).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, Error, BankAccountId};
    /// use sphere_core::endpoints::BankAccount;
    ///
    /// async fn read(client: &Client, id: &BankAccountId) -> Result<BankAccount, Error> {
    ///     client.get_bank_account(id).send().await
    /// }
    /// ```
    pub fn get_bank_account<'a>(&self, id: &'a BankAccountId) -> Call<'_, M, GetBankAccount<'a>> {
        self.call(GetBankAccount::new(id))
    }
}

impl Endpoint for GetBankAccount<'_> {
    type Output = BankAccount;
    const OPERATION: Operation = Operation::new("get_bank_account", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "bank-account", self.id.as_str()])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<BankAccount, DecodeError> {
        let object = response.object()?;
        object.require_id("id", self.id.as_str())?;
        BankAccount::read(&object)
    }
}
