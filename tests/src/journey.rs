//! Every operation of the verification journey by one client against a sandbox, with personal data that a test can look
//! for.

use sphere_core::endpoints::{
    CreateCustomer, CreateLinkedCustomer, CreateRepresentative, DeleteRepresentative, DocumentFile,
    DocumentFormat, GenerateFaceVerificationLink, GenerateRepresentativeFaceVerificationLink,
    GenerateTermsOfServiceLink, GetCustomer, GetRepresentative, IdentityDocumentType, ListRepresentatives,
    OneTimePasswordChannel, RegenerateKycLink, RepresentationDetails, SendOneTimePassword, UpdateCustomer,
    UpdateRepresentative, UploadDocument, UploadIdentityDocument, VerifyOneTimePassword,
};
use sphere_core::{Address, CustomerId, LinkedCustomerId, Meta, PersonalInformation, RepresentativeId};
use sphere_sandbox::Sandbox;

use crate::Backend;

/// What must show nowhere.
pub const PERSONAL: [&str; 9] =
    [NAME, EMAIL, PHONE, TAX_NUMBER, STREET, DESCRIPTION, FILE_NAME, FILE_BYTES, META];

const NAME: &str = "Canarilla Lovelace";
const EMAIL: &str = "canary.mail+codes@example.com";
const PHONE: &str = "+493090182077";
const TAX_NUMBER: &str = "987654321-canary";
const STREET: &str = "77 Canary Street";
const DESCRIPTION: &str = "canary description";
const FILE_NAME: &str = "canary-passport.png";
const FILE_BYTES: &str = "canary file bytes";
const META: &str = "canary meta value";

fn address() -> Address {
    Address::new().with_line1(STREET).with_city("Chicago").with_country("USA")
}

fn person() -> PersonalInformation {
    PersonalInformation::new()
        .with_tax_identification_number(TAX_NUMBER)
        .with_tax_identification_number_type("ssn")
        .with_tax_identification_number_country("USA")
        .with("firstName", NAME)
}

/// A customer with everything.
pub fn new_customer() -> CreateCustomer {
    let new = CreateCustomer::individual(EMAIL, PHONE, address());
    new.personal_information(person()).meta(Meta::new().with("plan", META).with("seats", 7))
}

/// For as long as the test runs, as an operation that another thread sends must be.
fn keep<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// Every operation with a JSON body or none, and some that are refused.
///
/// # Panics
///
/// If an operation does not end as it should.
pub fn json_operations(backend: &Backend, sandbox: &Sandbox) {
    let id: &CustomerId = keep(backend.call(new_customer(), None).unwrap().id().clone());
    backend.call(GetCustomer::new(id), None).unwrap();
    let update = UpdateCustomer::new(id).address(address()).personal_information(person());
    backend.call(update.meta(Meta::new().with("plan", META)), None).unwrap();
    assert!(find(backend) > 0);
    backend.call(GenerateTermsOfServiceLink::new(id), None).unwrap();
    for channel in [OneTimePasswordChannel::Email, OneTimePasswordChannel::Phone] {
        backend.call(SendOneTimePassword::new(id, channel), None).unwrap();
        let code: &str = keep(sandbox.one_time_code(id.as_str()).unwrap());
        backend.call(VerifyOneTimePassword::new(id, channel, code), None).unwrap();
    }
    backend.call(GenerateFaceVerificationLink::new(id), None).unwrap();

    let linked = CreateLinkedCustomer::individual().email(EMAIL).phone(PHONE).address(address());
    let linked: &LinkedCustomerId = keep(backend.call(linked, None).unwrap().id().clone());
    backend.call(RegenerateKycLink::new(linked), None).unwrap();

    let firm = keep(CustomerId::new("customer_firm").unwrap());
    let details = RepresentationDetails::new().with_roles(["ubo"]).with_is_signer(true).with_title("CEO");
    let new = CreateRepresentative::individual(firm, EMAIL, PHONE, address());
    let new = new.personal_information(person()).representation_details(details.clone());
    let new = new.first_name(NAME).middle_name(NAME).last_name(NAME).date_of_birth("1990-12-31");
    let created = backend.call(new, None).unwrap();
    let id: &RepresentativeId = keep(created.id().clone());
    backend.call(GetRepresentative::new(id), None).unwrap();
    backend.call(ListRepresentatives::new(), None).unwrap();
    let update = UpdateRepresentative::new(id).address(address()).representation_details(details);
    backend.call(update, None).unwrap();
    backend.call(GenerateRepresentativeFaceVerificationLink::new(id), None).unwrap();
    assert!(backend.call(DeleteRepresentative::new(id), None).unwrap());

    // What is refused.
    assert!(backend.call(GetRepresentative::new(id), None).unwrap_err().is_not_found());
    let other_world = keep(CustomerId::new(linked.as_str()).unwrap());
    assert!(backend.call(GetCustomer::new(other_world), None).unwrap_err().is_validation());
}

/// How many customers a search by e-mail address and name finds.
fn find(backend: &Backend) -> usize {
    match backend {
        Backend::Hyper(client, runtime) => runtime.block_on(async {
            let page = client.list_customers().email(EMAIL).search(NAME).next_page().await;
            page.map_or(0, |page| page.unwrap().items().len())
        }),
        Backend::Ureq(client) => {
            let page = client.list_customers().email(EMAIL).search(NAME).next_page();
            page.map_or(0, |page| page.unwrap().items().len())
        }
    }
}

/// Both uploads.
///
/// # Panics
///
/// If one is not refused or accepted as it should be.
pub fn uploads(backend: &Backend) {
    let id: &CustomerId = keep(backend.call(new_customer(), None).unwrap().id().clone());
    let file = || DocumentFile::new(FILE_NAME, DocumentFormat::Png, FILE_BYTES);
    let passport = UploadIdentityDocument::new(id, IdentityDocumentType::Passport, "USA", file());
    backend.call(passport.description(DESCRIPTION), None).unwrap();
    // The sandbox is Sphere-Managed.
    let report = UploadDocument::liveness_report(id, file()).description(DESCRIPTION);
    assert!(backend.call(report, None).unwrap_err().is_validation());
}
