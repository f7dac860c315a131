//! `POST /v2/business-representative/{id}/face-verification-link`: a link at which a representative can do the face
//! check.

use http::Method;

use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::endpoints::FaceVerificationLink;
use crate::values::RepresentativeId;

/// The call of [`Client::generate_representative_face_verification_link`].
#[derive(Debug, Clone, Copy)]
pub struct GenerateRepresentativeFaceVerificationLink<'a> {
    representative: &'a RepresentativeId,
}

impl<'a> GenerateRepresentativeFaceVerificationLink<'a> {
    /// The request for this representative.
    pub fn new(representative: &'a RepresentativeId) -> Self {
        Self { representative }
    }
}

impl<M: Mode> Client<M> {
    /// Asks for a link at which the representative can do the face check that SpherePay hosts: the twin of
    /// [`generate_face_verification_link`](Self::generate_face_verification_link).
    ///
    /// Asking twice makes two links, which is harmless ([`Safety::Repeatable`]); whether a new link ends an older one
    /// is not documented.
    ///
    /// Source: the contract, `POST /v2/business-representative/{id}/face-verification-link` (certain; its 404 and 422
    /// are inferred).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, Error, RepresentativeId};
    ///
    /// async fn location(client: &Client, owner: &RepresentativeId) -> Result<String, Error> {
    ///     Ok(client.generate_representative_face_verification_link(owner).send().await?.into_url())
    /// }
    /// ```
    pub fn generate_representative_face_verification_link<'a>(
        &self,
        representative: &'a RepresentativeId,
    ) -> Call<'_, M, GenerateRepresentativeFaceVerificationLink<'a>> {
        self.call(GenerateRepresentativeFaceVerificationLink::new(representative))
    }
}

impl Endpoint for GenerateRepresentativeFaceVerificationLink<'_> {
    type Output = FaceVerificationLink;
    const OPERATION: Operation =
        Operation::new("generate_representative_face_verification_link", Method::POST, Safety::Repeatable);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        let id = self.representative.as_str();
        ApiRequest::to(["v2", "business-representative", id, "face-verification-link"])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<FaceVerificationLink, DecodeError> {
        FaceVerificationLink::read(&response.object()?)
    }
}
