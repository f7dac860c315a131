//! `POST /v2/customer/kyc-link`: creates a customer of the link flow.

use std::fmt;

use http::Method;
use serde::Serialize;

use super::LinkedCustomer;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::model::{Address, check};

/// The call of [`Client::create_linked_customer`]: a new customer of the link flow. `Debug` shows nothing of it.
#[derive(Clone, Serialize)]
pub struct CreateLinkedCustomer {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
}

impl CreateLinkedCustomer {
    /// An individual. The contract's sample has e-mail, phone and address as well; that they are required is inferred.
    pub fn individual() -> Self {
        Self { r#type: "individual", email: None, phone: None, address: None }
    }

    /// Adds the e-mail address.
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Adds the phone number, such as `+14155550123`.
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// Adds the address.
    pub fn address(mut self, address: Address) -> Self {
        self.address = Some(address);
        self
    }
}

impl<M: Mode> Client<M> {
    /// Creates a customer of the link flow, with a link to the page at which the customer does everything.
    ///
    /// These customers cannot be used with the operations on other customers, and the reverse; what the server responds
    /// when they are mixed is not documented. Creating twice makes two customers, so a call whose outcome is unknown is
    /// not retried ([`Safety::Once`]).
    ///
    /// Source: the contract, `POST /v2/customer/kyc-link` (certain; of the request's members only `type` was seen
    /// marked required, and of its values only `individual`; the success status is inferred, so any 2xx is accepted).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, Error};
    /// use sphere_core::endpoints::{CreateLinkedCustomer, LinkedCustomer};
    ///
    /// async fn start(client: &Client) -> Result<LinkedCustomer, Error> {
    ///     let customer = CreateLinkedCustomer::individual().email("jane.smith@example.com");
    ///     client.create_linked_customer(customer).send().await
    /// }
    /// ```
    pub fn create_linked_customer(
        &self,
        customer: CreateLinkedCustomer,
    ) -> Call<'_, M, CreateLinkedCustomer> {
        self.call(customer)
    }
}

impl Endpoint for CreateLinkedCustomer {
    type Output = LinkedCustomer;
    const OPERATION: Operation = Operation::new("create_linked_customer", Method::POST, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        self.email.as_deref().map_or(Ok(()), |email| check::email("email", email))?;
        self.phone.as_deref().map_or(Ok(()), |phone| check::visible("phone", phone))?;
        self.address.as_ref().map_or(Ok(()), Address::validate)?;
        ApiRequest::to(["v2", "customer", "kyc-link"])?.json(self)
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<LinkedCustomer, DecodeError> {
        LinkedCustomer::read(&response.object()?)
    }
}

impl fmt::Debug for CreateLinkedCustomer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateLinkedCustomer").finish_non_exhaustive()
    }
}
