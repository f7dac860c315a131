//! `GET /v2/customer`: customers, a page at a time.

use http::Method;

use super::{Customer, CustomerType};
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::pages::{ListQuery, Page, Paged, Pages};
use crate::verification::ProfileStatus;

/// One page of customers. [`Client::list_customers`] asks for one after the other.
#[derive(Debug, Clone, Default)]
pub struct ListCustomers {
    query: ListQuery,
}

impl ListCustomers {
    /// The first page, without filters.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<M: Mode> Client<M> {
    /// Lists customers, page by page or one by one. Nothing is sent before the first is asked for.
    ///
    /// While others create and delete customers, one can be listed twice or not at all: the API numbers its pages and
    /// promises no order.
    ///
    /// Source: the contract, `GET /v2/customer` (certain; a page of June 2026 marks `customers` and `pagination` as
    /// required, and the published list of parameters is cut off after `email`). How customers can be sorted is not
    /// documented.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, Error};
    ///
    /// async fn print(client: &Client) -> Result<(), Error> {
    ///     let mut customers = client.list_customers().search("smith").limit(50);
    ///     while let Some(customer) = customers.next().await {
    ///         println!("{}", customer?.id());
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// The blocking client's is an iterator:
    ///
    /// ```
    /// use sphere_core::{Error, blocking::Client};
    ///
    /// fn print(client: &Client) -> Result<(), Error> {
    ///     for customer in client.list_customers().email("jane.smith@example.com") {
    ///         println!("{}", customer?.id());
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn list_customers(&self) -> Pages<'_, M, ListCustomers> {
        Pages::new(self, ListCustomers::new())
    }
}

impl<M: Mode> Pages<'_, M, ListCustomers> {
    /// Only customers with exactly this e-mail address.
    pub fn email(self, email: &str) -> Self {
        self.query("email", email)
    }

    /// Only customers in whose name, trade name or e-mail address this occurs: 1 to 255 characters.
    pub fn search(self, text: &str) -> Self {
        self.query("search", text)
    }

    /// Only customers with this status. By a table of May 2026; what it means for a customer with several profiles is
    /// not documented.
    pub fn status(self, status: &ProfileStatus) -> Self {
        self.query("status", status.as_str())
    }

    /// Only individuals, or only businesses. By a table of May 2026.
    pub fn customer_type(self, customer_type: &CustomerType) -> Self {
        self.query("type", customer_type.as_str())
    }
}

impl Endpoint for ListCustomers {
    type Output = Page<Customer>;
    const OPERATION: Operation = Operation::new("list_customers", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        if let Some(text) = self.query.get("search") {
            if !(1..=255).contains(&text.chars().count()) {
                return Err(InvalidRequest::new("search", "does not have 1 to 255 characters"));
            }
        }
        Ok(self.query.write(ApiRequest::to(["v2", "customer"])?))
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Page<Customer>, DecodeError> {
        Page::read(&response.object()?, "customers", Customer::read)
    }
}

impl Paged for ListCustomers {
    type Item = Customer;

    fn query_mut(&mut self) -> &mut ListQuery {
        &mut self.query
    }
}
