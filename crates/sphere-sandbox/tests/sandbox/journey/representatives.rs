//! Representatives of a business.

use serde_json::{Value, json};
use sphere_sandbox::{CheckState, Outcome, Sandbox};

use super::{call, create, faults, individual, json_of, profile, upload_passport};

fn representative(business: &str, email: &str) -> Value {
    let mut body = individual(email);
    body["customerId"] = json!(business);
    body["representationDetails"] = json!({"roles": ["ubo"], "ownershipPercentage": "50", "isSigner": true});
    body
}

#[track_caller]
fn create_representative(sandbox: &Sandbox, business: &str) -> Value {
    let body = representative(business, "rep@example.com");
    json_of(sandbox, "POST /v2/business-representative", &body, 201)
}

fn business(sandbox: &Sandbox) -> String {
    create(
        sandbox,
        &json!({
            "type": "business", "email": "firm@example.com", "phone": "+14155550123",
            "addresses": [], "businessInformation": {},
        }),
    )
}

#[test]
fn representative_is_approved_after_every_step() {
    let sandbox = Sandbox::start().unwrap();
    let created = create_representative(&sandbox, "customer_firm");
    let id = created["id"].as_str().unwrap();
    assert!(id.starts_with("associatedPerson_"), "{id}");
    assert_eq!(created["customerId"], "customer_firm");
    assert_eq!(created["address"]["city"], "Chicago");
    assert_eq!(created["verificationProfiles"][0]["name"], "ubo_kyc_profile_a");

    upload_passport(&sandbox, id);
    let line = format!("POST /v2/business-representative/{id}/face-verification-link");
    assert!(json_of(&sandbox, &line, &Value::Null, 201)["url"].is_string());
    sandbox.representative(id).finish_face_check(CheckState::Passed);

    assert_eq!(profile(&sandbox, id)["status"], "approved");
    sandbox.representative(id).outcome(Outcome::Rejected);
    assert_eq!(profile(&sandbox, id)["status"], "rejected");
}

#[test]
fn names_of_another_type_are_refused() {
    let sandbox = Sandbox::start().unwrap();
    for name in ["firstName", "middleName", "lastName", "dateOfBirth"] {
        let mut body = representative("customer_firm", "rep@example.com");
        body[name] = json!(7);
        assert_eq!(faults(&sandbox, "POST /v2/business-representative", &body), [format!("/{name}")]);
    }
}

#[test]
fn list_is_filtered_by_business() {
    let sandbox = Sandbox::start().unwrap();
    let firm = business(&sandbox);
    create_representative(&sandbox, &firm);
    create_representative(&sandbox, "customer_other");
    for (query, count) in
        [("", 2), (&*format!("?customerId={firm}"), 1), ("?customerId=x", 0), ("?limit=1", 1)]
    {
        let list = json_of(&sandbox, &format!("GET /v2/business-representative{query}"), &Value::Null, 200);
        assert_eq!(list["data"].as_array().unwrap().len(), count, "{query}");
    }
    assert_eq!(faults(&sandbox, "GET /v2/business-representative?customerId=", &Value::Null), ["customerId"]);
}

#[test]
fn update_replaces_the_named_members() {
    let sandbox = Sandbox::start().unwrap();
    let created = create_representative(&sandbox, "customer_firm");
    let line = format!("PATCH /v2/business-representative/{}", created["id"].as_str().unwrap());
    let body = json!({"representationDetails": {"title": "CEO"}, "customerId": "customer_other"});
    let updated = json_of(&sandbox, &line, &body, 200);
    assert_eq!(updated["representationDetails"], json!({"title": "CEO"}));
    assert_eq!(updated["customerId"], "customer_firm");
    for (name, value) in [
        ("roles", json!("ubo")),
        ("roles", json!([1])),
        ("ownershipPercentage", json!(50)),
        ("isSigner", json!("yes")),
        ("relationshipEstablishedAt", json!("May")),
        ("relationshipEstablishedAt", json!("2025-02-29")),
    ] {
        let bad = json!({"representationDetails": {name: value}});
        assert_eq!(faults(&sandbox, &line, &bad), [format!("/representationDetails/{name}")]);
    }
}

#[test]
fn deleted_representative_is_not_found() {
    let sandbox = Sandbox::start().unwrap();
    let created = create_representative(&sandbox, "customer_firm");
    let line = format!("DELETE /v2/business-representative/{}", created["id"].as_str().unwrap());
    assert_eq!(json_of(&sandbox, &line, &Value::Null, 200), json!({"ok": true}));
    assert_eq!(call(&sandbox, &line, &Value::Null).status, 404);
}

#[test]
fn verified_business_keeps_its_representatives() {
    let sandbox = Sandbox::start().unwrap();
    let firm = business(&sandbox);
    let created = create_representative(&sandbox, &firm);
    let fields = [("targetId", &*firm), ("target", "customer"), ("documentType", "proof_of_address")];
    assert_eq!(super::upload(&sandbox, &fields, Some(("image/tiff", b"x"))).status, 201);
    assert_eq!(profile(&sandbox, &firm)["status"], "approved");
    let line = format!("DELETE /v2/business-representative/{}", created["id"].as_str().unwrap());
    assert_eq!(call(&sandbox, &line, &Value::Null).status, 400);
}

#[test]
fn business_must_be_one() {
    let sandbox = Sandbox::start().unwrap();
    let bad = json!({"type": "business", "addresses": ["Chicago"], "businessInformation": []});
    assert_eq!(
        faults(&sandbox, "POST /v2/customer", &bad),
        ["/email", "/phone", "/addresses", "/businessInformation"]
    );
    let person = create(&sandbox, &individual("jane@example.com"));
    for (business, status) in [(&*person, 422), ("customer_unknown", 404), ("associatedPerson_1", 404)] {
        let body = representative(business, "rep@example.com");
        assert_eq!(call(&sandbox, "POST /v2/business-representative", &body).status, status, "{business}");
    }
    let found = faults(&sandbox, "POST /v2/business-representative", &json!({}));
    assert_eq!(found, ["/customerId", "/type", "/email", "/phone", "/address"]);
    let nameless = representative("", "rep@example.com");
    assert_eq!(faults(&sandbox, "POST /v2/business-representative", &nameless), ["/customerId"]);
}
