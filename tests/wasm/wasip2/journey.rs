//! Verifies an individual from a component: create, terms of service, identity document, face check, wait.
//!
//! `SPHEREPAY_API_KEY` and `SPHEREPAY_BASE_URL` say whom to ask. It prints the customer's id and the links, waits for a
//! line on its input, and then for the outcome.

use std::error::Error as StdError;
use std::time::Duration;

use sphere_core::endpoints::{DocumentFile, DocumentFormat, IdentityDocumentType, UploadIdentityDocument};
use sphere_core::{Address, Config, CreateCustomer, Customer, PersonalInformation};

fn main() -> Result<(), Box<dyn StdError + Send + Sync>> {
    let client = sphere_wasi::client(Config::from_env()?);
    sphere_wasi::block_on(async {
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
        let customer = client.create_customer(jane.personal_information(person)).send().await?;
        let id = customer.id();
        println!("created {id}");

        println!("terms at {}", client.generate_terms_of_service_link(id).send().await?.url());
        let file = DocumentFile::new("passport.png", DocumentFormat::Png, &b"\x89PNG\r\n\x1a\n"[..]);
        let passport = UploadIdentityDocument::new(id, IdentityDocumentType::Passport, "USA", file);
        client.upload_identity_document(passport).send().await?;
        println!("passport uploaded");
        println!("face check at {}", client.generate_face_verification_link(id).send().await?.url());

        println!("Press Enter when the customer has followed both links.");
        std::io::stdin().read_line(&mut String::new())?;
        let outcome = client.wait_for_approval(id, Duration::from_secs(1)).outcome().await?;
        for profile in outcome.record().map(Customer::verification_profiles).unwrap_or_default() {
            println!("{} {}", profile.name(), profile.status());
        }
        Ok(())
    })
}
