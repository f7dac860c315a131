//! What each operation of the journey sends: method, path, query, body and safety.

use std::time::Duration;

use crate::shared::{blocking_client, config};
use bytes::Bytes;
use serde_json::{Value, json};
use sphere_core::blocking::Client;
use sphere_core::endpoints::*;
use sphere_core::testing::{FakeTransport, Reply};
use sphere_core::transport::TransportRequest;
use sphere_core::verification::ProfileStatus;
use sphere_core::{
    Address, CustomerId, Error, LinkedCustomerId, Meta, PersonalInformation, RepresentativeId,
};

pub(super) fn customer() -> CustomerId {
    CustomerId::new("customer_1").unwrap()
}

pub(super) fn representative() -> RepresentativeId {
    RepresentativeId::new("associatedPerson_1").unwrap()
}

pub(super) fn linked() -> LinkedCustomerId {
    LinkedCustomerId::new("customer_2").unwrap()
}

pub(super) fn address() -> Address {
    Address::new().with_line1("233 South Wacker Drive").with_city("Chicago").with_country("USA")
}

fn person() -> PersonalInformation {
    PersonalInformation::new()
        .with_tax_identification_number("123456789")
        .with_tax_identification_number_country("USA")
        .with("accountPurpose", "savings")
}

pub(super) fn file(bytes: impl Into<Bytes>) -> DocumentFile {
    DocumentFile::new("passport.png", DocumentFormat::Png, bytes)
}

/// The one request that a call sends, and the error that it ends with.
pub(super) fn sent<T: std::fmt::Debug>(call: impl FnOnce(&Client) -> Result<T, Error>) -> TransportRequest {
    let transport = FakeTransport::script([Reply::not_found()]);
    assert!(call(&blocking_client(config(), &transport)).unwrap_err().is_not_found());
    transport.requests().only().clone()
}

fn line(request: &TransportRequest) -> String {
    format!("{} {}", request.http().method(), request.http().uri().path_and_query().unwrap())
}

pub(super) fn body(request: &TransportRequest) -> Vec<u8> {
    request.http().body().reader().fold(Vec::new(), |all, chunk| [&all[..], &chunk].concat())
}

fn json_body(request: &TransportRequest) -> Value {
    assert_eq!(request.http().headers()["content-type"], "application/json");
    serde_json::from_slice(&body(request)).unwrap()
}

#[test]
fn reads_and_links_send_no_body() {
    let (customer, representative, linked) = (customer(), representative(), linked());
    let rep = "/v2/business-representative/associatedPerson_1";
    for (request, expected) in [
        (sent(|client| client.get_customer(&customer).send()), "GET /v2/customer/customer_1".to_owned()),
        (
            sent(|client| client.generate_terms_of_service_link(&customer).send()),
            "POST /v2/customer/customer_1/tos-link".to_owned(),
        ),
        (
            sent(|client| client.regenerate_kyc_link(&linked).send()),
            "POST /v2/customer/customer_2/kyc-link".to_owned(),
        ),
        (sent(|client| client.get_representative(&representative).send()), format!("GET {rep}")),
        (sent(|client| client.delete_representative(&representative).send()), format!("DELETE {rep}")),
        (
            sent(|client| client.generate_representative_face_verification_link(&representative).send()),
            format!("POST {rep}/face-verification-link"),
        ),
    ] {
        assert_eq!(line(&request), expected);
        assert!(request.http().body().is_empty(), "{expected}");
        assert!(!request.http().headers().contains_key("content-type"), "{expected}");
        assert_eq!(request.http().headers()["accept"], "application/json");
    }
}

#[test]
fn a_customer_is_created_as_the_contract_says() {
    let new = || CreateCustomer::individual("jane.smith@example.com", "+14155550123", address());
    let request = sent(|client| client.create_customer(new()).send());
    assert_eq!(line(&request), "POST /v2/customer");
    let address = json!({"line1": "233 South Wacker Drive", "city": "Chicago", "country": "USA"});
    let least = json!({
        "type": "individual", "email": "jane.smith@example.com", "phone": "+14155550123", "address": address,
    });
    assert_eq!(json_body(&request), least);

    let meta = Meta::new().with("plan", "gold").with("seats", 7);
    let request =
        sent(|client| client.create_customer(new().personal_information(person()).meta(meta)).send());
    let mut most = least;
    most["personalInformation"] = json!({
        "taxIdentificationNumber": "123456789",
        "taxIdentificationNumberCountry": "USA",
        "accountPurpose": "savings",
    });
    most["meta"] = json!({"plan": "gold", "seats": 7});
    assert_eq!(json_body(&request), most);
}

#[test]
fn an_update_sends_only_what_it_changes() {
    let customer = customer();
    let request = sent(|client| client.update_customer(UpdateCustomer::new(&customer)).send());
    assert_eq!((line(&request).as_str(), json_body(&request)), ("PATCH /v2/customer/customer_1", json!({})));
    let update = UpdateCustomer::new(&customer).meta(Meta::new()).address(Address::new().with_city("Bonn"));
    let request = sent(|client| client.update_customer(update).send());
    assert_eq!(json_body(&request), json!({"address": {"city": "Bonn"}, "meta": {}}));

    let representative = representative();
    let details = RepresentationDetails::new().with_roles(["ubo"]).with_is_signer(true).with_title("CEO");
    let update = UpdateRepresentative::new(&representative).representation_details(details);
    let request = sent(|client| client.update_representative(update).send());
    assert_eq!(line(&request), "PATCH /v2/business-representative/associatedPerson_1");
    let details = json!({"roles": ["ubo"], "isSigner": true, "title": "CEO"});
    assert_eq!(json_body(&request), json!({"representationDetails": details}));
}

#[test]
fn one_time_passwords_name_their_channel() {
    let customer = customer();
    let request =
        sent(|client| client.send_one_time_password(&customer, OneTimePasswordChannel::Email).send());
    assert_eq!(line(&request), "POST /v2/customer/customer_1/otp-send");
    assert_eq!(json_body(&request), json!({"type": "email"}));
    let channel = OneTimePasswordChannel::Phone;
    let request = sent(|client| client.verify_one_time_password(&customer, channel, "012345").send());
    assert_eq!(line(&request), "POST /v2/customer/customer_1/otp-verify");
    assert_eq!(json_body(&request), json!({"type": "phone", "code": "012345"}));
}

#[test]
fn a_representative_is_created_as_the_contract_says() {
    let customer = customer();
    let new = CreateRepresentative::individual(&customer, "a@b", "+14155550123", address())
        .personal_information(person())
        .representation_details(RepresentationDetails::new().with_ownership_percentage("50"))
        .first_name("Ada")
        .middle_name("King")
        .last_name("Lovelace")
        .date_of_birth("1815-12-10");
    let request = sent(|client| client.create_representative(new).send());
    assert_eq!(line(&request), "POST /v2/business-representative");
    let body = json_body(&request);
    for (pointer, value) in [
        ("/customerId", "customer_1"),
        ("/type", "individual"),
        ("/firstName", "Ada"),
        ("/middleName", "King"),
        ("/lastName", "Lovelace"),
        ("/dateOfBirth", "1815-12-10"),
        ("/representationDetails/ownershipPercentage", "50"),
        ("/personalInformation/taxIdentificationNumber", "123456789"),
    ] {
        assert_eq!(body.pointer(pointer).and_then(Value::as_str), Some(value), "{pointer}");
    }
    assert_eq!(body.as_object().unwrap().len(), 11);
}

#[test]
fn a_linked_customer_needs_only_its_type() {
    let request = sent(|client| client.create_linked_customer(CreateLinkedCustomer::individual()).send());
    assert_eq!(line(&request), "POST /v2/customer/kyc-link");
    assert_eq!(json_body(&request), json!({"type": "individual"}));
    let new = CreateLinkedCustomer::individual().email("a@b").phone("1").address(address());
    let request = sent(|client| client.create_linked_customer(new).send());
    assert_eq!(json_body(&request).as_object().unwrap().len(), 4);
}

#[test]
fn list_filters_become_query_pairs() {
    let transport = FakeTransport::always(Reply::not_found());
    let client = blocking_client(config(), &transport);
    let customer = customer();
    client.list_customers().next().unwrap().unwrap_err();
    let filtered = client.list_customers().from_page(3).limit(50).email("a+b@c").search("x y");
    let filtered = filtered.status(&ProfileStatus::Approved).customer_type(&CustomerType::Individual);
    filtered.query("n e", "w&").next().unwrap().unwrap_err();
    client.list_representatives().of_customer(&customer).next().unwrap().unwrap_err();
    transport.requests().assert_sent([
        "GET /v2/customer?page=1&limit=10",
        "GET /v2/customer?page=3&limit=50&email=a%2Bb%40c&search=x%20y&status=approved&type=individual&n%20e=w%26",
        "GET /v2/business-representative?page=1&limit=10&customerId=customer_1",
    ]);
}

/// The parts of a form: name and content, with file name and content type where there are any.
fn form(request: &TransportRequest) -> Vec<(String, String)> {
    let content_type = request.http().headers()["content-type"].to_str().unwrap();
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let body = String::from_utf8(body(request)).unwrap();
    let boundary = format!("--{boundary}");
    let parts = body.split(&boundary).filter_map(|part| part.split_once("\r\n\r\n"));
    parts
        .map(|(head, content)| (head.trim().to_owned(), content.trim_end_matches("\r\n").to_owned()))
        .collect()
}

fn text(name: &str, content: &str) -> (String, String) {
    (format!("Content-Disposition: form-data; name=\"{name}\""), content.to_owned())
}

#[test]
fn identity_documents_are_uploaded_as_forms() {
    let (customer, representative) = (customer(), representative());
    let passport = IdentityDocumentType::Passport;
    let request = sent(|client| {
        client
            .upload_identity_document(UploadIdentityDocument::new(&customer, passport, "USA", file("png")))
            .send()
    });
    assert_eq!(line(&request), "POST /v2/document");
    let file_part = (
        "Content-Disposition: form-data; name=\"file\"; filename=\"passport.png\"\r\nContent-Type: image/png"
            .to_owned(),
        "png".to_owned(),
    );
    let expected = [
        text("target", "customer"),
        text("targetId", "customer_1"),
        text("documentType", "passport"),
        text("country", "USA"),
        file_part.clone(),
    ];
    assert_eq!(form(&request), expected);
    assert_eq!(request.time_left(), Duration::from_secs(600));

    let licence = UploadIdentityDocument::new(
        &representative,
        IdentityDocumentType::DriversLicense,
        "DEU",
        file("png"),
    );
    let licence = licence.side(DocumentSide::Back).description("mine");
    let request = sent(|client| client.upload_identity_document(licence).send());
    let expected = [
        text("target", "business_representative"),
        text("targetId", "associatedPerson_1"),
        text("documentType", "drivers"),
        text("country", "DEU"),
        text("side", "back"),
        text("description", "mine"),
        file_part,
    ];
    assert_eq!(form(&request), expected);
}

#[test]
fn other_documents_have_neither_country_nor_side() {
    let (customer, representative) = (customer(), representative());
    let names = |request: &TransportRequest| {
        form(request).into_iter().skip(1).map(|(_, content)| content).collect::<Vec<_>>()
    };
    let report = UploadDocument::liveness_report(&customer, file("png"));
    let request = sent(|client| client.upload_document(report).send());
    assert_eq!(names(&request), ["customer_1", "liveness_report", "png"]);
    let new = UploadDocument::new(&representative, "new_type", file("png")).description("d");
    let request = sent(|client| client.upload_document(new).send());
    assert_eq!(names(&request), ["associatedPerson_1", "new_type", "d", "png"]);
}
