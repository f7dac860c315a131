//! `GET /v2/virtual-account`: all virtual accounts.

use http::Method;

use super::VirtualAccount;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::pages::Page;

/// The call of [`Client::list_virtual_accounts`].
#[derive(Debug, Clone, Copy, Default)]
pub struct ListVirtualAccounts;

impl<M: Mode> Client<M> {
    /// Lists all virtual accounts, of all customers: this list has neither pages nor filters.
    ///
    /// Source: the contract, `GET /v2/virtual-account` (certain).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, CustomerId, Error};
    ///
    /// async fn print(client: &Client, customer: &CustomerId) -> Result<(), Error> {
    ///     for account in client.list_virtual_accounts().send().await?.into_items() {
    ///         if account.customer_id().as_ref() == Some(customer) {
    ///             println!("{}: active is {}", account.id(), account.is_active());
    ///         }
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn list_virtual_accounts(&self) -> Call<'_, M, ListVirtualAccounts> {
        self.call(ListVirtualAccounts)
    }
}

impl Endpoint for ListVirtualAccounts {
    type Output = Page<VirtualAccount>;
    const OPERATION: Operation = Operation::new("list_virtual_accounts", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "virtual-account"])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Page<VirtualAccount>, DecodeError> {
        Ok(Page::read_array(response.array()?, VirtualAccount::read))
    }
}
