//! What each operation of the journey reads: certain members are required, and nothing else can lose a response.

use crate::shared::journey::{client, get_customer, get_representative, upload};
use crate::shared::{blocking_client, config};
use serde_json::{Value, json};
use sphere_core::endpoints::*;
use sphere_core::testing::{FakeTransport, Reply};
use sphere_core::verification::*;
use sphere_core::{CustomerId, LinkedCustomerId, RepresentativeId, TimeText};

fn sample() -> Value {
    json!({
        "id": "customer_1",
        "type": "individual",
        "email": "jane.smith@example.com",
        "phone": "+14155550123",
        "firstName": "Jane",
        "lastName": "Smith",
        "dateOfBirth": "1990-12-31",
        "tosStatus": "incomplete",
        "verificationProfiles": [
            {
                "name": "kyc_profile_a",
                "status": "incomplete",
                "criteria": {
                    "complete": ["email_address"],
                    "pending": ["identity_document"],
                    "required": ["liveness_report_document", "new_criterion"],
                    "errors": [{"name": "residential_address", "detail": "unknown street"}, {"name": "x", "message": "y"}],
                },
            },
            {"name": "new_profile", "status": "new_status", "required": ["liveness_check"]},
        ],
        "personalInformation": {"gender": "female", "nationality": 7},
        "meta": {"plan": "gold", "seats": 7},
        "createdAt": "2026-03-09T20:46:31.305Z",
        "updatedAt": "soon",
        "new": {"deep": [1]},
    })
}

#[test]
fn every_known_member_of_a_customer_is_read() {
    let customer = get_customer(&sample()).unwrap();
    assert_eq!(customer.id().as_str(), "customer_1");
    assert_eq!(customer.customer_type(), Some(CustomerType::Individual));
    assert_eq!(customer.email(), Some("jane.smith@example.com"));
    assert_eq!(customer.phone(), Some("+14155550123"));
    assert_eq!((customer.first_name(), customer.last_name()), (Some("Jane"), Some("Smith")));
    assert_eq!(customer.date_of_birth(), Some("1990-12-31"));
    assert_eq!(customer.terms_of_service_status(), Some(TermsOfServiceStatus::Incomplete));
    assert_eq!((customer.business_legal_name(), customer.business_trade_name()), (None, None));
    let person = customer.personal_information().unwrap();
    assert_eq!((person.gender(), person.nationality()), (Some("female"), None));
    assert_eq!(person.member("nationality"), Some("7"));
    assert_eq!(customer.meta().unwrap().iter().count(), 2);
    assert!(customer.created_at().unwrap().timestamp().is_some());
    assert_eq!(customer.updated_at().unwrap().as_str(), "soon");
    assert_eq!(customer.member("new"), Some(r#"{"deep":[1]}"#));
    assert_eq!(serde_json::to_value(&customer).unwrap(), sample());
}

#[test]
fn profiles_keep_unknown_names_and_both_places_of_lists() {
    let customer = get_customer(&sample()).unwrap();
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
fn missing_certain_members_are_named() {
    for (body, fault) in [
        (json!({}), "`id` is missing"),
        (json!({"id": 7, "verificationProfiles": []}), "`id` has the wrong type"),
        (json!({"id": "customer_2", "verificationProfiles": []}), "`id` is not the id that was asked for"),
    ] {
        let error = get_customer(&body).unwrap_err();
        assert!(error.to_string().contains(fault), "{error}");
    }
    let page = client(&json!({"pagination": {}})).list_customers().next().unwrap().unwrap_err();
    assert!(page.to_string().contains("`customers` is missing"), "{page}");
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

#[test]
fn links_and_passwords_need_their_certain_members() {
    let customer = CustomerId::new("customer_1").unwrap();
    let linked = LinkedCustomerId::new("customer_1").unwrap();
    let representative = RepresentativeId::new("a").unwrap();
    let link = "https://in.sumsub.com/p/1";

    let terms = client(&json!({"link": link})).generate_terms_of_service_link(&customer).send().unwrap();
    assert_eq!((terms.url(), terms.expires_at()), (link, None));
    let terms = client(&json!({"link": link, "expiresAt": "soon"}))
        .generate_terms_of_service_link(&customer)
        .send()
        .unwrap();
    assert_eq!(terms.expires_at().unwrap().as_str(), "soon");
    let error = client(&json!({"url": link})).generate_terms_of_service_link(&customer).send().unwrap_err();
    assert!(error.to_string().contains("`link` is missing"), "{error}");
    let error =
        client(&json!({"link": "http://x.example/canary"})).generate_terms_of_service_link(&customer).send();
    let error = error.unwrap_err().to_string();
    assert!(error.contains("`link` is plain http") && !error.contains("canary"), "{error}");

    let whole = json!({"customerId": "customer_1", "url": link, "expiresAt": "soon"});
    let kyc = client(&whole).regenerate_kyc_link(&linked).send().unwrap();
    let time = kyc.expires_at().map(TimeText::as_str);
    assert_eq!((kyc.customer(), kyc.url(), time), (&linked, link, Some("soon")));
    let create =
        |body: &Value| client(body).create_linked_customer(CreateLinkedCustomer::individual()).send();
    assert_eq!(create(&whole).unwrap().link().unwrap(), &kyc);
    for (body, fault) in [
        (json!({"customerId": "customer_1"}), "`url` is missing"),
        (json!({"customerId": "customer_1", "url": "x"}), "`url` does not begin with https://"),
    ] {
        let created = create(&body).unwrap();
        assert_eq!((created.id(), created.link().unwrap_err().to_string().as_str()), (&linked, fault));
        let error = client(&body).regenerate_kyc_link(&linked).send().unwrap_err();
        assert!(error.to_string().contains(fault), "{error}");
    }
    let error = create(&json!({"url": link})).unwrap_err();
    assert!(
        error.to_string().contains("`customerId` is missing") && error.may_have_been_processed(),
        "{error}"
    );

    let body = json!({"url": link, "expiresAt": "2026-03-09T20:46:31Z"});
    let face = client(&body).generate_representative_face_verification_link(&representative).send().unwrap();
    assert_eq!(face.url(), link);

    let body = json!({"customerId": "customer_1", "expiresAt": "2026-03-09T20:46:31Z", "verifiedAt": "soon"});
    let channel = OneTimePasswordChannel::Email;
    let sent = client(&body).send_one_time_password(&customer, channel).send().unwrap();
    assert_eq!((sent.customer(), sent.expires_at().unwrap().as_str()), (&customer, "2026-03-09T20:46:31Z"));
    let verified = client(&body).verify_one_time_password(&customer, channel, "1").send().unwrap();
    assert_eq!((verified.customer(), verified.verified_at().as_str()), (&customer, "soon"));

    for ok in [true, false] {
        assert_eq!(client(&json!({"ok": ok})).delete_representative(&representative).send().unwrap(), ok);
    }
    let error = client(&json!({})).delete_representative(&representative).send().unwrap_err();
    assert!(error.to_string().contains("`ok` is missing"), "{error}");
}

#[test]
fn representatives_require_an_id_and_documents_nothing() {
    let error = get_representative(&json!({})).unwrap_err();
    assert!(error.to_string().contains("`id` is missing"), "{error}");
    assert!(upload(&json!({})).unwrap().file_size().is_none());
    assert!(upload(&json!([])).is_err());
    let client = blocking_client(config(), &FakeTransport::always(Reply::status(204)));
    let file = DocumentFile::new("f.pdf", DocumentFormat::Pdf, "x");
    let customer = CustomerId::new("customer_1").unwrap();
    client.upload_document(UploadDocument::liveness_report(&customer, file)).send().unwrap();

    let representative = get_representative(&json!({
        "id": "associatedPerson_1", "customerId": "customer_1", "type": "individual", "email": "a@b", "phone": "+1",
        "representationDetails": {"roles": ["ubo"], "ownershipPercentage": "50", "isSigner": true, "isControlPerson": "no"},
        "verificationProfiles": [{"name": "ubo_kyc_profile_a", "status": "approved"}],
        "address": {"city": "Bonn"}, "createdAt": "2026-03-09T20:46:31Z",
    }))
    .unwrap();
    assert_eq!(representative.id().as_str(), "associatedPerson_1");
    assert_eq!(representative.customer_id().unwrap().as_str(), "customer_1");
    assert_eq!(representative.representative_type(), Some(RepresentativeType::Individual));
    assert_eq!((representative.email(), representative.phone()), (Some("a@b"), Some("+1")));
    assert_eq!(representative.address().unwrap().city(), Some("Bonn"));
    let details = representative.representation_details().unwrap();
    assert_eq!(details.roles().unwrap(), ["ubo"]);
    assert_eq!((details.is_signer(), details.is_control_person()), (Some(true), None));
    assert_eq!(details.ownership_percentage(), Some("50"));
    let profile = representative.verification_profile(&ProfileName::UboKycProfileA).unwrap();
    assert_eq!(profile.face_check().verdict(), FaceCheckVerdict::Passed);
    assert!(representative.created_at().is_some() && representative.updated_at().is_none());

    let document = upload(&json!({
        "targetId": "customer_1", "target": "customer", "documentType": "liveness_report", "fileName": "f.pdf",
        "fileSize": 7, "mimeType": "application/pdf", "createdAt": "x", "country": 7,
    }))
    .unwrap();
    assert_eq!((document.file_size(), document.file_name()), (Some(7), Some("f.pdf")));
    assert_eq!((document.country(), document.member("country")), (None, Some("7")));
}
