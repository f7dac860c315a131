//! What all uploads of documents share: whose document it is, the form, and the time that it may take.

use std::time::Duration;

use http::Method;

use super::DocumentFile;
use crate::endpoint::{ApiRequest, InvalidRequest, Multipart, Operation, Safety};
use crate::values::{CustomerId, RepresentativeId};

/// Time for an upload, instead of the configuration's: 10 minutes. Enough for 15 MB at 0.25 Mbit/s, as on a slow mobile
/// line.
pub const UPLOAD_TIMEOUT: Duration = Duration::from_secs(600);

/// Uploading twice stores two documents, so an upload whose outcome is unknown is not retried.
pub(super) const OPERATION: Operation =
    Operation::new("upload_document", Method::POST, Safety::Once).timeout(UPLOAD_TIMEOUT);

/// Whose document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentTarget<'a> {
    /// A customer's.
    Customer(&'a CustomerId),
    /// A business representative's.
    Representative(&'a RepresentativeId),
}

impl<'a> DocumentTarget<'a> {
    pub(super) fn id(self) -> &'a str {
        match self {
            Self::Customer(id) => id.as_str(),
            Self::Representative(id) => id.as_str(),
        }
    }
}

impl<'a> From<&'a CustomerId> for DocumentTarget<'a> {
    fn from(customer: &'a CustomerId) -> Self {
        Self::Customer(customer)
    }
}

impl<'a> From<&'a RepresentativeId> for DocumentTarget<'a> {
    fn from(representative: &'a RepresentativeId) -> Self {
        Self::Representative(representative)
    }
}

/// The request: the texts of the form first, the file last, so that a server can judge them before the file arrives.
pub(super) fn request(
    target: DocumentTarget<'_>,
    texts: &[(&str, Option<&str>)],
    file: &DocumentFile,
) -> Result<ApiRequest, InvalidRequest> {
    file.validate()?;
    let kind = match target {
        DocumentTarget::Customer(_) => "customer",
        DocumentTarget::Representative(_) => "business_representative",
    };
    let mut form = Multipart::new().text("target", kind).text("targetId", target.id());
    for (name, text) in texts {
        if let Some(text) = text {
            form = form.text(name, *text);
        }
    }
    let form = form.file("file", file.name(), file.format().media_type(), file.bytes());
    ApiRequest::to(["v2", "document"])?.multipart(form)
}
