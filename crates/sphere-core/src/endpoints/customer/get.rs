//! `GET /v2/customer/{id}`: a customer with its verification profiles.

use http::Method;

use super::Customer;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::values::CustomerId;

/// The call of [`Client::get_customer`].
#[derive(Debug, Clone, Copy)]
pub struct GetCustomer<'a> {
    customer: &'a CustomerId,
}

impl<'a> GetCustomer<'a> {
    /// The request for this customer.
    pub fn new(customer: &'a CustomerId) -> Self {
        Self { customer }
    }
}

impl<M: Mode> Client<M> {
    /// Gets a customer with its verification profiles.
    ///
    /// To wait for an outcome, use [`wait_for_face_check`](Self::wait_for_face_check) or
    /// [`wait_for_approval`](Self::wait_for_approval), which read this at a polite rate.
    ///
    /// Source: the contract, `GET /v2/customer/{id}` (certain). An id that the server does not take for one is answered
    /// with 422 by an error table of May 2026.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, CustomerId, Error};
    ///
    /// async fn print(client: &Client, id: &CustomerId) -> Result<(), Error> {
    ///     for profile in client.get_customer(id).send().await?.verification_profiles() {
    ///         println!("{}: {}, {:?}", profile.name(), profile.status(), profile.face_check().verdict());
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn get_customer<'a>(&self, customer: &'a CustomerId) -> Call<'_, M, GetCustomer<'a>> {
        self.call(GetCustomer::new(customer))
    }
}

impl Endpoint for GetCustomer<'_> {
    type Output = Customer;
    const OPERATION: Operation = Operation::new("get_customer", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "customer", self.customer.as_str()])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Customer, DecodeError> {
        Customer::read_of(&response.object()?, self.customer)
    }
}
