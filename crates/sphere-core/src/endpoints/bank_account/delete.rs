//! `DELETE /v2/bank-account/{id}`: removes a bank account.

use http::Method;

use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::values::BankAccountId;

/// The call of [`Client::delete_bank_account`].
#[derive(Debug, Clone, Copy)]
pub struct DeleteBankAccount<'a> {
    id: &'a BankAccountId,
}

impl<'a> DeleteBankAccount<'a> {
    /// The request for this bank account.
    pub fn new(id: &'a BankAccountId) -> Self {
        Self { id }
    }
}

impl<M: Mode> Client<M> {
    /// Removes a bank account. Not possible while transfers with it are on their way. Gives the response's `ok`; what `false` would mean is not documented.
    ///
    /// It is retried ([`Safety::Idempotent`]), and a retry may find nothing: see
    /// [`delete_representative`](Self::delete_representative).
    ///
    /// Source: the contract, `DELETE /v2/bank-account/{id}` (certain).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, Error, BankAccountId};
    ///
    /// async fn remove(client: &Client, id: &BankAccountId) -> Result<bool, Error> {
    ///     client.delete_bank_account(id).send().await
    /// }
    /// ```
    pub fn delete_bank_account<'a>(&self, id: &'a BankAccountId) -> Call<'_, M, DeleteBankAccount<'a>> {
        self.call(DeleteBankAccount::new(id))
    }
}

impl Endpoint for DeleteBankAccount<'_> {
    type Output = bool;
    const OPERATION: Operation = Operation::new("delete_bank_account", Method::DELETE, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "bank-account", self.id.as_str()])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<bool, DecodeError> {
        let object = response.object()?;
        object.check_id("id", self.id.as_str())?;
        object.required("ok")
    }
}
