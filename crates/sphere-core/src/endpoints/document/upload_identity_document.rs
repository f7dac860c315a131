//! `POST /v2/document` with an identity document.

use std::fmt;

use super::{Document, DocumentFile, DocumentTarget, upload};
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation};
use crate::model::check;

/// The kind of an identity document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdentityDocumentType {
    /// `drivers`: a driving licence.
    DriversLicense,
    /// `id_card`.
    IdCard,
    /// `passport`: one file, without a side.
    Passport,
    /// `residence_permit`.
    ResidencePermit,
}

impl IdentityDocumentType {
    /// The text that the API uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DriversLicense => "drivers",
            Self::IdCard => "id_card",
            Self::Passport => "passport",
            Self::ResidencePermit => "residence_permit",
        }
    }
}

/// Which side of a document with two sides it is. Each side is uploaded by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentSide {
    /// The front.
    Front,
    /// The back.
    Back,
}

/// The call of [`Client::upload_identity_document`]. `Debug` shows whose it is, its kind and the file's size.
#[derive(Clone)]
pub struct UploadIdentityDocument<'a> {
    target: DocumentTarget<'a>,
    document_type: IdentityDocumentType,
    country: String,
    side: Option<DocumentSide>,
    description: Option<String>,
    file: DocumentFile,
}

impl<'a> UploadIdentityDocument<'a> {
    /// An identity document of a customer or a representative. `country` is the country that issued it: ISO 3166-1
    /// alpha-3, such as `USA`.
    pub fn new(
        target: impl Into<DocumentTarget<'a>>,
        document_type: IdentityDocumentType,
        country: impl Into<String>,
        file: DocumentFile,
    ) -> Self {
        let (target, country) = (target.into(), country.into());
        Self { target, document_type, country, side: None, description: None, file }
    }

    /// Says which side of a document with two sides it is. Leave it out for others, such as passports.
    pub fn side(mut self, side: DocumentSide) -> Self {
        self.side = Some(side);
        self
    }

    /// Adds a description.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

impl<M: Mode> Client<M> {
    /// Uploads an identity document of a customer or a representative.
    ///
    /// The file has at most 15 MB. The call has a [timeout of its own](crate::endpoints::UPLOAD_TIMEOUT) of 10 minutes,
    /// and [`Call::on_upload_progress`] shows how far it is. Uploading twice stores two documents, so a call whose
    /// outcome is unknown is not retried ([`Safety::Once`](crate::endpoint::Safety::Once)).
    ///
    /// Source: the contract, `POST /v2/document` (certain; its success status was never seen, so any 2xx is accepted).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, CustomerId, Error};
    /// use sphere_core::endpoints::{DocumentFile, IdentityDocumentType, UploadIdentityDocument};
    ///
    /// async fn passport(client: &Client, customer: &CustomerId, file: DocumentFile) -> Result<(), Error> {
    ///     let passport = UploadIdentityDocument::new(customer, IdentityDocumentType::Passport, "USA", file);
    ///     client.upload_identity_document(passport).send().await?;
    ///     Ok(())
    /// }
    /// ```
    pub fn upload_identity_document<'a>(
        &self,
        document: UploadIdentityDocument<'a>,
    ) -> Call<'_, M, UploadIdentityDocument<'a>> {
        self.call(document)
    }
}

impl Endpoint for UploadIdentityDocument<'_> {
    type Output = Document;
    const OPERATION: Operation = upload::OPERATION;

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        check::country("country", &self.country)?;
        let side = self.side.map(|side| match side {
            DocumentSide::Front => "front",
            DocumentSide::Back => "back",
        });
        let texts = [
            ("documentType", Some(self.document_type.as_str())),
            ("country", Some(self.country.as_str())),
            ("side", side),
            ("description", self.description.as_deref()),
        ];
        upload::request(self.target, &texts, &self.file)
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Document, DecodeError> {
        Document::read(response, self.target)
    }
}

impl fmt::Debug for UploadIdentityDocument<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadIdentityDocument")
            .field("target", &self.target)
            .field("document_type", &self.document_type)
            .field("side", &self.side)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}
