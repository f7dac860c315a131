//! The operations that the SDK has, one file each. `README.md` in this folder lists them.

mod customer;
pub(crate) mod document;
mod face_verification_link;
mod linked_customer;
mod representative;

pub use customer::{
    CreateCustomer, Customer, CustomerType, GenerateTermsOfServiceLink, GetCustomer, ListCustomers,
    OneTimePasswordChannel, OneTimePasswordSent, OneTimePasswordVerified, SendOneTimePassword,
    TermsOfServiceLink, TermsOfServiceStatus, UpdateCustomer, VerifyOneTimePassword,
};
pub use document::{
    Document, DocumentFile, DocumentFormat, DocumentSide, DocumentType, IdentityDocumentType,
    InvalidDocumentFile, MAX_DOCUMENT_BYTES, UPLOAD_TIMEOUT, UploadDocument, UploadIdentityDocument,
};
pub use face_verification_link::{
    FaceVerificationLink, GenerateFaceVerificationLink, InvalidFaceVerificationLink,
};
pub use linked_customer::{CreateLinkedCustomer, KycLink, LinkedCustomer, RegenerateKycLink};
pub use representative::{
    CreateRepresentative, DeleteRepresentative, GenerateRepresentativeFaceVerificationLink,
    GetRepresentative, ListRepresentatives, RepresentationDetails, Representative, RepresentativeType,
    UpdateRepresentative,
};
