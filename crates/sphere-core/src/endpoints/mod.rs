//! The operations that the SDK has, one file each. `README.md` in this folder lists them.

mod bank_account;
mod customer;
pub(crate) mod document;
mod face_verification_link;
mod linked_customer;
mod quote;
mod representative;
mod transfer;
mod wallet;

pub use bank_account::{
    AccountType, BankAccount, BankDetails, CreateBankAccount, GetBankAccount, ListBankAccounts, UsdNetworks,
};
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
pub use quote::{CreateQuote, Quote, QuoteDuration, QuoteSide};
pub use representative::{
    CreateRepresentative, DeleteRepresentative, GenerateRepresentativeFaceVerificationLink,
    GetRepresentative, ListRepresentatives, RepresentationDetails, Representative, RepresentativeType,
    UpdateRepresentative,
};
pub use transfer::{
    CancelOutcome, CancelTransfer, Cancellation, GetTransfer, ListTransfers, Transfer, TransferDestination,
    TransferSort, TransferSortKey, TransferStatus, TransferType,
};
pub use wallet::{CreateWallet, GetWallet, ListWallets, Wallet};
