//! The whole verification, tested with raw HTTP: customers, documents, terms, codes, face checks, representatives and
//! the two flows that must not be mixed. Each response has the shape that the contract declares for its operation and
//! status, and no member that the contract does not know.

mod codes;
mod customers;
mod documents;
mod flows;
mod individual;
mod money;
mod pages;
mod representatives;

use std::sync::LazyLock;

use serde_json::{Value, json};
use sphere_operations::contract::Contract;
use sphere_sandbox::Sandbox;

use crate::wire::{Response, bearer, send};

/// A request with the right key and a JSON body. `Value::Null` sends no body.
pub(crate) fn call(sandbox: &Sandbox, line: &str, body: &Value) -> Response {
    let bytes = if body.is_null() { Vec::new() } else { serde_json::to_vec(body).unwrap() };
    let headers =
        format!("{}content-type: application/json\r\ncontent-length: {}\r\n", bearer(sandbox), bytes.len());
    follows_contract(line, send(sandbox, line, &headers, &bytes))
}

#[track_caller]
fn follows_contract(line: &str, response: Response) -> Response {
    static CONTRACTS: LazyLock<[Contract; 2]> =
        LazyLock::new(|| [Contract::journey(), Contract::money()].map(Contract::strict));
    let (method, target) = line.split_once(' ').unwrap();
    let path = target.split('?').next().unwrap();
    let faults =
        |contract: &Contract| contract.faults_of_response(method, path, response.status, &response.json());
    if let Some(faults) = CONTRACTS.iter().find_map(faults) {
        assert_eq!(faults, Vec::<String>::new(), "{line}: {}", response.text());
    }
    response
}

/// The JSON of a response with this status.
#[track_caller]
pub(crate) fn json_of(sandbox: &Sandbox, line: &str, body: &Value, status: u16) -> Value {
    let response = call(sandbox, line, body);
    assert_eq!(response.status, status, "{line}: {}", response.text());
    response.json()
}

/// Pointers of the field errors of a 422.
#[track_caller]
pub(crate) fn faults(sandbox: &Sandbox, line: &str, body: &Value) -> Vec<String> {
    pointers(&call(sandbox, line, body))
}

#[track_caller]
pub(crate) fn pointers(response: &Response) -> Vec<String> {
    assert_eq!(response.status, 422, "{}", response.text());
    let problem = response.problem();
    assert_eq!(problem["code"], "validation/failed", "{problem}");
    let errors = problem["errors"].as_array().unwrap();
    errors
        .iter()
        .map(|error| error["pointer"].as_str().or(error["parameter"].as_str()).unwrap().to_owned())
        .collect()
}

/// An individual of which nothing but documents, terms and face check is missing.
pub(crate) fn individual(email: &str) -> Value {
    json!({
        "type": "individual",
        "email": email,
        "phone": "+14155550123",
        "address": {"line1": "233 South Wacker Drive", "city": "Chicago", "country": "USA"},
        "personalInformation": {
            "taxIdentificationNumber": "123456789",
            "taxIdentificationNumberType": "ssn",
            "taxIdentificationNumberCountry": "USA",
        },
    })
}

/// Creates a customer and gives the id.
#[track_caller]
pub(crate) fn create(sandbox: &Sandbox, body: &Value) -> String {
    let customer = json_of(sandbox, "POST /v2/customer", body, 201);
    customer["id"].as_str().unwrap().to_owned()
}

#[track_caller]
pub(crate) fn profile(sandbox: &Sandbox, id: &str) -> Value {
    let group = if id.starts_with("customer_") { "customer" } else { "business-representative" };
    json_of(sandbox, &format!("GET /v2/{group}/{id}"), &Value::Null, 200)["verificationProfiles"][0].clone()
}

/// Uploads a form of text fields, and of a file if there are bytes.
pub(crate) fn upload(sandbox: &Sandbox, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Response {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part =
            format!("--b0undary\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    if let Some((kind, bytes)) = file {
        let head = format!(
            "--b0undary\r\ncontent-disposition: form-data; name=\"file\"; filename=\"scan\"\r\n\
             content-type: {kind}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b0undary--\r\n");
    let headers = format!(
        "{}content-type: multipart/form-data; boundary=b0undary\r\ncontent-length: {}\r\n",
        bearer(sandbox),
        body.len()
    );
    let line = "POST /v2/document";
    follows_contract(line, send(sandbox, line, &headers, &body))
}

/// Uploads a passport.
#[track_caller]
pub(crate) fn upload_passport(sandbox: &Sandbox, id: &str) {
    let target = if id.starts_with("customer_") { "customer" } else { "business_representative" };
    let fields = [("targetId", id), ("target", target), ("documentType", "passport"), ("country", "USA")];
    let response = upload(sandbox, &fields, Some(("image/jpeg", b"\xff\xd8\xff")));
    assert_eq!(response.status, 201, "{}", response.text());
}
