//! Verifies an individual in the Platform-Managed model, which needs SpherePay's approval: the platform uploads the
//! identity document and the report of its own liveness check. No face link, no terms-of-service link.
//!
//! `cargo run -p sphere-examples --example platform_managed -- [--skip document|report] [--file PASSPORT]`

use std::process::ExitCode;
use std::time::Duration;

use sphere_core::endpoints::{
    DocumentFile, DocumentFormat, IdentityDocumentType, UploadDocument, UploadIdentityDocument,
};
use sphere_core::verification::ProfileStatus;
use sphere_core::{Address, ApiKey, Config, CreateCustomer, PersonalInformation};
use sphere_examples::{AnyError, exit_code, print_profiles, skipped_step_and_file};
use sphere_sandbox::{Model, Sandbox};

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Result<ExitCode, AnyError> {
    let (skip, path) = skipped_step_and_file()?;
    let sandbox = Sandbox::builder().model(Model::PlatformManaged).start()?;
    let config = Config::builder(ApiKey::new(sandbox.api_key())?).base_url(sandbox.base_url()).build()?;
    let client = sphere_ureq::client(config)?;

    let address = Address::new().with_line1("1 Main Street").with_city("Chicago").with_country("USA");
    let person = PersonalInformation::new()
        .with_tax_identification_number("123456789")
        .with_tax_identification_number_type("ssn")
        .with_tax_identification_number_country("USA");
    let jane = CreateCustomer::individual("jane.smith@example.com", "+14155550123", address);
    let customer = client.create_customer(jane.personal_information(person)).send()?;
    println!("created            {}", customer.id());

    if skip != "document" {
        let file = match path {
            Some(path) => DocumentFile::read_blocking(path)?,
            None => DocumentFile::new("passport.png", DocumentFormat::Png, &b"\x89PNG\r\n\x1a\n"[..]),
        };
        let bytes = file.len();
        let passport =
            UploadIdentityDocument::new(customer.id(), IdentityDocumentType::Passport, "USA", file);
        client.upload_identity_document(passport).send()?;
        println!("passport uploaded  ({bytes} bytes)");
    }
    if skip != "report" {
        let report = DocumentFile::new("liveness.pdf", DocumentFormat::Pdf, &b"%PDF-1.7"[..]);
        client.upload_document(UploadDocument::liveness_report(customer.id(), report)).send()?;
        println!("liveness report uploaded");
    }

    let outcome = client.wait_for_approval(customer.id(), Duration::from_secs(1)).outcome()?;
    let profiles = outcome.record().map(sphere_core::Customer::verification_profiles).unwrap_or_default();
    print_profiles(profiles);
    let is_approved = profiles.iter().all(|profile| *profile.status() == ProfileStatus::Approved);
    Ok(if is_approved { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
