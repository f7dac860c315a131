//! Documents of customers and representatives.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `file` | [`DocumentFile`]: name, format and bytes |
//! | `document` | [`Document`]: what the operation responds with |
//! | `upload` | what both uploads share: target, form, limits |
//! | `upload_identity_document` | [`UploadIdentityDocument`]: a passport, an ID card |
//! | `upload_document` | [`UploadDocument`]: a liveness report, and any other document |

#[allow(clippy::module_inception)] // A type is found by its name.
mod document;
mod file;
mod upload;
mod upload_document;
mod upload_identity_document;

pub use document::Document;
pub use file::{DocumentFile, DocumentFormat, InvalidDocumentFile, MAX_DOCUMENT_BYTES};
pub use upload::{DocumentTarget, UPLOAD_TIMEOUT};
pub use upload_document::{DocumentType, UploadDocument};
pub use upload_identity_document::{DocumentSide, IdentityDocumentType, UploadIdentityDocument};
