//! Somebody who does not exist, with what a platform would have collected from them.

use sphere_core::endpoints::{
    AccountType, BankDetails, CreateBankAccount, CreateCustomer, CreateWallet, DocumentFile, DocumentFormat,
    UsdNetworks,
};
use sphere_core::money::{AccountNumber, Network, RoutingNumber};
use sphere_core::{Address, CustomerId, PersonalInformation};

use crate::AnyError;

fn address() -> Address {
    Address::new().with_line1("233 South Wacker Drive").with_city("Chicago").with_country("USA")
}

/// Jane herself.
pub fn jane() -> CreateCustomer {
    let person = PersonalInformation::new()
        .with_tax_identification_number("123456789")
        .with_tax_identification_number_type("ssn")
        .with_tax_identification_number_country("USA");
    CreateCustomer::individual("jane.smith@example.com", "+14155550123", address())
        .personal_information(person)
}

/// Her passport.
pub fn passport() -> DocumentFile {
    DocumentFile::new("passport.png", DocumentFormat::Png, &b"\x89PNG\r\n\x1a\n"[..])
}

/// The report of a liveness check that the platform made.
pub fn liveness_report() -> DocumentFile {
    DocumentFile::new("liveness.pdf", DocumentFormat::Pdf, "%PDF-1.7")
}

/// Her bank account.
///
/// # Errors
///
/// None, since the numbers are right.
pub fn bank_account(customer: &CustomerId) -> Result<CreateBankAccount<'_>, AnyError> {
    let (number, routing) = (AccountNumber::new("1234567890")?, RoutingNumber::new("021000021")?);
    let numbers = BankDetails::usd(number, routing, AccountType::Checking, UsdNetworks::Ach);
    Ok(CreateBankAccount::new(customer, "Chase", "Jane's checking", "Jane Smith", address(), numbers))
}

/// Her wallet.
pub fn wallet(customer: &CustomerId) -> CreateWallet<'_> {
    CreateWallet::new(customer, Network::Base, "0x0Cd3dADeDC7B32FC212e9EAB2EF83c98e990aAFf")
}
