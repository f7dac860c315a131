//! What no operation of the journey sends: invalid members, and files that are too large.

use crate::shared::{blocking_client, config};
use bytes::Bytes;
use sphere_core::blocking::Client;
use sphere_core::endpoints::*;
use sphere_core::testing::{FakeTransport, Reply};
use sphere_core::{Address, CustomerId, Error, Meta, PersonalInformation, RepresentativeId};

fn customer() -> CustomerId {
    CustomerId::new("customer_1").unwrap()
}

fn file(bytes: impl Into<Bytes>) -> DocumentFile {
    DocumentFile::new("passport.png", DocumentFormat::Png, bytes)
}

/// The error of a call that is refused before it is sent.
fn refused<T: std::fmt::Debug>(call: impl FnOnce(&Client) -> Result<T, Error>) -> String {
    let transport = FakeTransport::script([]);
    let error = call(&blocking_client(config(), &transport)).unwrap_err();
    transport.requests().assert_count(0);
    assert_eq!((error.attempts(), error.may_have_been_processed()), (0, false));
    error.to_string()
}

/// Each line names its member, and quotes nothing.
#[track_caller]
fn assert_named<const N: usize>(refusals: [(String, &str); N]) {
    for (message, member) in refusals {
        assert!(message.contains(&format!("invalid request: {member} ")), "{message}");
        assert!(!message.contains("canary"), "{message}");
    }
}

#[test]
fn invalid_members_are_named_and_not_sent() {
    let (customer, representative) = (customer(), RepresentativeId::new("associatedPerson_1").unwrap());
    let create = |email: &str, phone: &str, country: &str| {
        let new = CreateCustomer::individual(email, phone, Address::new().with_country(country));
        refused(|client| client.create_customer(new).send())
    };
    let update = |person| {
        refused(|client| {
            client.update_customer(UpdateCustomer::new(&customer).personal_information(person)).send()
        })
    };
    let start = |new| refused(|client| client.create_linked_customer(new).send());
    let verify = |code| {
        refused(|client| {
            client.verify_one_time_password(&customer, OneTimePasswordChannel::Email, code).send()
        })
    };
    let tax = || PersonalInformation::new().with_tax_identification_number_country("canary");
    assert_named([
        (create(&"x".repeat(255), "+14155550123", "USA"), "email"),
        (create("canary\u{200b}@b", "+14155550123", "USA"), "email"),
        (create("a@b", "canary", "USA"), "phone"),
        (create("a@b", "+14155550123", "canary"), "address.country"),
        (update(tax()), "personalInformation.taxIdentificationNumberCountry"),
        (
            update(PersonalInformation::new().with_tax_identification_number("canary\u{feff}")),
            "personalInformation.taxIdentificationNumber",
        ),
        (
            refused(|client| {
                let update = UpdateRepresentative::new(&representative).personal_information(tax());
                client.update_representative(update).send()
            }),
            "personalInformation.taxIdentificationNumberCountry",
        ),
        (
            refused(|client| {
                let new = CreateRepresentative::individual(&customer, "a@b", "canary", Address::new());
                client.create_representative(new).send()
            }),
            "phone",
        ),
        (
            start(CreateLinkedCustomer::individual().address(Address::new().with_country("canary"))),
            "address.country",
        ),
        (start(CreateLinkedCustomer::individual().email("canary\u{a0}@b")), "email"),
        (start(CreateLinkedCustomer::individual().phone("+1\u{202d}")), "phone"),
        (verify("canary canary"), "code"),
        (verify("canary\u{feff}"), "code"),
        (verify(""), "code"),
        (refused(|client| client.list_customers().search(&"x".repeat(256)).next().unwrap()), "search"),
        (
            refused(|client| {
                client
                    .update_customer(UpdateCustomer::new(&customer).meta(Meta::new().with("x", f64::NAN)))
                    .send()
            }),
            "meta",
        ),
    ]);
}

#[test]
fn invalid_documents_are_named_and_not_sent() {
    let customer = customer();
    let passport = |country, file| {
        let new = UploadIdentityDocument::new(&customer, IdentityDocumentType::Passport, country, file);
        refused(|client| client.upload_identity_document(new).send())
    };
    let report = |file| {
        refused(|client| client.upload_document(UploadDocument::liveness_report(&customer, file)).send())
    };
    let too_large = || file(vec![0; 15 * 1024 * 1024 + 1]);
    assert_named([
        (passport("canary", file("x")), "country"),
        (passport("USA", too_large()), "file"),
        (report(too_large()), "file"),
        (report(file("")), "file"),
    ]);
}

#[test]
fn a_file_of_exactly_15_mib_is_sent() {
    let (customer, largest) = (customer(), file(vec![0; 15 * 1024 * 1024]));
    let transport = FakeTransport::always(Reply::status(201));
    let client = blocking_client(config(), &transport);
    client.upload_document(UploadDocument::liveness_report(&customer, largest.clone())).send().unwrap();
    assert!(transport.requests().only().http().body().len() > largest.len());
}

#[test]
fn files_are_read_within_the_size_limit() {
    let folder = std::env::temp_dir().join(format!("sphere-core-documents-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = |name: &str| folder.join(name);
    std::fs::write(path("Passport.JPG"), b"jpeg").unwrap();
    let file = DocumentFile::read_blocking(path("Passport.JPG")).unwrap();
    assert_eq!((file.name(), file.format(), file.len()), ("Passport.JPG", DocumentFormat::Jpeg, 4));
    let file = DocumentFile::read_blocking_as(DocumentFormat::Tiff, path("Passport.JPG")).unwrap();
    assert_eq!((file.name(), file.format()), ("Passport.JPG", DocumentFormat::Tiff));
    for (name, format) in [
        ("a.JFIF", DocumentFormat::Jpeg),
        ("a.jpe", DocumentFormat::Jpeg),
        ("a.tif", DocumentFormat::Tiff),
        ("a.heif", DocumentFormat::Heic),
    ] {
        assert_eq!(DocumentFormat::from_file_name(name), Some(format), "{name}");
    }
    // A file of holes takes no room on the disk.
    std::fs::File::create(path("huge.pdf")).unwrap().set_len(1 << 40).unwrap();
    std::fs::write(path("passport.txt"), b"x").unwrap();
    for (name, message) in [
        ("huge.pdf", "the file has more than 15728640 bytes"),
        ("passport.txt", "the file's name does not end in pdf, jpg, png, heic or tiff"),
        ("missing.pdf", "the file cannot be read"),
    ] {
        let error = DocumentFile::read_blocking(path(name)).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
