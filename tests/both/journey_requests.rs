//! What the SDK sends in the verification journey, against the contract: `contract/journey.openapi.json`.

use serde_json::{Value, json};
use sphere_core::blocking::Client;
use sphere_core::endpoints::*;
use sphere_core::testing::{FakeTransport, Reply};
use sphere_core::transport::TransportRequest;
use sphere_core::unstable::DocumentTarget;
use sphere_core::{
    Address, CustomerId, Error, LinkedCustomerId, Meta, PersonalInformation, RepresentativeId,
};

fn contract() -> Value {
    serde_json::from_str(include_str!("../contract/journey.openapi.json")).unwrap()
}

/// The operation of the contract that a request is for, and the name of its path.
fn operation(contract: &Value, request: &TransportRequest) -> (String, Value) {
    let path = request.http().uri().path();
    let method = request.http().method().as_str().to_lowercase();
    let segments: Vec<_> = path.split('/').collect();
    // A path without a parameter goes before one with it: `/v2/customer/kyc-link` before `/v2/customer/{id}`.
    let mut paths: Vec<_> = contract["paths"].as_object().unwrap().iter().collect();
    paths.sort_by_key(|(template, _)| template.matches('{').count());
    let matches = |template: &str| {
        let template: Vec<_> = template.split('/').collect();
        template.len() == segments.len()
            && template.iter().zip(&segments).all(|(part, segment)| part.starts_with('{') || part == segment)
    };
    let (template, item) = paths
        .into_iter()
        .find(|(template, item)| matches(template) && item.get(&method).is_some())
        .unwrap_or_else(|| panic!("the contract has no {method} {path}"));
    (format!("{method} {template}"), item[&method].clone())
}

/// What is wrong with a value by a schema of the contract.
fn faults(contract: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut schema = schema.clone();
    // References lead to `#/components`.
    schema["components"] = contract["components"].clone();
    let validator = jsonschema::draft4::new(&schema).unwrap();
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn body(request: &TransportRequest) -> Vec<u8> {
    request.http().body().reader().flatten().collect()
}

/// A form as a JSON object of its texts, with the file as text too.
fn form(request: &TransportRequest) -> Value {
    let content_type = request.http().headers()["content-type"].to_str().unwrap();
    let boundary = format!("--{}", content_type.strip_prefix("multipart/form-data; boundary=").unwrap());
    let body = String::from_utf8(body(request)).unwrap();
    let mut parts = serde_json::Map::new();
    for part in body.split(&boundary) {
        let Some((head, content)) = part.split_once("\r\n\r\n") else { continue };
        let name = head.split("name=\"").nth(1).unwrap().split('"').next().unwrap();
        parts.insert(name.to_owned(), content.trim_end_matches("\r\n").into());
    }
    parts.into()
}

/// Sends, and gives the request and what is wrong with it by the contract.
fn checked<T: std::fmt::Debug>(
    call: impl FnOnce(&Client) -> Result<T, Error>,
) -> (String, TransportRequest, Vec<String>) {
    let contract = contract();
    let transport = FakeTransport::script([Reply::not_found()]);
    assert!(call(&transport.blocking_client()).unwrap_err().is_not_found());
    let request = transport.requests().only().clone();
    let (name, operation) = operation(&contract, &request);
    let content = &operation["requestBody"]["content"];
    let faults = if let Some(schema) = content.pointer("/application~1json/schema") {
        assert_eq!(request.http().headers()["content-type"], "application/json");
        faults(&contract, schema, &serde_json::from_slice(&body(&request)).unwrap())
    } else if let Some(schema) = content.pointer("/multipart~1form-data/schema") {
        // The open type of a business document makes most forms fit two variants of the contract's `oneOf`.
        faults(&contract, &json!({"anyOf": schema["oneOf"]}), &form(&request))
    } else {
        assert!(body(&request).is_empty(), "{name} has no body in the contract");
        Vec::new()
    };
    for pair in request.http().uri().query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let name = pair.split('=').next().unwrap();
        let parameters = operation["parameters"].as_array().unwrap();
        assert!(parameters.iter().any(|parameter| parameter["name"] == name), "the contract has no {name}");
    }
    (name, request, faults)
}

fn person() -> PersonalInformation {
    PersonalInformation::new()
        .with_tax_identification_number("123456789")
        .with_tax_identification_number_type("ssn")
        .with_tax_identification_number_country("USA")
}

#[test]
fn every_request_follows_the_contract() {
    let customer = CustomerId::new("customer_1").unwrap();
    let linked = LinkedCustomerId::new("customer_2").unwrap();
    let representative = RepresentativeId::new("associatedPerson_1").unwrap();
    let address = || Address::new().with_line1("1 Street").with_city("Chicago").with_country("USA");
    let file = || DocumentFile::new("f.png", DocumentFormat::Png, "png");
    let details = || RepresentationDetails::new().with_roles(["ubo"]).with_is_signer(true).with_title("CEO");
    let meta = || Meta::new().with("plan", "gold").with("seats", 7);
    let (customer, linked, representative) = (&customer, &linked, &representative);
    let identity = |kind| UploadIdentityDocument::new(customer, kind, "USA", file());
    let checked = [
        checked(|client| {
            let new = CreateCustomer::individual("a@example.com", "+14155550123", address());
            client.create_customer(new.personal_information(person()).meta(meta())).send()
        }),
        checked(|client| client.get_customer(customer).send()),
        checked(|client| {
            let update =
                UpdateCustomer::new(customer).address(address()).personal_information(person()).meta(meta());
            client.update_customer(update).send()
        }),
        checked(|client| {
            let filtered = client.list_customers().limit(10).email("a@b").search("a");
            let filtered = filtered.status(&"approved".into()).customer_type(&CustomerType::Individual);
            filtered.first()
        }),
        checked(|client| client.generate_terms_of_service_link(customer).send()),
        checked(|client| client.generate_face_verification_link(customer).send()),
        checked(|client| client.send_one_time_password(customer, OneTimePasswordChannel::Email).send()),
        checked(|client| client.send_one_time_password(customer, OneTimePasswordChannel::Phone).send()),
        checked(|client| {
            client.verify_one_time_password(customer, OneTimePasswordChannel::Phone, "0123456789").send()
        }),
        checked(|client| client.upload_identity_document(identity(IdentityDocumentType::Passport)).send()),
        checked(|client| {
            let card = identity(IdentityDocumentType::IdCard).side(DocumentSide::Front).description("d");
            client.upload_identity_document(card).send()
        }),
        checked(|client| {
            let licence = IdentityDocumentType::DriversLicense;
            let upload = UploadIdentityDocument::new(representative, licence, "USA", file());
            client.upload_identity_document(upload.side(DocumentSide::Back)).send()
        }),
        checked(|client| {
            client.upload_identity_document(identity(IdentityDocumentType::ResidencePermit)).send()
        }),
        checked(|client| {
            client.upload_document(UploadDocument::liveness_report(representative, file())).send()
        }),
        checked(|client| {
            client
                .upload_document(UploadDocument::new(customer, DocumentType::ShareholderRegistry, file()))
                .send()
        }),
        checked(|client| {
            let new =
                CreateLinkedCustomer::individual().email("a@b").phone("+14155550123").address(address());
            client.create_linked_customer(new).send()
        }),
        checked(|client| client.regenerate_kyc_link(linked).send()),
        checked(|client| {
            let new = CreateRepresentative::individual(customer, "a@example.com", "+14155550123", address());
            let new = new.personal_information(person()).representation_details(details());
            let new = new.first_name("A").middle_name("B").last_name("C").date_of_birth("1990-12-31");
            client.create_representative(new).send()
        }),
        checked(|client| client.get_representative(representative).send()),
        checked(|client| client.list_representatives().limit(10).of_customer(customer).first()),
        checked(|client| {
            let update = UpdateRepresentative::new(representative).address(address());
            let update = update.personal_information(person()).representation_details(details());
            client.update_representative(update).send()
        }),
        checked(|client| client.delete_representative(representative).send()),
        checked(|client| client.generate_representative_face_verification_link(representative).send()),
    ];
    let mut called = Vec::new();
    for (name, _, faults) in checked {
        assert_eq!(faults, Vec::<String>::new(), "{name}");
        called.push(name);
    }
    called.sort_unstable();
    called.dedup();
    assert_eq!(called, offered());
}

/// All operations of the contract that may be built.
fn offered() -> Vec<String> {
    let contract = contract();
    let mut offered = Vec::new();
    for (path, item) in contract["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation.get("responses").is_some() && operation["x-sdk"] != "avoid" {
                offered.push(format!("{method} {path}"));
            }
        }
    }
    offered.sort_unstable();
    offered
}

/// The first item of a list, as a call.
trait First {
    type Item;
    fn first(self) -> Result<Self::Item, Error>;
}

impl<T, I: Iterator<Item = Result<T, Error>>> First for I {
    type Item = T;

    fn first(mut self) -> Result<T, Error> {
        self.next().unwrap()
    }
}

/// Each kind of upload by the variant that is meant for it.
#[test]
fn each_upload_follows_its_own_schema() {
    let contract = contract();
    let customer = &CustomerId::new("customer_1").unwrap();
    let representative = &RepresentativeId::new("associatedPerson_1").unwrap();
    let file = || DocumentFile::new("f.pdf", DocumentFormat::Pdf, "pdf");
    let transport = FakeTransport::always(Reply::not_found());
    let client = transport.blocking_client();
    let identity = |target: DocumentTarget<'_>| {
        let passport = UploadIdentityDocument::new(target, IdentityDocumentType::Passport, "USA", file());
        client.upload_identity_document(passport.side(DocumentSide::Front)).send().unwrap_err();
    };
    let other = |target: DocumentTarget<'_>, kind: DocumentType| {
        client.upload_document(UploadDocument::new(target, kind, file())).send().unwrap_err();
    };
    identity(customer.into());
    other(customer.into(), DocumentType::LivenessReport);
    other(customer.into(), DocumentType::IncorporationCertificate);
    identity(representative.into());
    other(representative.into(), DocumentType::ProofOfAddress);
    let variants = [
        "DocIndividualId",
        "DocIndividualOther",
        "DocBusiness",
        "DocRepresentativeId",
        "DocRepresentativeOther",
    ];
    for (request, variant) in transport.requests().iter().zip(variants) {
        let schema = json!({"$ref": format!("#/components/schemas/{variant}")});
        let form = form(request);
        assert_eq!(faults(&contract, &schema, &form), Vec::<String>::new(), "{variant}");
        assert_eq!(form.get("country").is_some(), variant.ends_with("Id"), "{variant}");
    }
}

#[test]
fn the_validator_finds_faults() {
    let contract = contract();
    let schema = json!({"$ref": "#/components/schemas/IndividualCustomerCreate"});
    let good = json!({"type": "individual", "email": "a@b", "phone": "+14155550123", "address": {"line1": "", "city": "", "country": ""}});
    assert_eq!(faults(&contract, &schema, &good), Vec::<String>::new());
    for (pointer, bad) in [("/phone", json!("1")), ("/type", json!("business")), ("/address/city", json!(7))]
    {
        let mut value = good.clone();
        *value.pointer_mut(pointer).unwrap() = bad;
        assert_eq!(faults(&contract, &schema, &value).len(), 1, "{pointer}");
    }
}
