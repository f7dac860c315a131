//! `POST /v2/business-representative`: adds a representative to a business customer.

use std::fmt;

use http::Method;
use serde::Serialize;

use super::{RepresentationDetails, Representative};
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::model::{Address, PersonalInformation, check};
use crate::values::CustomerId;

/// The call of [`Client::create_representative`]: a new representative. `Debug` shows the customer's id only.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateRepresentative<'a> {
    customer_id: &'a CustomerId,
    r#type: &'static str,
    email: String,
    phone: String,
    address: Address,
    #[serde(skip_serializing_if = "Option::is_none")]
    personal_information: Option<PersonalInformation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    representation_details: Option<RepresentationDetails>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    middle_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_of_birth: Option<String>,
}

impl<'a> CreateRepresentative<'a> {
    /// A representative of this business, with what the contract requires: an e-mail address of at most 254 characters,
    /// a phone number of a plus and 7 to 15 digits, and an address.
    pub fn individual(
        customer: &'a CustomerId,
        email: impl Into<String>,
        phone: impl Into<String>,
        address: Address,
    ) -> Self {
        Self {
            customer_id: customer,
            r#type: "individual",
            email: email.into(),
            phone: phone.into(),
            address,
            personal_information: None,
            representation_details: None,
            first_name: None,
            middle_name: None,
            last_name: None,
            date_of_birth: None,
        }
    }

    /// Adds personal information. Optional on most pages and required on one: better sent.
    pub fn personal_information(mut self, personal_information: PersonalInformation) -> Self {
        self.personal_information = Some(personal_information);
        self
    }

    /// Adds what the person is in the business. Optional on most pages and required on one: better sent.
    pub fn representation_details(mut self, details: RepresentationDetails) -> Self {
        self.representation_details = Some(details);
        self
    }

    /// Adds the first name.
    pub fn first_name(mut self, name: impl Into<String>) -> Self {
        self.first_name = Some(name.into());
        self
    }

    /// Adds the middle name.
    pub fn middle_name(mut self, name: impl Into<String>) -> Self {
        self.middle_name = Some(name.into());
        self
    }

    /// Adds the last name.
    pub fn last_name(mut self, name: impl Into<String>) -> Self {
        self.last_name = Some(name.into());
        self
    }

    /// Adds the date of birth, such as `1990-12-31`.
    pub fn date_of_birth(mut self, date: impl Into<String>) -> Self {
        self.date_of_birth = Some(date.into());
        self
    }
}

impl<M: Mode> Client<M> {
    /// Adds a representative to a business customer.
    ///
    /// Creating twice makes two representatives, so a call whose outcome is unknown is not retried ([`Safety::Once`]):
    /// look through [`list_representatives`](Self::list_representatives) of the customer before you create again.
    ///
    /// Source: the contract, `POST /v2/business-representative` (certain; its success status was never seen, so any 2xx
    /// is accepted).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Address, Client, CustomerId, Error};
    /// use sphere_core::endpoints::{CreateRepresentative, RepresentationDetails, Representative};
    ///
    /// async fn owner(client: &Client, business: &CustomerId, address: Address) -> Result<Representative, Error> {
    ///     let owner = CreateRepresentative::individual(business, "ada@example.com", "+14155550123", address)
    ///         .representation_details(RepresentationDetails::new().with_roles(["ubo"]));
    ///     client.create_representative(owner).send().await
    /// }
    /// ```
    pub fn create_representative<'a>(
        &self,
        representative: CreateRepresentative<'a>,
    ) -> Call<'_, M, CreateRepresentative<'a>> {
        self.call(representative)
    }
}

impl Endpoint for CreateRepresentative<'_> {
    type Output = Representative;
    const OPERATION: Operation = Operation::new("create_representative", Method::POST, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        check::email("email", &self.email)?;
        check::phone("phone", &self.phone)?;
        self.address.validate()?;
        self.personal_information.as_ref().map_or(Ok(()), PersonalInformation::validate)?;
        ApiRequest::to(["v2", "business-representative"])?.json(self)
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Representative, DecodeError> {
        let object = response.object()?;
        object.check_id("customerId", self.customer_id.as_str())?;
        Representative::read(&object)
    }
}

impl fmt::Debug for CreateRepresentative<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateRepresentative").field("customer", &self.customer_id).finish_non_exhaustive()
    }
}
