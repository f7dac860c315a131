//! The operations that the SDK has, one file each. `README.md` in this folder lists them.

mod bank_account;
mod customer;
pub(crate) mod document;
mod face_verification_link;
mod linked_customer;
mod offloader_wallet;
mod quote;
mod representative;
mod transfer;
mod virtual_account;
mod wallet;

pub use bank_account::{
    AccountType, BankAccount, BankDetails, CreateBankAccount, DeleteBankAccount, GetBankAccount,
    ListBankAccounts, UpdateBankAccount, UsdNetworks,
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
pub use offloader_wallet::{
    CreateOffloaderWallet, GetOffloaderWallet, ListOffloaderWallets, OffloaderDestination, OffloaderWallet,
};
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
pub use virtual_account::{
    CreateVirtualAccount, DeactivateVirtualAccount, DepositAccount, DepositDestination, GetVirtualAccount,
    ListVirtualAccountDeposits, ListVirtualAccounts, ReactivateVirtualAccount, UpdateVirtualAccount,
    VirtualAccount, VirtualAccountDeposit,
};
pub use wallet::{CreateWallet, DeleteWallet, GetWallet, ListWallets, Wallet};
