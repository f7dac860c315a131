//! `PATCH /v2/customer/{id}`: changes an individual customer.

use std::fmt;

use http::Method;
use serde::Serialize;

use super::Customer;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::model::{Address, Meta, PersonalInformation};
use crate::values::CustomerId;

/// The call of [`Client::update_customer`]: what to change. `Debug` shows the id only.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateCustomer<'a> {
    #[serde(skip)]
    customer: &'a CustomerId,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    personal_information: Option<PersonalInformation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Meta>,
}

impl<'a> UpdateCustomer<'a> {
    /// Changes nothing yet.
    pub fn new(customer: &'a CustomerId) -> Self {
        Self { customer, address: None, personal_information: None, meta: None }
    }

    /// Replaces the address.
    pub fn address(mut self, address: Address) -> Self {
        self.address = Some(address);
        self
    }

    /// Replaces personal information. Whether members that are left out stay is not documented.
    pub fn personal_information(mut self, personal_information: PersonalInformation) -> Self {
        self.personal_information = Some(personal_information);
        self
    }

    /// Replaces the whole of `meta`, not only the names in this map.
    pub fn meta(mut self, meta: Meta) -> Self {
        self.meta = Some(meta);
        self
    }
}

impl<M: Mode> Client<M> {
    /// Changes an individual customer.
    ///
    /// A change replaces what it names, so a call whose outcome is unknown is not retried ([`Safety::Once`]): somebody
    /// else may have changed the customer in between. Once the identity was submitted for review, the server refuses to
    /// change it, with 400.
    ///
    /// Source: the contract, `PATCH /v2/customer/{id}` (certain; the response is inferred).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, Customer, CustomerId, Error, Meta, UpdateCustomer};
    ///
    /// async fn mark(client: &Client, id: &CustomerId) -> Result<Customer, Error> {
    ///     client.update_customer(UpdateCustomer::new(id).meta(Meta::new().with("plan", "gold"))).send().await
    /// }
    /// ```
    pub fn update_customer<'a>(&self, update: UpdateCustomer<'a>) -> Call<'_, M, UpdateCustomer<'a>> {
        self.call(update)
    }
}

impl Endpoint for UpdateCustomer<'_> {
    type Output = Customer;
    const OPERATION: Operation = Operation::new("update_customer", Method::PATCH, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        self.address.as_ref().map_or(Ok(()), Address::validate)?;
        self.personal_information.as_ref().map_or(Ok(()), PersonalInformation::validate)?;
        self.meta.as_ref().map_or(Ok(()), Meta::validate)?;
        ApiRequest::to(["v2", "customer", self.customer.as_str()])?.json(self)
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Customer, DecodeError> {
        Customer::read_of(&response.object()?, self.customer)
    }
}

impl fmt::Debug for UpdateCustomer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateCustomer").field("customer", &self.customer).finish_non_exhaustive()
    }
}
