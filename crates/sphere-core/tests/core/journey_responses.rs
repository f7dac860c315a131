//! Responses of the journey below their members: profiles, persons, and what a link may be. Members by themselves are
//! read in `operations`.

use std::time::Duration;

use crate::shared::journey::{client, get_customer, get_representative};
use crate::shared::{blocking_client, config};
use serde_json::{Value, json};
use sphere_core::endpoints::*;
use sphere_core::testing::{FakeTransport, Reply};
use sphere_core::verification::*;
use sphere_core::{CustomerId, LinkedCustomerId};
use sphere_operations::hidden::assert_hidden;
use sphere_operations::{PRIVATE, customer_json, debug, representative_json};

#[test]
fn profiles_keep_unknown_names_and_lists() {
    let profiles = json!([
        {
            "name": "kyc_profile_a", "status": "incomplete",
            "criteria": {
                "complete": ["email_address"], "pending": ["identity_document"],
                "required": ["liveness_report_document", "new_criterion"],
                "errors": [{"name": "residential_address", "detail": "unknown street"}, {"name": "x", "message": "y"}],
            },
        },
        {"name": "new_profile", "status": "new_status", "required": ["liveness_check"]},
    ]);
    let customer = get_customer(&json!({"id": "customer_1", "verificationProfiles": profiles})).unwrap();
    let profile = customer.verification_profile(&ProfileName::KycProfileA).unwrap();
    assert_eq!(profile.status(), &ProfileStatus::Incomplete);
    let criteria = profile.criteria();
    assert_eq!(criteria.complete, [CriterionName::EmailAddress]);
    assert_eq!(criteria.pending, [CriterionName::IdentityDocument]);
    assert_eq!(criteria.required, [CriterionName::LivenessReportDocument, "new_criterion".into()]);
    let errors: Vec<_> =
        criteria.errors.iter().map(|error| (error.name().as_str(), error.detail())).collect();
    assert_eq!(errors, [("residential_address", Some("unknown street")), ("x", Some("y"))]);
    assert_eq!(profile.face_check().verdict(), FaceCheckVerdict::Outstanding);

    let other = customer.verification_profile(&"new_profile".into()).unwrap();
    assert_eq!(other.status(), &ProfileStatus::Unknown("new_status".to_owned()));
    assert!(other.face_check().is_required());
}

#[test]
fn unreadable_profiles_stay_in_the_list() {
    let profiles = |list: Value| {
        let customer = get_customer(&json!({"id": "customer_1", "verificationProfiles": list})).unwrap();
        let name = |one: &VerificationProfile| (one.name().to_string(), one.status().to_string());
        customer.verification_profiles().iter().map(name).collect::<Vec<_>>()
    };
    let pair = |name: &str, status: &str| (name.to_owned(), status.to_owned());
    let nothing = || pair("unreadable", "unreadable");
    assert_eq!(
        profiles(json!([7, {"name": "kyc_profile_a", "status": null}, {"name": "a", "status": "approved"}])),
        [nothing(), pair("kyc_profile_a", "unreadable"), pair("a", "approved")]
    );
    assert_eq!(profiles(json!(null)), []);
    assert_eq!((profiles(json!("x")), profiles(json!({}))), (vec![nothing()], vec![nothing()]));
    let missing = get_customer(&json!({"id": "customer_1"})).unwrap();
    assert_eq!(missing.verification_profiles()[0].status(), &ProfileStatus::Unreadable);

    // A name decides which profile is meant, unless another may be meant as well.
    for (list, is_found) in [
        (json!([{"name": "kyc_profile_a", "status": "approved"}, {"name": "b", "status": "pending"}]), true),
        (
            json!([{"name": "kyc_profile_a", "status": "approved"}, {"name": "kyc_profile_a", "status": "pending"}]),
            false,
        ),
        (json!([{"name": "kyc_profile_a", "status": "approved"}, {"status": "pending"}]), false),
        (json!([{"status": "approved"}]), false),
    ] {
        let customer = get_customer(&json!({"id": "customer_1", "verificationProfiles": list})).unwrap();
        assert_eq!(customer.verification_profile(&ProfileName::KycProfileA).is_some(), is_found);
    }
}

/// The parts of a customer and of a representative that a program can hold by themselves.
#[test]
fn parts_are_read_and_show_nothing_private() {
    let customer = get_customer(&customer_json()).unwrap();
    let profile = &customer.verification_profiles()[0];
    let (criteria, person) = (profile.criteria(), customer.personal_information().unwrap());
    assert_eq!((criteria.errors[0].detail(), person.gender()), (Some(PRIVATE[0]), Some("female")));
    let mut body = representative_json();
    body["id"] = "associatedPerson_1".into();
    let representative = get_representative(&body).unwrap();
    let (address, details) =
        (representative.address().unwrap(), representative.representation_details().unwrap());
    assert_eq!((address.city(), details.title()), (Some("Canaryville"), Some("Chief Canary Officer")));
    assert_eq!((details.roles().unwrap(), details.is_signer()), (vec!["ubo".to_owned()], Some(true)));
    assert!(representative.verification_profile(&ProfileName::KycProfileA).is_some());
    let missing = DocumentFile::read_blocking("/nowhere/canary-passport.png").unwrap_err();
    let listed = client(&json!({"customers": [{"id": 7, "name": PRIVATE}, customer_json()]}));
    let page = listed.list_customers().next_page().unwrap().unwrap();
    assert_eq!((page.items().len(), page.unreadable().len()), (1, 1));
    let reader = client(&customer_json());
    let wait = reader.wait_for_approval(customer.id(), Duration::from_secs(1));
    let shown = [
        debug(&wait) + &debug(&wait.outcome()),
        debug(profile) + &debug(criteria) + &debug(&criteria.errors) + &debug(&profile.face_check()),
        debug(&person) + &debug(&customer.meta()) + &debug(&customer.meta().unwrap().get("note")),
        debug(&customer.created_at()) + &debug(&address) + &debug(&details),
        debug(&page) + &debug(&page.unreadable()) + &debug(&missing) + &missing.to_string(),
        debug(&DocumentFile::new("canary-passport.png", DocumentFormat::Png, "canary file bytes")),
    ];
    for private in PRIVATE {
        assert_hidden(private, &shown.concat());
    }
}

#[test]
fn links_are_checked_without_losing_the_id() {
    let (customer, linked) = (CustomerId::new("c").unwrap(), LinkedCustomerId::new("customer_1").unwrap());
    let error =
        client(&json!({"link": "http://x.example/"})).generate_terms_of_service_link(&customer).send();
    assert!(error.unwrap_err().to_string().contains("`link` is plain http"));
    for (body, fault) in [
        (json!({"customerId": "customer_1"}), "`url` is missing"),
        (json!({"customerId": "customer_1", "url": "x"}), "`url` does not begin with https://"),
    ] {
        let created =
            client(&body).create_linked_customer(CreateLinkedCustomer::individual()).send().unwrap();
        assert_eq!((created.id(), created.link().unwrap_err().to_string().as_str()), (&linked, fault));
        let error = client(&body).regenerate_kyc_link(&linked).send().unwrap_err();
        assert!(error.to_string().contains(fault), "{error}");
    }
}

#[test]
fn document_response_is_an_object_or_empty() {
    let upload = |reply| {
        let client = blocking_client(config(), &FakeTransport::always(reply));
        let (file, customer) =
            (DocumentFile::new("f.pdf", DocumentFormat::Pdf, "x"), CustomerId::new("c").unwrap());
        client.upload_document(UploadDocument::liveness_report(&customer, file)).send()
    };
    assert!(upload(Reply::status(204)).unwrap().file_size().is_none());
    upload(Reply::status(201).body("application/json", "[]")).unwrap_err();
}
