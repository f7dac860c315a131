//! Verifies an individual in blocking code, from nothing to `approved`: create, terms of service, identity document,
//! face check, wait.
//!
//! `cargo run -p sphere-examples --example verify_individual_blocking -- [--skip terms|document|face]`
//!
//! Against the sandbox, which plays the customer. With a step left out, it says what is still required.

use std::process::ExitCode;
use std::time::Duration;

use sphere_core::endpoints::{DocumentFile, DocumentFormat, IdentityDocumentType, UploadIdentityDocument};
use sphere_core::verification::ProfileStatus;
use sphere_core::{Address, CreateCustomer, PersonalInformation};
use sphere_examples::{AnyError, exit_code, print_profiles, skipped_step};
use sphere_sandbox::{CheckState, Sandbox};

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Result<ExitCode, AnyError> {
    let skip = skipped_step()?;
    let sandbox = Sandbox::start()?;
    let key = sphere_core::ApiKey::new(sandbox.api_key())?;
    let config = sphere_core::Config::builder(key).base_url(sandbox.base_url()).build()?;
    let client = sphere_ureq::client(config)?;

    let address = Address::new()
        .with_line1("233 South Wacker Drive")
        .with_city("Chicago")
        .with_state("IL")
        .with_postal_code("60606")
        .with_country("USA");
    let person = PersonalInformation::new()
        .with_tax_identification_number("123456789")
        .with_tax_identification_number_type("ssn")
        .with_tax_identification_number_country("USA");
    let jane = CreateCustomer::individual("jane.smith@example.com", "+14155550123", address);
    let customer = client.create_customer(jane.personal_information(person)).send()?;
    let (id, plays) = (customer.id(), sandbox.customer(customer.id().as_str()));
    println!("created            {id}");

    if skip != "terms" {
        let terms = client.generate_terms_of_service_link(id).send()?;
        plays.accept_terms();
        println!("terms accepted at  {}", terms.url());
    }
    if skip != "document" {
        let file = DocumentFile::new("passport.png", DocumentFormat::Png, &b"\x89PNG\r\n\x1a\n"[..]);
        let passport = UploadIdentityDocument::new(id, IdentityDocumentType::Passport, "USA", file);
        client.upload_identity_document(passport).send()?;
        println!("passport uploaded");
    }
    if skip != "face" {
        let link = client.generate_face_verification_link(id).send()?;
        plays.finish_face_check(CheckState::Passed);
        println!("face check done at {}", link.url());
    }

    let outcome = client.wait_for_approval(id, Duration::from_secs(1)).outcome()?;
    let profiles = outcome.record().map(sphere_core::Customer::verification_profiles).unwrap_or_default();
    print_profiles(profiles);
    let is_approved = profiles.iter().all(|profile| *profile.status() == ProfileStatus::Approved);
    Ok(if is_approved { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
