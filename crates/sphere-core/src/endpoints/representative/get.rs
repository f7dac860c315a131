//! `GET /v2/business-representative/{id}`: a representative with its verification profiles.

use http::Method;

use super::Representative;
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::values::RepresentativeId;

/// The call of [`Client::get_representative`].
#[derive(Debug, Clone, Copy)]
pub struct GetRepresentative<'a> {
    representative: &'a RepresentativeId,
}

impl<'a> GetRepresentative<'a> {
    /// The request for this representative.
    pub fn new(representative: &'a RepresentativeId) -> Self {
        Self { representative }
    }
}

impl<M: Mode> Client<M> {
    /// Gets a representative with its verification profiles.
    ///
    /// Source: the contract, `GET /v2/business-representative/{id}` (certain; the response is inferred).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, Error, RepresentativeId};
    ///
    /// async fn print(client: &Client, id: &RepresentativeId) -> Result<(), Error> {
    ///     for profile in client.get_representative(id).send().await?.verification_profiles() {
    ///         println!("{}: {}", profile.name(), profile.status());
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn get_representative<'a>(
        &self,
        representative: &'a RepresentativeId,
    ) -> Call<'_, M, GetRepresentative<'a>> {
        self.call(GetRepresentative::new(representative))
    }
}

impl Endpoint for GetRepresentative<'_> {
    type Output = Representative;
    const OPERATION: Operation = Operation::new("get_representative", Method::GET, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "business-representative", self.representative.as_str()])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Representative, DecodeError> {
        Representative::read_of(&response.object()?, self.representative)
    }
}
