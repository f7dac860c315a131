//! `POST /v2/document` with a liveness report or any other document that has neither country nor side.

use std::fmt;

use super::{Document, DocumentFile, DocumentTarget, upload};
use crate::call::Call;
use crate::client::{Client, Mode};
use crate::endpoint::{ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation};
use crate::values::open_enum::open_enum;

open_enum! {
    /// The kind of a document other than an identity document.
    ///
    /// Source: the contract, `POST /v2/document` (certain).
    DocumentType {
        /// Platform-Managed model: your own report that the person's face was checked.
        LivenessReport = "liveness_report",
        ProofOfAddress = "proof_of_address",
        /// Businesses. The guides of 2026 write `incorporation_certificate`, the reference this.
        IncorporationCertificate = "incorporation_cert",
        /// Businesses.
        ShareholderRegistry = "shareholder_registry",
    }
}

/// The call of [`Client::upload_document`]. `Debug` shows whose it is, its kind and the file's size.
#[derive(Clone)]
pub struct UploadDocument<'a> {
    target: DocumentTarget<'a>,
    document_type: DocumentType,
    description: Option<String>,
    file: DocumentFile,
}

impl<'a> UploadDocument<'a> {
    /// A document of a customer or a representative.
    pub fn new(
        target: impl Into<DocumentTarget<'a>>,
        document_type: impl Into<DocumentType>,
        file: DocumentFile,
    ) -> Self {
        Self { target: target.into(), document_type: document_type.into(), description: None, file }
    }

    /// The report of a face check that you did yourself, in the Platform-Managed model.
    pub fn liveness_report(target: impl Into<DocumentTarget<'a>>, file: DocumentFile) -> Self {
        Self::new(target, DocumentType::LivenessReport, file)
    }

    /// Adds a description.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

impl<M: Mode> Client<M> {
    /// Uploads a liveness report, or any other document that is not an identity document.
    ///
    /// A liveness report takes the place of the face verification link in the Platform-Managed model, which needs
    /// SpherePay's approval. Which other types are accepted for whom is an open set: the server decides.
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
    /// use sphere_core::endpoints::{DocumentFile, UploadDocument};
    ///
    /// async fn report(client: &Client, customer: &CustomerId, file: DocumentFile) -> Result<(), Error> {
    ///     client.upload_document(UploadDocument::liveness_report(customer, file)).send().await?;
    ///     Ok(())
    /// }
    /// ```
    pub fn upload_document<'a>(&self, document: UploadDocument<'a>) -> Call<'_, M, UploadDocument<'a>> {
        self.call(document)
    }
}

impl Endpoint for UploadDocument<'_> {
    type Output = Document;
    const OPERATION: Operation = upload::OPERATION;

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        let texts = [
            ("documentType", Some(self.document_type.as_str())),
            ("description", self.description.as_deref()),
        ];
        upload::request(self.target, &texts, &self.file)
    }

    fn decode(&self, response: &ApiResponse<'_>) -> Result<Document, DecodeError> {
        Document::read(response, self.target)
    }
}

impl fmt::Debug for UploadDocument<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadDocument")
            .field("target", &self.target)
            .field("document_type", &self.document_type)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}
