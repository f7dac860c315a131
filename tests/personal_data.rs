//! Personal data is nowhere to be found: not in `Debug` of a request, a response, a list or a wait, not in an error, even
//! if the server quotes it, and not in a span. A program of its own, since a subscriber is for a whole process.

use std::error::Error as _;
use std::fmt::Debug;
use std::time::Duration;

use serde_json::json;
use sphere_core::blocking::Client;
use sphere_core::endpoint::Endpoint;
use sphere_core::endpoints::*;
use sphere_core::testing::{FakeTransport, Reply};
use sphere_core::{
    Address, CustomerId, Error, LinkedCustomerId, Meta, PersonalInformation, RepresentativeId,
};
use sphere_tests::capture::{Capture, logged};
use sphere_tests::secret::{self, assert_hidden, debug};

const NAME: &str = "Canary Lovelace";
const EMAIL: &str = "canary.mail@example.com";
const PHONE: &str = "+493090182077";
const TAX_NUMBER: &str = "tax-987654321";
const STREET: &str = "77 Canary Street";
const CODE: &str = "90210-code";
const FILE_NAME: &str = "canary-passport.png";
const FILE_BYTES: &str = "canary file bytes";
const META: &str = "canary meta value";
const TOKEN: &str = "canary_token_77";
const ALL: [&str; 10] = [NAME, EMAIL, PHONE, TAX_NUMBER, STREET, CODE, FILE_NAME, FILE_BYTES, META, TOKEN];

/// All that an error says of itself and its causes.
fn told(error: &Error) -> String {
    debug(&error.field_errors()) + &debug(&error.api()) + &secret::told(error)
}

fn address() -> Address {
    Address::new().with_line1(STREET).with_city(NAME).with_country("USA")
}

fn person() -> PersonalInformation {
    PersonalInformation::new().with_tax_identification_number(TAX_NUMBER).with("alias", NAME)
}

fn meta() -> Meta {
    Meta::new().with("note", META)
}

fn details() -> RepresentationDetails {
    RepresentationDetails::new().with_roles([NAME]).with_title(NAME)
}

fn file() -> DocumentFile {
    DocumentFile::new(FILE_NAME, DocumentFormat::Png, FILE_BYTES)
}

/// A response with everything in it, each also under a name that the SDK does not know.
fn everything() -> serde_json::Value {
    let profile = json!({
        "name": "kyc_profile_a", "status": "incomplete", "note": NAME,
        "criteria": {"required": ["liveness_check"], "errors": [{"name": "title", "detail": NAME, "message": EMAIL}]},
    });
    json!({
        "id": "customer_1", "customerId": "customer_1", "email": EMAIL, "phone": PHONE, "firstName": NAME,
        "address": {"line1": STREET}, "personalInformation": {"alias": NAME, "number": TAX_NUMBER},
        "representationDetails": {"title": NAME}, "meta": {"note": META}, "verificationProfiles": [profile],
        "fileName": FILE_NAME, "description": FILE_BYTES, "unknown": {"code": CODE, "name": NAME},
        "url": format!("https://in.sumsub.com/p/{TOKEN}"), "link": format!("https://in.sumsub.com/p/{TOKEN}"),
        "expiresAt": EMAIL, "verifiedAt": STREET, "createdAt": PHONE, "updatedAt": NAME, "ok": true,
    })
}

/// Every call of the journey, with personal data in whatever can hold it: what its request, itself and its outcome show.
fn shown(client: &Client) -> Vec<String> {
    let customer = CustomerId::new("customer_1").unwrap();
    let linked = LinkedCustomerId::new("customer_1").unwrap();
    let representative = RepresentativeId::new("customer_1").unwrap();
    let passport = || UploadIdentityDocument::new(&customer, IdentityDocumentType::Passport, "USA", file());
    let (channel, within) = (OneTimePasswordChannel::Email, Duration::from_secs(1));
    vec![
        call(
            client,
            CreateCustomer::individual(EMAIL, PHONE, address()).personal_information(person()).meta(meta()),
        ),
        call(
            client,
            UpdateCustomer::new(&customer).address(address()).personal_information(person()).meta(meta()),
        ),
        call(client, GetCustomer::new(&customer)),
        call(client, GenerateTermsOfServiceLink::new(&customer)),
        call(client, SendOneTimePassword::new(&customer, channel)),
        call(client, VerifyOneTimePassword::new(&customer, channel, CODE)),
        call(client, passport().description(NAME)),
        call(client, UploadDocument::new(&customer, "new_type", file()).description(NAME)),
        call(client, CreateLinkedCustomer::individual().email(EMAIL).phone(PHONE).address(address())),
        call(client, RegenerateKycLink::new(&linked)),
        call(
            client,
            CreateRepresentative::individual(&customer, EMAIL, PHONE, address())
                .personal_information(person())
                .representation_details(details())
                .first_name(NAME)
                .middle_name(NAME)
                .last_name(NAME)
                .date_of_birth(NAME),
        ),
        call(
            client,
            UpdateRepresentative::new(&representative).address(address()).representation_details(details()),
        ),
        call(client, GetRepresentative::new(&representative)),
        call(client, DeleteRepresentative::new(&representative)),
        call(client, GenerateRepresentativeFaceVerificationLink::new(&representative)),
        {
            let mut customers = client.list_customers().email(EMAIL).search(NAME);
            let first = customers.next_page();
            debug(&customers) + &outcome(first.unwrap())
        },
        outcome(client.list_representatives().query("search", NAME).next().unwrap()),
        {
            let wait = client.wait_for_approval(&customer, within);
            debug(&wait) + &outcome(wait.outcome())
        },
    ]
}

fn call<E: Endpoint<Output: Debug> + Debug>(client: &Client, endpoint: E) -> String {
    let text = debug(&endpoint) + &debug(&endpoint.request());
    let call = client.call(endpoint);
    text + &debug(&call) + &outcome(call.send())
}

fn outcome<T: Debug>(result: Result<T, Error>) -> String {
    match result {
        Ok(output) => debug(&output),
        Err(error) => told(&error),
    }
}

fn assert_all_hidden(texts: &[String]) {
    for text in texts {
        for canary in ALL {
            assert_hidden(canary, text);
        }
    }
}

#[test]
fn no_output_shows_personal_data() {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(|| Capture)
        .init();
    let single = || Reply::status(200).body("application/json", everything().to_string());
    let list =
        json!({"customers": [everything(), {"id": NAME}], "data": [everything()], "pagination": {"x": NAME}});
    let list = move || Reply::status(200).body("application/json", list.to_string());
    let respond = move |request: &sphere_core::transport::TransportRequest| {
        if request.http().uri().query().is_some() { list() } else { single() }
    };
    let transport = FakeTransport::from_fn(respond);
    let texts = shown(&transport.blocking_client());
    assert_eq!(transport.requests().len(), texts.len());
    assert_all_hidden(&texts);
    assert!(texts[0].contains("verificationProfiles") && texts[0].contains("unknown"), "{}", texts[0]);
    assert_all_hidden(&[debug(&transport.requests()[0]), debug(&transport)]);

    // The parts of a response that a program can hold by themselves.
    let client = transport.blocking_client();
    let customer = client.get_customer(&CustomerId::new("customer_1").unwrap()).send().unwrap();
    let profile = &customer.verification_profiles()[0];
    let criteria = profile.criteria();
    assert_eq!(criteria.errors[0].detail(), Some(NAME));
    let id = RepresentativeId::new("customer_1").unwrap();
    let representative = client.get_representative(&id).send().unwrap();
    assert_all_hidden(&[
        debug(profile),
        debug(criteria),
        debug(&criteria.errors),
        debug(&profile.face_check()),
        debug(&customer.personal_information().unwrap()),
        debug(&customer.meta()),
        debug(&customer.created_at()),
        debug(&representative.address().unwrap()),
        debug(&representative.representation_details().unwrap()),
        debug(&client.list_customers().next_page().unwrap().unwrap().unreadable()),
    ]);
    let missing = DocumentFile::read_blocking(format!("/nowhere/{FILE_NAME}")).unwrap_err();
    assert_all_hidden(&[format!("{missing} {missing:?} {:?}", missing.source())]);

    // What the requests and responses are made of.
    assert_all_hidden(&[
        debug(&address()),
        debug(&person()),
        debug(&meta()),
        debug(&meta().get("note")),
        debug(&details()),
        debug(&file()),
    ]);

    // Errors: a server that quotes everything, one whose response cannot be read, and faults found before sending.
    let quoted = ALL[..9].join(" / ");
    let problem = json!({
        "title": quoted, "status": 422, "detail": quoted, "code": "x",
        "errors": [{"detail": quoted, "pointer": quoted}],
    });
    // A request hides its own values: those that it does not hold are the server's own words.
    for (canaries, endpoint_error) in [
        (&[EMAIL, PHONE, STREET, NAME, TAX_NUMBER, META][..], {
            let new = CreateCustomer::individual(EMAIL, PHONE, address());
            let new = new.personal_information(person()).meta(meta());
            refused(&problem, |client| client.create_customer(new).send().map(drop))
        }),
        (&[CODE], {
            let customer = CustomerId::new("customer_1").unwrap();
            let channel = OneTimePasswordChannel::Email;
            refused(&problem, |client| {
                client.verify_one_time_password(&customer, channel, CODE).send().map(drop)
            })
        }),
        (&[FILE_NAME, NAME], {
            let customer = CustomerId::new("customer_1").unwrap();
            let upload = UploadDocument::liveness_report(&customer, file()).description(NAME);
            refused(&problem, |client| client.upload_document(upload).send().map(drop))
        }),
        (&[EMAIL, NAME], {
            refused(&problem, |client| {
                client.list_customers().email(EMAIL).search(NAME).next().unwrap().map(drop)
            })
        }),
    ] {
        assert!(endpoint_error.contains("[redacted]"), "{endpoint_error}");
        for canary in canaries {
            assert_hidden(canary, &endpoint_error);
        }
    }
    let odd = json!({"id": NAME, "customers": NAME, "data": {"x": EMAIL}, "url": EMAIL, "link": EMAIL, "ok": PHONE});
    let transport = FakeTransport::always(Reply::status(200).body("application/json", odd.to_string()));
    assert_all_hidden(&shown(&transport.blocking_client()));
    let invalid = CreateCustomer::individual(EMAIL, NAME, Address::new().with_country(STREET));
    let invalid = outcome(transport.blocking_client().create_customer(invalid).send());
    assert!(invalid.contains("phone has"), "{invalid}");
    assert_all_hidden(&[invalid]);

    let logged = logged();
    assert!(logged.contains("create_customer"), "the capture works");
    assert_all_hidden(&[logged]);
}

/// What is told of a call that is refused with this problem.
fn refused(problem: &serde_json::Value, call: impl FnOnce(&Client) -> Result<(), Error>) -> String {
    let transport = FakeTransport::always(Reply::status(422).body("application/json", problem.to_string()));
    told(&call(&transport.blocking_client()).unwrap_err())
}
