//! Documents of customers and representatives.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `file` | [`DocumentFile`]: name, format and bytes |
//! | `document` | [`Document`]: what the operation responds with |
//! | `upload` | what both uploads share: target, form, limits |
//! | `identity` | [`UploadIdentityDocument`]: a passport, an ID card |
//! | `other` | [`UploadDocument`]: a liveness report, and any other document |

#[allow(clippy::module_inception)] // A type is found by its name.
mod document;
mod file;
mod identity;
mod other;
mod upload;

pub use document::Document;
pub use file::{DocumentFile, DocumentFormat, InvalidDocumentFile, MAX_DOCUMENT_BYTES};
pub use identity::{DocumentSide, IdentityDocumentType, UploadIdentityDocument};
pub use other::{DocumentType, UploadDocument};
pub use upload::{DocumentTarget, UPLOAD_TIMEOUT};
