//! Customers: create, get, list, update.

use serde_json::{Value, json};
use sphere_sandbox::{CheckState, Sandbox};

use super::{call, create, faults, individual, json_of, pointers, upload_passport};
use crate::wire::is_32_hex;

#[test]
fn customer_never_shows_tax_number_and_address() {
    let sandbox = Sandbox::start().unwrap();
    let mut body = individual("jane@example.com");
    body["meta"] = json!({"reference": 7, "note": null});
    body["personalInformation"]["firstName"] = json!("Jane");
    let customer = json_of(&sandbox, "POST /v2/customer", &body, 201);
    let id = customer["id"].as_str().unwrap();
    assert!(is_32_hex(id.strip_prefix("customer_").unwrap()), "{id}");
    assert_eq!(customer["type"], "individual");
    assert_eq!(customer["email"], "jane@example.com");
    assert_eq!(customer["firstName"], "Jane");
    assert_eq!(customer["tosStatus"], "incomplete");
    assert_eq!(customer["meta"], body["meta"]);
    assert_eq!(customer["personalInformation"]["taxIdentificationNumberType"], "ssn");
    let text = customer.to_string();
    assert!(!text.contains("123456789") && !text.contains("Wacker"), "{text}");
    assert_eq!(json_of(&sandbox, &format!("GET /v2/customer/{id}"), &Value::Null, 200), customer);
}

#[test]
fn invalid_members_are_named_by_pointer() {
    let sandbox = Sandbox::start().unwrap();
    for (pointer, value) in [
        ("/email", json!("no at sign")),
        ("/email", json!(format!("{}@example.com", "a".repeat(243)))),
        ("/phone", json!("14155550123")),
        ("/phone", json!("+123456")),
        ("/phone", json!("+1234567890123456")),
        ("/phone", json!(14_155_550_123_u64)),
        ("/address", json!("Chicago")),
        ("/address/line1", json!(1)),
        ("/address/country", json!("US")),
        ("/personalInformation/taxIdentificationNumberCountry", json!("usa")),
        ("/type", json!("robot")),
    ] {
        let mut body = individual("jane@example.com");
        *body.pointer_mut(pointer).unwrap() = value;
        assert_eq!(faults(&sandbox, "POST /v2/customer", &body), [pointer]);
    }
    for name in ["taxIdentificationNumberDescription", "gender", "middleName", "sourceOfFunds", "lastName"] {
        let mut body = individual("jane@example.com");
        body["personalInformation"][name] = json!(7);
        let pointer = format!("/personalInformation/{name}");
        assert_eq!(faults(&sandbox, "POST /v2/customer", &body), [pointer]);
    }
    let mut nested = individual("jane@example.com");
    nested["meta"] = json!({"list": [1]});
    assert_eq!(faults(&sandbox, "POST /v2/customer", &nested), ["/meta"]);
}

#[test]
fn missing_members_are_named_by_pointer() {
    let sandbox = Sandbox::start().unwrap();
    let found = faults(&sandbox, "POST /v2/customer", &json!({"type": "individual"}));
    assert_eq!(found, ["/email", "/phone", "/address"]);
    let mut body = individual("jane@example.com");
    body["address"] = json!({});
    body["personalInformation"] = json!({"taxIdentificationNumber": "1"});
    assert_eq!(
        faults(&sandbox, "POST /v2/customer", &body),
        [
            "/address/line1",
            "/address/city",
            "/address/country",
            "/personalInformation/taxIdentificationNumberType",
            "/personalInformation/taxIdentificationNumberCountry",
        ]
    );
    assert_eq!(faults(&sandbox, "POST /v2/customer", &json!({})), ["/type"]);
}

#[test]
fn body_must_be_a_json_object() {
    let sandbox = Sandbox::start().unwrap();
    for body in [Value::Null, json!([]), json!("text")] {
        let response = call(&sandbox, "POST /v2/customer", &body);
        assert_eq!(response.problem()["detail"], "The request body is not a JSON object", "{body}");
        assert_eq!(response.status, 400);
    }
}

#[test]
fn unknown_ids_are_not_found() {
    let sandbox = Sandbox::start().unwrap();
    for (line, body) in [
        ("GET /v2/customer/customer_ada", Value::Null),
        ("PATCH /v2/customer/customer_ada", json!({})),
        ("POST /v2/customer/customer_ada/otp-send", json!({"type": "email"})),
        ("POST /v2/customer/customer_ada/otp-verify", json!({"type": "email", "code": "1"})),
        ("POST /v2/customer/customer_ada/kyc-link", Value::Null),
        ("POST /v2/customer/customer_unknown/tos-link", Value::Null),
        ("GET /v2/business-representative/associatedPerson_ada", Value::Null),
        ("PATCH /v2/business-representative/associatedPerson_ada", json!({})),
        ("DELETE /v2/business-representative/associatedPerson_ada", Value::Null),
        ("POST /v2/business-representative/customer_ada/face-verification-link", Value::Null),
        ("POST /v2/customer/associatedPerson_ada/face-verification-link", Value::Null),
    ] {
        let response = call(&sandbox, line, &body);
        assert_eq!(response.status, 404, "{line}");
        assert_eq!(response.problem()["code"], "resource/not-found", "{line}");
    }
}

#[test]
fn update_replaces_the_named_members() {
    let sandbox = Sandbox::start().unwrap();
    let mut body = individual("jane@example.com");
    body["meta"] = json!({"a": 1});
    body.as_object_mut().unwrap().remove("personalInformation");
    let id = create(&sandbox, &body);
    let line = format!("PATCH /v2/customer/{id}");

    let information = individual("")["personalInformation"].clone();
    let updated = json!({"meta": {"b": 2}, "personalInformation": information, "email": "other@example.com"});
    let customer = json_of(&sandbox, &line, &updated, 200);

    assert_eq!(customer["meta"], json!({"b": 2}));
    assert_eq!(customer["email"], "jane@example.com");
    let complete = customer["verificationProfiles"][0]["criteria"]["complete"].as_array().unwrap();
    assert!(complete.contains(&json!("tax_identification_number")), "{complete:?}");
    assert_eq!(faults(&sandbox, &line, &json!({"address": {"city": "Oslo"}})).len(), 2);
}

#[test]
fn verified_customer_keeps_identity_members() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, &individual("jane@example.com"));
    upload_passport(&sandbox, &id);
    sandbox.customer(&id).accept_terms().finish_face_check(CheckState::Passed);
    let line = format!("PATCH /v2/customer/{id}");
    let address = individual("")["address"].clone();
    assert_eq!(call(&sandbox, &line, &json!({"address": address})).status, 400);
    assert_eq!(call(&sandbox, &line, &json!({"meta": {}})).status, 200);
}

/// E-mail addresses on a page, and the pagination.
#[track_caller]
fn listed(sandbox: &Sandbox, query: &str) -> (Vec<String>, Value) {
    let list = json_of(sandbox, &format!("GET /v2/customer{query}"), &Value::Null, 200);
    let customers = list["customers"].as_array().unwrap();
    let emails = customers.iter().map(|customer| customer["email"].as_str().unwrap().to_owned()).collect();
    (emails, list["pagination"].clone())
}

#[test]
fn list_comes_in_pages() {
    let sandbox = Sandbox::start().unwrap();
    assert_eq!(
        listed(&sandbox, ""),
        (
            vec![],
            json!({
                "page": 1, "limit": 10, "total": 0, "totalPages": 0, "hasNext": false, "hasPrevious": false,
            })
        )
    );
    for number in 1..=5 {
        create(&sandbox, &individual(&format!("c{number}@example.com")));
    }
    let (emails, pagination) = listed(&sandbox, "?page=2&limit=2");
    assert_eq!(emails, ["c3@example.com", "c4@example.com"]);
    assert_eq!(
        pagination,
        json!({"page": 2, "limit": 2, "total": 5, "totalPages": 3, "hasNext": true, "hasPrevious": true})
    );
    for last_page in ["?page=3&limit=2", "?page=5&limit=1", "?limit=5"] {
        assert_eq!(listed(&sandbox, last_page).1["hasNext"], false, "{last_page}");
    }
    assert_eq!(listed(&sandbox, "?page=9&limit=2").0.len(), 0);
}

#[test]
fn list_is_filtered() {
    let sandbox = Sandbox::start().unwrap();
    let mut named = individual("jane@example.com");
    named["personalInformation"]["lastName"] = json!("Smith");
    create(&sandbox, &named);
    let id = create(&sandbox, &individual("joe+x@example.com"));
    upload_passport(&sandbox, &id);
    sandbox.customer(&id).accept_terms().finish_face_check(CheckState::Passed);
    create(
        &sandbox,
        &json!({
            "type": "business", "email": "firm@example.com", "phone": "+14155550123", "addresses": [],
            "businessInformation": {"legalName": "Smithy Ltd"},
        }),
    );
    for (query, expected) in [
        ("?email=jane%40example.com", &["jane@example.com"][..]),
        ("?email=joe%2Bx%40example.com", &["joe+x@example.com"]),
        ("?email=jane", &[]),
        ("?search=sMiTh", &["jane@example.com", "firm@example.com"]),
        ("?search=joe", &["joe+x@example.com"]),
        ("?status=approved", &["joe+x@example.com"]),
        ("?type=business", &["firm@example.com"]),
        ("?type=individual&status=incomplete", &["jane@example.com"]),
    ] {
        assert_eq!(listed(&sandbox, query).0, expected, "{query}");
    }
}

#[test]
fn bad_query_is_named_by_parameter() {
    let sandbox = Sandbox::start().unwrap();
    let long = format!("search={}", "x".repeat(256));
    for (query, name) in [
        ("page=0", "page"),
        ("page=x", "page"),
        ("limit=-1", "limit"),
        ("search=", "search"),
        (&*long, "search"),
    ] {
        let response = call(&sandbox, &format!("GET /v2/customer?{query}"), &Value::Null);
        assert_eq!(pointers(&response), [name], "{query}");
    }
}
