//! Verifies the representatives of a business: creates each, uploads their identity document, sends them their face
//! link, waits, and lists them.
//!
//! `cargo run -p sphere-examples --example representatives -- [--skip document|face]`
//!
//! Against the sandbox, which plays the representatives. With a step left out, it says what is still required.

use std::process::ExitCode;
use std::time::Duration;

use sphere_core::endpoints::{
    CreateRepresentative, DocumentFile, DocumentFormat, IdentityDocumentType, RepresentationDetails,
    UploadIdentityDocument,
};
use sphere_core::verification::ProfileStatus;
use sphere_core::{Address, ApiKey, Config, CustomerId, PersonalInformation};
use sphere_examples::{AnyError, exit_code, print_profiles, skipped_step};
use sphere_sandbox::{CheckState, Sandbox};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run().await)
}

async fn run() -> Result<ExitCode, AnyError> {
    let skip = skipped_step()?;
    let sandbox = Sandbox::start()?;
    let config = Config::builder(ApiKey::new(sandbox.api_key())?).base_url(sandbox.base_url()).build()?;
    let client = sphere_hyper::client(config)?;

    // The business is there already: how to create one is not documented well enough.
    let business = CustomerId::new("customer_firm")?;
    for (email, phone, share) in [
        ("ada.lovelace@example.com", "+14155550124", "60"),
        ("grace.hopper@example.com", "+14155550125", "40"),
    ] {
        let address = Address::new().with_line1("1 Main Street").with_city("Chicago").with_country("USA");
        let person = PersonalInformation::new()
            .with_tax_identification_number("123456789")
            .with_tax_identification_number_type("ssn")
            .with_tax_identification_number_country("USA");
        let details = RepresentationDetails::new().with_roles(["ubo"]).with_ownership_percentage(share);
        let new = CreateRepresentative::individual(&business, email, phone, address)
            .personal_information(person)
            .representation_details(details);
        let created = client.create_representative(new).send().await?;
        let id = created.id();
        println!("created            {id}");

        if skip != "document" {
            let file = DocumentFile::new("passport.png", DocumentFormat::Png, &b"\x89PNG\r\n\x1a\n"[..]);
            let passport = UploadIdentityDocument::new(id, IdentityDocumentType::Passport, "USA", file);
            client.upload_identity_document(passport).send().await?;
            println!("passport uploaded");
        }
        if skip != "face" {
            let link = client.generate_representative_face_verification_link(id).send().await?;
            println!("face link to send  {}", link.url());
            sandbox.representative(id.as_str()).finish_face_check(CheckState::Passed);
        }
        client.wait_for_approval(id, Duration::from_secs(1)).outcome().await?;
    }

    let (mut approved, mut listed) = (0, 0);
    let mut representatives = client.list_representatives().of_customer(&business);
    while let Some(representative) = representatives.next().await {
        let profiles = representative?.verification_profiles().to_vec();
        print_profiles(&profiles);
        approved += usize::from(profiles.iter().all(|one| *one.status() == ProfileStatus::Approved));
        listed += 1;
    }
    println!("{approved} of {listed} approved");
    Ok(if (approved, listed) == (2, 2) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
