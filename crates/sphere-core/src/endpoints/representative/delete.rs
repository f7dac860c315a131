//! `DELETE /v2/business-representative/{id}`: removes a representative.

use http::Method;

use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety};
use crate::values::RepresentativeId;

/// The call of [`Client::delete_representative`].
#[derive(Debug, Clone, Copy)]
pub struct DeleteRepresentative<'a> {
    representative: &'a RepresentativeId,
}

impl<'a> DeleteRepresentative<'a> {
    /// The request for this representative.
    pub fn new(representative: &'a RepresentativeId) -> Self {
        Self { representative }
    }
}

impl<M: Mode> Client<M> {
    /// Removes a representative, **irreversibly**. Not possible once the business was submitted for review.
    ///
    /// Gives the response's `ok`; what `false` would mean is not documented.
    ///
    /// Removing twice is the same as once, so a call whose outcome is unknown is retried
    /// ([`Safety::Idempotent`]). The retry may then be the one that finds nothing: if the error
    /// [is a 404](crate::Error::is_not_found) and [may have been
    /// processed](crate::Error::may_have_been_processed), an earlier attempt has probably removed the representative.
    ///
    /// Source: the contract, `DELETE /v2/business-representative/{id}` (certain).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, Error, RepresentativeId};
    ///
    /// async fn remove(client: &Client, id: &RepresentativeId) -> Result<(), Error> {
    ///     match client.delete_representative(id).send().await {
    ///         Ok(_) => Ok(()),
    ///         Err(error) if error.is_not_found() && error.may_have_been_processed() => Ok(()),
    ///         Err(error) => Err(error),
    ///     }
    /// }
    /// ```
    pub fn delete_representative<'a>(
        &self,
        representative: &'a RepresentativeId,
    ) -> Call<'_, M, DeleteRepresentative<'a>> {
        self.call(DeleteRepresentative::new(representative))
    }
}

impl Endpoint for DeleteRepresentative<'_> {
    type Output = bool;
    const OPERATION: Operation = Operation::new("delete_representative", Method::DELETE, Safety::Idempotent);

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to(["v2", "business-representative", self.representative.as_str()])
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<bool, DecodeError> {
        let members = response.object()?;
        members.check_id("id", self.representative.as_str())?;
        members.required("ok")
    }
}
