//! `POST /v2/customer`: creates an individual customer of the direct flow.

use std::fmt;

use http::Method;
use serde::Serialize;

use super::Customer;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::model::{Address, Meta, PersonalInformation, check};

/// The call of [`Client::create_customer`]: a new individual customer. `Debug` shows nothing of it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateCustomer {
    r#type: &'static str,
    email: String,
    phone: String,
    address: Address,
    #[serde(skip_serializing_if = "Option::is_none")]
    personal_information: Option<PersonalInformation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Meta>,
}

impl CreateCustomer {
    /// An individual with what the contract requires: an e-mail address of at most 254 characters, a phone number of a
    /// plus and 7 to 15 digits, and an address.
    pub fn individual(email: impl Into<String>, phone: impl Into<String>, address: Address) -> Self {
        let (email, phone) = (email.into(), phone.into());
        Self { r#type: "individual", email, phone, address, personal_information: None, meta: None }
    }

    /// Adds personal information.
    pub fn personal_information(mut self, personal_information: PersonalInformation) -> Self {
        self.personal_information = Some(personal_information);
        self
    }

    /// Adds your own data.
    pub fn meta(mut self, meta: Meta) -> Self {
        self.meta = Some(meta);
        self
    }
}

impl<M: Mode> Client<M> {
    /// Creates an individual customer.
    ///
    /// Creating twice makes two customers, so a call whose outcome is unknown is not retried ([`Safety::Once`]). If
    /// [`Error::may_have_been_processed`](crate::Error::may_have_been_processed) says so, look for the customer by
    /// e-mail address before you create again:
    ///
    /// ```
    /// use sphere_core::{Client, Customer, CreateCustomer, Error};
    ///
    /// async fn create(client: &Client, email: &str, new: CreateCustomer) -> Result<Vec<Customer>, Error> {
    ///     let error = match client.create_customer(new).send().await {
    ///         Ok(customer) => return Ok(vec![customer]),
    ///         Err(error) => error,
    ///     };
    ///     if !error.may_have_been_processed() {
    ///         return Err(error);
    ///     }
    ///     // Show these to a person, who decides: nothing here creates a second customer.
    ///     let mut candidates = Vec::new();
    ///     let mut found = client.list_customers().email(email);
    ///     while let Some(customer) = found.next().await {
    ///         candidates.push(customer?);
    ///     }
    ///     Ok(candidates)
    /// }
    /// ```
    ///
    /// No candidate does not prove that there will be none: how soon a new customer is listed, and whether two
    /// customers may share an e-mail address, is not documented.
    ///
    /// Source: the contract, `POST /v2/customer` (certain; its success status was never seen, so any 2xx is accepted,
    /// and of the response only the id is required).
    /// Creating a business is not known well enough to be offered.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Address, Client, CreateCustomer, Customer, Error};
    ///
    /// async fn create(client: &Client) -> Result<Customer, Error> {
    ///     let address = Address::new()
    ///         .with_line1("233 South Wacker Drive")
    ///         .with_city("Chicago")
    ///         .with_state("IL")
    ///         .with_postal_code("60606")
    ///         .with_country("USA");
    ///     let jane = CreateCustomer::individual("jane.smith@example.com", "+14155550123", address);
    ///     client.create_customer(jane).send().await
    /// }
    /// ```
    pub fn create_customer(&self, customer: CreateCustomer) -> Call<'_, M, CreateCustomer> {
        self.call(customer)
    }
}

impl Endpoint for CreateCustomer {
    type Output = Customer;
    const OPERATION: Operation = Operation::new("create_customer", Method::POST, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        check::email("email", &self.email)?;
        check::phone("phone", &self.phone)?;
        self.address.validate()?;
        self.personal_information.as_ref().map_or(Ok(()), PersonalInformation::validate)?;
        self.meta.as_ref().map_or(Ok(()), Meta::validate)?;
        ApiRequest::to(["v2", "customer"])?.json(self)
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Customer, DecodeError> {
        Customer::read(&response.object()?)
    }
}

impl fmt::Debug for CreateCustomer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateCustomer").finish_non_exhaustive()
    }
}
