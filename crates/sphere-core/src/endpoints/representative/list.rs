//! `GET /v2/business-representative`: representatives, a page at a time.

use http::Method;

use super::Representative;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::pages::{ListQuery, Page, Paged, Pages};
use crate::values::CustomerId;

/// One page of representatives. [`Client::list_representatives`] asks for one after the other.
#[derive(Debug, Clone, Default)]
pub struct ListRepresentatives {
    query: ListQuery,
}

impl ListRepresentatives {
    /// The first page, without filters.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<M: Mode> Client<M> {
    /// Lists representatives, page by page or one by one. Nothing is sent before the first is asked for.
    ///
    /// While others create and delete representatives, one can be listed twice or not at all: the API numbers its pages
    /// and promises no order.
    ///
    /// Source: the contract, `GET /v2/business-representative` (certain; the response is inferred).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, CustomerId, Error};
    ///
    /// async fn print(client: &Client, business: &CustomerId) -> Result<(), Error> {
    ///     let mut representatives = client.list_representatives().of_customer(business);
    ///     while let Some(representative) = representatives.next().await {
    ///         println!("{:?}", representative?.id());
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn list_representatives(&self) -> Pages<'_, M, ListRepresentatives> {
        Pages::new(self, ListRepresentatives::new())
    }
}

impl<M: Mode> Pages<'_, M, ListRepresentatives> {
    /// Only representatives of this business.
    pub fn of_customer(self, customer: &CustomerId) -> Self {
        self.query("customerId", customer.as_str())
    }
}

impl Endpoint for ListRepresentatives {
    type Output = Page<Representative>;
    const OPERATION: Operation = Operation::new("list_representatives", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        Ok(self.query.write(ApiRequest::to(["v2", "business-representative"])?))
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Page<Representative>, DecodeError> {
        Page::read_of(&response.object()?, "data", "customerId", &self.query, Representative::read)
    }
}

impl Paged for ListRepresentatives {
    type Item = Representative;

    fn query_mut(&mut self) -> &mut ListQuery {
        &mut self.query
    }
}
