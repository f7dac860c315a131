//! `GET /v2/bank-account`: bank accounts, a page at a time.

use http::Method;

use super::BankAccount;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::pages::{ListQuery, Page, Paged, Pages};
use crate::values::CustomerId;

/// One page of bank accounts. [`Client::list_bank_accounts`] asks for one after the other.
#[derive(Debug, Clone, Default)]
pub struct ListBankAccounts {
    query: ListQuery,
}

impl ListBankAccounts {
    /// The first page, without filters.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<M: Mode> Client<M> {
    /// Lists bank accounts, page by page or one by one. Nothing is sent before the first is asked for.
    ///
    /// While others create and delete bank accounts, one can be listed twice or not at all: the API numbers its pages.
    ///
    /// Source: the contract, `GET /v2/bank-account` (certain; newest first by a page of May 2026).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, CustomerId, Error};
    ///
    /// async fn print(client: &Client, customer: &CustomerId) -> Result<(), Error> {
    ///     let mut bank_accounts = client.list_bank_accounts().of_customer(customer);
    ///     while let Some(item) = bank_accounts.next().await {
    ///         println!("{:?}", item?.id());
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn list_bank_accounts(&self) -> Pages<'_, M, ListBankAccounts> {
        Pages::new(self, ListBankAccounts::new())
    }
}

impl<M: Mode> Pages<'_, M, ListBankAccounts> {
    /// Only bank accounts of this customer.
    pub fn of_customer(self, customer: &CustomerId) -> Self {
        self.query("customerId", customer.as_str())
    }
}

impl Endpoint for ListBankAccounts {
    type Output = Page<BankAccount>;
    const OPERATION: Operation = Operation::new("list_bank_accounts", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        Ok(self.query.write(ApiRequest::to(["v2", "bank-account"])?))
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Page<BankAccount>, DecodeError> {
        Page::read_of(&response.object()?, "data", "customerId", &self.query, BankAccount::read)
    }
}

impl Paged for ListBankAccounts {
    type Item = BankAccount;

    fn query_mut(&mut self) -> &mut ListQuery {
        &mut self.query
    }
}
