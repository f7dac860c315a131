//! Models and flows that must not be mixed.

use serde_json::{Value, json};
use sphere_sandbox::{Model, Sandbox};

use super::{call, create, faults, individual, json_of, upload};
use crate::wire::{ask_for_link, visit};

fn onboarding(sandbox: &Sandbox) -> Value {
    json_of(sandbox, "POST /v2/customer/kyc-link", &individual("jane@example.com"), 201)
}

#[test]
fn onboarding_page_completes_everything() {
    let sandbox = Sandbox::start().unwrap();
    let created = onboarding(&sandbox);
    let id = created["customerId"].as_str().unwrap();
    assert_eq!(sandbox.customer(id).status(), "incomplete");
    let line = format!("POST /v2/customer/{id}/kyc-link");
    let again = json_of(&sandbox, &line, &Value::Null, 201);
    assert_eq!(again["customerId"], id);
    assert_ne!(again["url"], created["url"]);

    let url = created["url"].as_str().unwrap();
    assert!(visit(&sandbox, "GET", url).text().contains("Complete everything"));
    assert_eq!(visit(&sandbox, "POST", &format!("{url}/complete")).status, 303);

    assert_eq!(sandbox.customer(id).status(), "approved");
}

#[test]
fn test_finishes_the_onboarding() {
    let sandbox = Sandbox::start().unwrap();
    let created = onboarding(&sandbox);
    let onboarded = sandbox.customer(created["customerId"].as_str().unwrap());
    assert_eq!(onboarded.finish_onboarding().status(), "approved");
    // Somebody of the direct flow has no such page.
    let id = create(&sandbox, &individual("jane@example.com"));
    assert_eq!(sandbox.customer(&id).finish_onboarding().status(), "incomplete");
}

#[test]
fn direct_operations_refuse_onboarding_customers() {
    let sandbox = Sandbox::start().unwrap();
    let id = onboarding(&sandbox)["customerId"].as_str().unwrap().to_owned();
    for (line, body) in [
        ("GET /v2/customer/{id}", Value::Null),
        ("PATCH /v2/customer/{id}", json!({})),
        ("POST /v2/customer/{id}/tos-link", Value::Null),
        ("POST /v2/customer/{id}/face-verification-link", Value::Null),
        ("POST /v2/customer/{id}/otp-send", json!({"type": "email"})),
    ] {
        let response = call(&sandbox, &line.replace("{id}", &id), &body);
        assert_eq!(response.status, 422, "{line}");
        let detail = response.problem()["detail"].to_string();
        assert!(detail.contains("onboarding link"), "{line}: {detail}");
    }
    let fields =
        [("targetId", &*id), ("target", "customer"), ("documentType", "passport"), ("country", "USA")];
    assert_eq!(upload(&sandbox, &fields, Some(("image/jpeg", b"x"))).status, 422);
    let list = json_of(&sandbox, "GET /v2/customer", &Value::Null, 200);
    assert_eq!(list["pagination"]["total"], 0);
}

#[test]
fn onboarding_operations_refuse_direct_customers() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, &individual("jane@example.com"));
    let response = call(&sandbox, &format!("POST /v2/customer/{id}/kyc-link"), &Value::Null);
    assert_eq!(response.status, 422);
    let business = json!({"type": "business"});
    let found = faults(&sandbox, "POST /v2/customer/kyc-link", &business);
    assert_eq!(found, ["/type", "/email", "/phone", "/address"]);
}

#[test]
fn platform_managed_application_has_no_hosted_pages() {
    let sandbox = Sandbox::builder().model(Model::PlatformManaged).start().unwrap();
    let id = create(&sandbox, &individual("jane@example.com"));
    for operation in ["tos-link", "face-verification-link"] {
        let response = call(&sandbox, &format!("POST /v2/customer/{id}/{operation}"), &Value::Null);
        assert_eq!(response.status, 422, "{operation}");
        assert!(response.problem()["detail"].to_string().contains("Platform-Managed"), "{operation}");
    }
    assert_eq!(ask_for_link(&sandbox, "customer_ada").status, 422);
}

#[test]
fn sphere_managed_application_takes_no_liveness_report() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, &individual("jane@example.com"));
    let fields = [("targetId", &*id), ("target", "customer"), ("documentType", "liveness_report")];
    assert_eq!(upload(&sandbox, &fields, Some(("application/pdf", b"x"))).status, 422);
}

#[test]
fn link_operations_take_ids_that_nobody_created() {
    let sandbox = Sandbox::start().unwrap();
    for line in [
        "POST /v2/customer/customer_ada/face-verification-link",
        "POST /v2/customer/customer_ada/tos-link",
        "POST /v2/business-representative/associatedPerson_ada/face-verification-link",
    ] {
        assert_eq!(call(&sandbox, line, &Value::Null).status, 201, "{line}");
    }
}
