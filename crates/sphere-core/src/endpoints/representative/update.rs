//! `PATCH /v2/business-representative/{id}`: changes a representative.

use std::fmt;

use http::Method;
use serde::Serialize;

use super::{RepresentationDetails, Representative};
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::model::{Address, PersonalInformation};
use crate::values::RepresentativeId;

/// The call of [`Client::update_representative`]: what to change. `Debug` shows the id only.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateRepresentative<'a> {
    #[serde(skip)]
    representative: &'a RepresentativeId,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    personal_information: Option<PersonalInformation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    representation_details: Option<RepresentationDetails>,
}

impl<'a> UpdateRepresentative<'a> {
    /// Changes nothing yet.
    pub fn new(representative: &'a RepresentativeId) -> Self {
        Self { representative, address: None, personal_information: None, representation_details: None }
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

    /// Replaces what the person is in the business. Whether members that are left out stay is not documented.
    pub fn representation_details(mut self, details: RepresentationDetails) -> Self {
        self.representation_details = Some(details);
        self
    }
}

impl<M: Mode> Client<M> {
    /// Changes a representative.
    ///
    /// A change replaces what it names, so a call whose outcome is unknown is not retried ([`Safety::Once`]).
    ///
    /// Source: the contract, `PATCH /v2/business-representative/{id}` (certain; the response is inferred).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Address, Client, Error, RepresentativeId};
    /// use sphere_core::endpoints::UpdateRepresentative;
    ///
    /// async fn moved(client: &Client, id: &RepresentativeId, address: Address) -> Result<(), Error> {
    ///     client.update_representative(UpdateRepresentative::new(id).address(address)).send().await?;
    ///     Ok(())
    /// }
    /// ```
    pub fn update_representative<'a>(
        &self,
        update: UpdateRepresentative<'a>,
    ) -> Call<'_, M, UpdateRepresentative<'a>> {
        self.call(update)
    }
}

impl Endpoint for UpdateRepresentative<'_> {
    type Output = Representative;
    const OPERATION: Operation = Operation::new("update_representative", Method::PATCH, Safety::Once);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        self.address.as_ref().map_or(Ok(()), Address::validate)?;
        self.personal_information.as_ref().map_or(Ok(()), PersonalInformation::validate)?;
        ApiRequest::to(["v2", "business-representative", self.representative.as_str()])?.json(self)
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Representative, DecodeError> {
        Representative::read_of(&response.object()?, self.representative)
    }
}

impl fmt::Debug for UpdateRepresentative<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateRepresentative")
            .field("representative", &self.representative)
            .finish_non_exhaustive()
    }
}
