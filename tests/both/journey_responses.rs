//! The contract of the whole journey, `contract/journey.openapi.json`, against the sandbox: every response has the
//! shape that its operation declares and no member that the contract does not know.

use std::fmt::Write as _;

use http::Method;
use serde_json::{Value, json};
use sphere_core::transport::{RequestBody, TransportRequest, blocking::Transport as _};
use sphere_sandbox::{CheckState, Model, Sandbox};
use sphere_ureq::UreqTransport;

/// The contract, with objects closed: a member that it does not list is a fault.
fn contract() -> Value {
    let mut contract = serde_json::from_str(include_str!("../contract/journey.openapi.json")).unwrap();
    close(&mut contract);
    contract
}

fn close(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.get("properties").is_some_and(Value::is_object) {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// The response that an operation declares for a status; problem details for the others.
fn declared(contract: &Value, method: &Method, template: &str, status: u16) -> Value {
    let path = template.replace('/', "~1");
    let method = method.as_str().to_ascii_lowercase();
    let operation = contract
        .pointer(&format!("/paths/{path}/{method}"))
        .unwrap_or_else(|| panic!("the contract has no {method} {template}"));
    let mut response = &operation["responses"][status.to_string()];
    if let Some(reference) = response["$ref"].as_str() {
        response = contract.pointer(&reference[1..]).unwrap();
    }
    match response.pointer("/content/application~1json/schema") {
        Some(schema) => schema.clone(),
        None => json!({"$ref": "#/components/schemas/ProblemDetails"}),
    }
}

/// Faults of a value by a schema of the contract.
fn faults(contract: &Value, schema: &Value, value: &Value) -> Vec<String> {
    // References lead to `#/components`.
    let whole = json!({"allOf": [schema], "components": contract["components"]});
    let validator = jsonschema::draft4::new(&whole).unwrap();
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// A sandbox, and a way to talk to it that checks every response.
struct Checked {
    sandbox: Sandbox,
    transport: UreqTransport,
    contract: Value,
}

/// Boundary of the forms.
const BOUNDARY: &str = "b0undary";

impl Checked {
    fn new(model: Model) -> Self {
        Self {
            sandbox: Sandbox::builder().model(model).start().unwrap(),
            transport: UreqTransport::new().unwrap(),
            contract: contract(),
        }
    }

    /// Sends a JSON body, or none for `Value::Null`.
    #[track_caller]
    fn json(&self, method: &Method, template: &str, id: &str, body: &Value, expected: u16) -> Value {
        let bytes = if body.is_null() { Vec::new() } else { serde_json::to_vec(body).unwrap() };
        self.send(method, template, id, "application/json", bytes, expected)
    }

    #[track_caller]
    fn upload(&self, fields: &[(&str, &str)], expected: u16) -> Value {
        let mut form = String::new();
        for (name, value) in fields {
            let _ = write!(
                form,
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        let _ = write!(
            form,
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\
             content-type: application/pdf\r\n\r\n%PDF\r\n--{BOUNDARY}--\r\n"
        );
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(&Method::POST, "/v2/document", "", &kind, form.into_bytes(), expected)
    }

    #[track_caller]
    fn send(
        &self,
        method: &Method,
        template: &str,
        id: &str,
        content_type: &str,
        body: Vec<u8>,
        expected: u16,
    ) -> Value {
        let path = template.replace("{id}", id);
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.sandbox.base_url()))
            .header("authorization", format!("Bearer {}", self.sandbox.api_key()))
            .header("content-type", content_type)
            .header("content-length", body.len())
            .body(RequestBody::from(bytes::Bytes::from(body)))
            .unwrap();
        let response = self.transport.send(TransportRequest::new(request)).unwrap();
        let value: Value = serde_json::from_slice(response.body()).unwrap();
        let status = response.status().as_u16();
        assert_eq!(status, expected, "{method} {path}: {value}");
        // The path of the operation has no query.
        let operation = template.split('?').next().unwrap();
        let schema = declared(&self.contract, method, operation, status);
        assert_eq!(faults(&self.contract, &schema, &value), Vec::<String>::new(), "{method} {path}: {value}");
        value
    }

    /// Creates somebody and gives the id.
    #[track_caller]
    fn create(&self, template: &str, body: &Value) -> String {
        let created = self.json(&Method::POST, template, "", body, 201);
        created["id"].as_str().unwrap().to_owned()
    }
}

/// The contract's own example of a customer.
fn individual() -> Value {
    let pointer = "/paths/~1v2~1customer/post/requestBody/content/application~1json/example";
    contract().pointer(pointer).unwrap().clone()
}

fn representative() -> Value {
    let mut body = individual();
    body["customerId"] = json!("customer_firm");
    body["representationDetails"] = json!({
        "roles": ["ubo"], "ownershipPercentage": "50", "isControlPerson": true, "isSigner": false,
        "relationshipEstablishedAt": "2020-02-29", "title": "CEO",
    });
    body
}

const CUSTOMERS: &str = "/v2/customer";
const CUSTOMER: &str = "/v2/customer/{id}";
const REPRESENTATIVES: &str = "/v2/business-representative";
const REPRESENTATIVE: &str = "/v2/business-representative/{id}";

#[test]
fn contracts_validator_can_fail() {
    let contract = contract();
    let schema = json!({"$ref": "#/components/schemas/Representative"});
    let good = json!({"id": "a", "customerId": "c", "type": "individual", "verificationProfiles": []});
    assert_eq!(faults(&contract, &schema, &good), Vec::<String>::new());
    for (pointer, bad) in [("/id", json!(1)), ("/verificationProfiles", json!([{"name": "x"}]))] {
        let mut value = good.clone();
        *value.pointer_mut(pointer).unwrap() = bad;
        assert_eq!(faults(&contract, &schema, &value).len(), 1, "{pointer}");
    }
    let mut invented = good;
    invented["nickname"] = json!("Jo");
    assert_eq!(faults(&contract, &schema, &invented).len(), 1);
}

#[test]
fn sphere_managed_journey_follows_the_contract() {
    let checked = Checked::new(Model::SphereManaged);
    let mut body = individual();
    body["email"] = json!("jane+codes+document-refused@example.com");
    body["meta"] = json!({"reference": "7", "none": null});
    body["personalInformation"]["firstName"] = json!("Jane");
    let id = checked.create(CUSTOMERS, &body);
    let get = || checked.json(&Method::GET, CUSTOMER, &id, &Value::Null, 200);
    let post = |operation: &str, body: &Value| {
        checked.json(&Method::POST, &format!("{CUSTOMER}/{operation}"), &id, body, 201)
    };

    checked.json(&Method::PATCH, CUSTOMER, &id, &json!({"meta": {}, "address": body["address"]}), 200);
    post("tos-link", &Value::Null);
    checked.sandbox.customer(&id).accept_terms();
    for channel in ["email", "phone"] {
        post("otp-send", &json!({"type": channel}));
        let code = checked.sandbox.one_time_code(&id).unwrap();
        post("otp-verify", &json!({"type": channel, "code": code}));
    }
    let document = [
        ("targetId", &*id),
        ("target", "customer"),
        ("documentType", "passport"),
        ("country", "USA"),
        ("description", "page 2"),
    ];
    checked.upload(&document, 201);
    assert_eq!(get()["verificationProfiles"][0]["criteria"]["errors"][0]["name"], "identity_document");
    checked.upload(&document, 201);
    post("face-verification-link", &Value::Null);
    checked.sandbox.customer(&id).finish_face_check(CheckState::Failed);
    get();
    checked.sandbox.customer(&id).finish_face_check(CheckState::Passed);

    assert_eq!(get()["verificationProfiles"][0]["status"], "approved");
    checked.json(&Method::GET, "/v2/customer?page=1&limit=5&search=jane", "", &Value::Null, 200);
    // Locked by now.
    checked.json(&Method::PATCH, CUSTOMER, &id, &json!({"address": body["address"]}), 400);
}

#[test]
fn platform_managed_journey_follows_the_contract() {
    let checked = Checked::new(Model::PlatformManaged);
    let id = checked.create(CUSTOMERS, &individual());
    let passport =
        [("targetId", &*id), ("target", "customer"), ("documentType", "passport"), ("country", "USA")];
    checked.upload(&passport, 201);
    checked.upload(&[("targetId", &*id), ("target", "customer"), ("documentType", "liveness_report")], 201);
    let customer = checked.json(&Method::GET, CUSTOMER, &id, &Value::Null, 200);
    assert_eq!(customer["verificationProfiles"][0]["status"], "approved");
    for operation in ["tos-link", "face-verification-link"] {
        checked.json(&Method::POST, &format!("{CUSTOMER}/{operation}"), &id, &Value::Null, 422);
    }
}

#[test]
fn representatives_follow_the_contract() {
    let checked = Checked::new(Model::SphereManaged);
    let id = checked.create(REPRESENTATIVES, &representative());
    checked.json(&Method::GET, REPRESENTATIVE, &id, &Value::Null, 200);
    checked.json(&Method::GET, "/v2/business-representative?customerId=customer_firm", "", &Value::Null, 200);
    let update = json!({"representationDetails": {"title": "CFO"}});
    checked.json(&Method::PATCH, REPRESENTATIVE, &id, &update, 200);
    let link = format!("{REPRESENTATIVE}/face-verification-link");
    checked.json(&Method::POST, &link, &id, &Value::Null, 201);
    let fields = [
        ("targetId", &*id),
        ("target", "business_representative"),
        ("documentType", "drivers"),
        ("country", "USA"),
        ("side", "front"),
    ];
    checked.upload(&fields, 201);
    checked.json(&Method::DELETE, REPRESENTATIVE, &id, &Value::Null, 200);
    checked.json(&Method::GET, REPRESENTATIVE, &id, &Value::Null, 404);
}

#[test]
fn onboarding_links_follow_the_contract() {
    let checked = Checked::new(Model::SphereManaged);
    let created = checked.json(&Method::POST, "/v2/customer/kyc-link", "", &individual(), 201);
    let id = created["customerId"].as_str().unwrap();
    checked.json(&Method::POST, &format!("{CUSTOMER}/kyc-link"), id, &Value::Null, 201);
    checked.json(&Method::GET, CUSTOMER, id, &Value::Null, 422);
}

#[test]
fn businesses_follow_the_contract() {
    let checked = Checked::new(Model::SphereManaged);
    let mut body = individual();
    body["type"] = json!("business");
    body["addresses"] = json!([]);
    body["businessInformation"] = json!({});
    let id = checked.create(CUSTOMERS, &body);
    checked.json(&Method::GET, CUSTOMER, &id, &Value::Null, 200);
    checked.upload(&[("targetId", &*id), ("target", "customer"), ("documentType", "proof_of_address")], 201);
}

#[test]
fn errors_follow_the_contract() {
    let checked = Checked::new(Model::SphereManaged);
    for (method, template, body, status) in [
        (Method::POST, CUSTOMERS, json!({"type": "individual", "email": 1}), 422),
        (Method::POST, CUSTOMERS, json!([]), 400),
        (Method::GET, "/v2/customer?limit=x", Value::Null, 422),
        (Method::GET, CUSTOMER, Value::Null, 404),
        (Method::PATCH, CUSTOMER, json!({}), 404),
        (Method::POST, "/v2/customer/{id}/tos-link", Value::Null, 404),
        (Method::POST, "/v2/customer/{id}/otp-send", json!({}), 422),
        (Method::POST, "/v2/customer/{id}/otp-verify", json!({"type": "email", "code": "1"}), 404),
        (Method::POST, "/v2/customer/kyc-link", json!({}), 422),
        (Method::POST, "/v2/customer/{id}/kyc-link", Value::Null, 404),
        (Method::POST, REPRESENTATIVES, json!({}), 422),
        (Method::DELETE, REPRESENTATIVE, Value::Null, 404),
        (Method::POST, "/v2/business-representative/{id}/face-verification-link", Value::Null, 404),
        (Method::POST, "/v2/document", json!({}), 400),
    ] {
        checked.json(&method, template, "customer_unknown", &body, status);
    }
    checked.upload(&[], 422);
}
