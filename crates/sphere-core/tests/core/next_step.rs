//! What a customer has to do next, in twenty-two states.

use crate::shared::journey::{client, customer};
use serde_json::{Value, json};
use sphere_core::verification::ProfileName;

/// A profile: its name's last letter, its status, what is required and what is in error; the rest is done.
fn profile(letter: &str, status: &str, required: &[&str], errors: &[&str]) -> Value {
    let errors: Vec<_> = errors.iter().map(|name| json!({"name": name, "detail": "private"})).collect();
    json!({
        "name": format!("kyc_profile_{letter}"), "status": status,
        "criteria": {"complete": [], "pending": [], "required": required, "errors": errors},
    })
}

/// By `Debug`, which shows what is to be supplied or corrected.
fn next(profiles: &Value, names: &[ProfileName]) -> String {
    let body = json!({"id": customer().as_str(), "verificationProfiles": profiles});
    format!("{:?}", client(&body).get_customer(&customer()).send().unwrap().next_step(names))
}

#[test]
fn each_state_has_its_next_step() {
    let a = |status, required: &[&str], errors: &[&str]| profile("a", status, required, errors);
    let open = |required: &[&str]| json!([profile("a", "incomplete", required, &[])]);
    for (profiles, expected) in [
        (json!([a("approved", &[], &[])]), "Approved"),
        (json!([a("approved", &["identity_document"], &["new"])]), "Approved"),
        (json!([a("rejected", &["identity_document"], &[])]), "Rejected"),
        (json!([a("incomplete", &[], &[])]), "WaitForReview"),
        (json!([a("pending", &[], &[])]), "WaitForReview"),
        (json!([a("new", &[], &[])]), "NotKnown"),
        (json!([]), "NotKnown"),
        (Value::Null, "NotKnown"),
        (json!([7]), "NotKnown"),
        (json!([{"name": "kyc_profile_a", "status": "pending"}]), "NotKnown"),
        (json!([{"name": "kyc_profile_a", "status": "pending", "criteria": {"required": [7]}}]), "NotKnown"),
        (
            open(&["tax_identification_number", "identity_document"]),
            "SupplyDetails([TaxIdentificationNumber])",
        ),
        (open(&["phone_verification", "email_verification"]), "VerifyContact(Email)"),
        (open(&["phone_verification", "terms_of_service"]), "VerifyContact(Phone)"),
        (open(&["identity_document", "terms_of_service"]), "AcceptTerms"),
        (open(&["liveness_check", "identity_document"]), "UploadIdentityDocument"),
        (open(&["liveness_report_document", "proof_of_address_document"]), "DoFaceCheck"),
        (open(&["proof_of_address_document", "title"]), "UploadProofOfAddress"),
        (open(&["new", "title"]), r#"Supply([Unknown("new"), Title])"#),
        (
            json!([a("incomplete", &["terms_of_service"], &["identity_document"])]),
            "Correct([CriterionError { name: IdentityDocument, .. }])",
        ),
        (json!([a("approved", &[], &[]), profile("b", "pending", &[], &[])]), "WaitForReview"),
        (json!([a("approved", &[], &[]), profile("b", "rejected", &[], &[])]), "Rejected"),
    ] {
        assert_eq!(next(&profiles, &[]), expected, "{profiles}");
    }
}

#[test]
fn only_profiles_that_are_asked_for_count() {
    let profiles = json!([
        profile("a", "approved", &[], &[]),
        profile("b", "incomplete", &["proof_of_address_document"], &[]),
    ]);
    let [a, b, c] = [ProfileName::KycProfileA, ProfileName::KycProfileB, ProfileName::KycProfileC];
    assert_eq!(next(&profiles, std::slice::from_ref(&a)), "Approved");
    assert_eq!(next(&profiles, &[a.clone(), b.clone()]), "UploadProofOfAddress");
    assert_eq!(next(&profiles, &[a.clone(), c.clone()]), "NotKnown");
    // What is left to do for another one comes first.
    assert_eq!(next(&profiles, &[c, b]), "UploadProofOfAddress");
    let twice = json!([profile("a", "approved", &[], &[]), profile("a", "approved", &[], &[])]);
    assert_eq!(next(&twice, &[a]), "NotKnown");
}
