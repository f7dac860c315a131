//! An individual from nothing to a decision, in both models.

use serde_json::{Value, json};
use sphere_sandbox::{CheckState, Model, Outcome, Sandbox};

use super::{create, individual, json_of, profile, upload, upload_passport};
use crate::wire::visit;

#[test]
fn individual_is_approved_after_every_step() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, &individual("jane@example.com"));
    assert_eq!(
        profile(&sandbox, &id),
        json!({
            "name": "kyc_profile_a",
            "status": "incomplete",
            "criteria": {
                "complete": [
                    "email_address", "phone_number", "residential_address", "tax_identification_number",
                ],
                "pending": [],
                "required": ["identity_document", "liveness_report_document", "terms_of_service"],
                "errors": [],
            },
        })
    );

    let terms = json_of(&sandbox, &format!("POST /v2/customer/{id}/tos-link"), &Value::Null, 201);
    let link = terms["link"].as_str().unwrap();
    assert_eq!(visit(&sandbox, "POST", &format!("{link}/accept")).status, 303);
    assert_eq!(
        json_of(&sandbox, &format!("GET /v2/customer/{id}"), &Value::Null, 200)["tosStatus"],
        "approved"
    );

    upload_passport(&sandbox, &id);

    let face =
        json_of(&sandbox, &format!("POST /v2/customer/{id}/face-verification-link"), &Value::Null, 201);
    assert_eq!(profile(&sandbox, &id)["criteria"]["required"], json!(["liveness_report_document"]));
    let link = face["url"].as_str().unwrap();
    assert_eq!(visit(&sandbox, "POST", &format!("{link}/pass")).status, 303);

    let profile = profile(&sandbox, &id);
    assert_eq!(profile["status"], "approved");
    assert_eq!(profile["criteria"]["required"], json!([]));
    assert_eq!(sandbox.customer(&id).status(), "approved");
}

#[test]
fn each_missing_step_keeps_the_profile_incomplete() {
    for missing in ["terms_of_service", "identity_document", "liveness_report_document"] {
        let sandbox = Sandbox::start().unwrap();
        let id = create(&sandbox, &individual("jane@example.com"));
        if missing != "terms_of_service" {
            sandbox.customer(&id).accept_terms();
        }
        if missing != "identity_document" {
            upload_passport(&sandbox, &id);
        }
        if missing != "liveness_report_document" {
            sandbox.customer(&id).finish_face_check(CheckState::Passed);
        }
        let profile = profile(&sandbox, &id);
        assert_eq!(profile["status"], "incomplete", "{missing}");
        assert_eq!(profile["criteria"]["required"], json!([missing]));
    }
}

#[test]
fn platform_managed_customer_needs_a_liveness_report() {
    let sandbox = Sandbox::builder().model(Model::PlatformManaged).start().unwrap();
    let id = create(&sandbox, &individual("jane@example.com"));
    upload_passport(&sandbox, &id);
    assert_eq!(profile(&sandbox, &id)["criteria"]["required"], json!(["liveness_report_document"]));

    let fields = [("targetId", &*id), ("target", "customer"), ("documentType", "liveness_report")];
    let response = upload(&sandbox, &fields, Some(("application/pdf", b"%PDF")));

    assert_eq!(response.status, 201);
    assert_eq!(profile(&sandbox, &id)["status"], "approved");
}

#[test]
fn failed_face_check_can_be_repeated() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, &individual("jane@example.com"));
    let customer = sandbox.customer(&id);
    customer.finish_face_check(CheckState::Failed);
    let failed = profile(&sandbox, &id);
    assert_eq!(
        failed["criteria"]["errors"],
        json!([{"name": "liveness_report_document", "detail": "The face check failed"}])
    );
    assert_eq!(sandbox.check_state(&id), CheckState::Failed);

    customer.finish_face_check(CheckState::Left);
    assert_eq!(profile(&sandbox, &id), failed);
    customer.finish_face_check(CheckState::Passed);
    assert_eq!(profile(&sandbox, &id)["criteria"]["errors"], json!([]));
}

/// Does everything that a customer does.
fn finish_everything(sandbox: &Sandbox, id: &str) {
    upload_passport(sandbox, id);
    sandbox.customer(id).accept_terms().finish_face_check(CheckState::Passed);
}

#[test]
fn test_chooses_the_outcome() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, &individual("jane@example.com"));
    finish_everything(&sandbox, &id);
    for (outcome, status) in
        [(Outcome::StaysPending, "pending"), (Outcome::Rejected, "rejected"), (Outcome::Approved, "approved")]
    {
        sandbox.customer(&id).outcome(outcome);
        assert_eq!(profile(&sandbox, &id)["status"], status);
    }
}

#[test]
fn email_address_chooses_the_outcome() {
    let sandbox = Sandbox::start().unwrap();
    for (email, status) in
        [("jane+rejected@example.com", "rejected"), ("jane+pending@example.com", "pending")]
    {
        let id = create(&sandbox, &individual(email));
        assert_eq!(profile(&sandbox, &id)["status"], "incomplete");
        finish_everything(&sandbox, &id);
        assert_eq!(profile(&sandbox, &id)["status"], status);
    }
}

#[test]
fn endless_review_has_pending_criteria() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, &individual("jane+pending@example.com"));
    finish_everything(&sandbox, &id);
    let criteria = profile(&sandbox, &id)["criteria"].clone();
    assert_eq!(criteria["pending"], json!(["identity_document", "liveness_report_document"]));
    assert_eq!(criteria["required"], json!([]));
}

#[test]
fn refused_document_can_be_uploaded_again() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, &individual("jane+document-refused@example.com"));
    finish_everything(&sandbox, &id);
    let refused = profile(&sandbox, &id);
    assert_eq!(refused["status"], "incomplete");
    assert_eq!(refused["criteria"]["errors"][0]["name"], "identity_document");
    upload_passport(&sandbox, &id);
    assert_eq!(profile(&sandbox, &id)["status"], "approved");
}

#[test]
fn customer_in_brazil_has_two_profiles() {
    let sandbox = Sandbox::start().unwrap();
    let mut body = individual("jane@example.com");
    body["address"]["country"] = json!("BRA");
    let customer = json_of(&sandbox, "POST /v2/customer", &body, 201);
    let profiles = customer["verificationProfiles"].as_array().unwrap();
    let names: Vec<_> = profiles.iter().map(|profile| profile["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["kyc_profile_a", "kyc_profile_b"]);
}

#[test]
#[should_panic(expected = "nobody has created a customer \"customer_ada\"")]
fn unknown_customer_cannot_be_scripted() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.customer("customer_ada");
}
