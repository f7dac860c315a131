//! `POST /v2/customer/{id}/kyc-link`: a new link for a customer of the link flow.

use http::Method;

use super::KycLink;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::values::LinkedCustomerId;

/// The call of [`Client::regenerate_kyc_link`].
#[derive(Debug, Clone, Copy)]
pub struct RegenerateKycLink<'a> {
    customer: &'a LinkedCustomerId,
}

impl<'a> RegenerateKycLink<'a> {
    /// The request for this customer.
    pub fn new(customer: &'a LinkedCustomerId) -> Self {
        Self { customer }
    }
}

impl<M: Mode> Client<M> {
    /// Asks for a new link for a customer of the link flow, for instance because the last one has expired.
    ///
    /// Asking twice makes two links, which is harmless ([`Safety::Repeatable`]); whether a new link ends an older one
    /// is not documented.
    ///
    /// Source: the contract, `POST /v2/customer/{id}/kyc-link` in its meaning of July 2026 (certain). Until then the
    /// same path meant something else.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, Error, LinkedCustomerId};
    ///
    /// async fn location(client: &Client, customer: &LinkedCustomerId) -> Result<String, Error> {
    ///     Ok(client.regenerate_kyc_link(customer).send().await?.into_url())
    /// }
    /// ```
    pub fn regenerate_kyc_link<'a>(
        &self,
        customer: &'a LinkedCustomerId,
    ) -> Call<'_, M, RegenerateKycLink<'a>> {
        self.call(RegenerateKycLink::new(customer))
    }
}

impl Endpoint for RegenerateKycLink<'_> {
    type Output = KycLink;
    const OPERATION: Operation = Operation::new("regenerate_kyc_link", Method::POST, Safety::Repeatable);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "customer", self.customer.as_str(), "kyc-link"])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<KycLink, DecodeError> {
        let members = response.object()?;
        // Until July 2026 the response had no id.
        members.check_id("customerId", self.customer.as_str())?;
        KycLink::read(&members, self.customer.clone())
    }
}
