//! `GET /v2/wallet`: wallets, a page at a time.

use http::Method;

use super::Wallet;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::pages::{ListQuery, Page, Paged, Pages};
use crate::values::CustomerId;

/// One page of wallets. [`Client::list_wallets`] asks for one after the other.
#[derive(Debug, Clone, Default)]
pub struct ListWallets {
    query: ListQuery,
}

impl ListWallets {
    /// The first page, without filters.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<M: Mode> Client<M> {
    /// Lists wallets, page by page or one by one. Nothing is sent before the first is asked for.
    ///
    /// While others create and delete wallets, one can be listed twice or not at all: the API numbers its pages.
    ///
    /// Source: the contract, `GET /v2/wallet` (certain; that it can be filtered by customer is inferred).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, CustomerId, Error};
    ///
    /// async fn print(client: &Client, customer: &CustomerId) -> Result<(), Error> {
    ///     let mut wallets = client.list_wallets().of_customer(customer);
    ///     while let Some(item) = wallets.next().await {
    ///         println!("{:?}", item?.id());
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn list_wallets(&self) -> Pages<'_, M, ListWallets> {
        Pages::new(self, ListWallets::new())
    }
}

impl<M: Mode> Pages<'_, M, ListWallets> {
    /// Only wallets of this customer.
    pub fn of_customer(self, customer: &CustomerId) -> Self {
        self.query("customerId", customer.as_str())
    }
}

impl Endpoint for ListWallets {
    type Output = Page<Wallet>;
    const OPERATION: Operation = Operation::new("list_wallets", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        Ok(self.query.write(ApiRequest::to(["v2", "wallet"])?))
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Page<Wallet>, DecodeError> {
        Page::read_of(&response.object()?, "data", "customerId", &self.query, Wallet::read)
    }
}

impl Paged for ListWallets {
    type Item = Wallet;

    fn query_mut(&mut self) -> &mut ListQuery {
        &mut self.query
    }
}
