//! SpherePay's own contract, `contract/face-verification-link.openapi.json`: its examples, and the types of the SDK
//! that read and write them.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use sphere_core::FaceVerificationLink;
use sphere_core::problem::ApiError;

const PATH: &str = "/v2/customer/{id}/face-verification-link";

fn contract() -> Value {
    serde_json::from_str(include_str!("../contract/face-verification-link.openapi.json")).unwrap()
}

/// A part of the contract by its JSON Pointer (RFC 6901).
fn part(pointer: &str) -> Value {
    contract().pointer(pointer).unwrap_or_else(|| panic!("the contract has no {pointer}")).clone()
}

fn operation(rest: &str) -> Value {
    part(&format!("/paths/{}/post{rest}", PATH.replace('/', "~1")))
}

/// What is wrong with a value by the schema that the operation gives for this status.
fn faults(status: u16, value: &Value) -> Vec<String> {
    let mut schema = operation(&format!("/responses/{status}/content/application~1json/schema"));
    // References lead to `#/components`.
    schema["components"] = part("/components");
    let validator = jsonschema::draft4::new(&schema).unwrap();
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The contract's example of an answer with this status.
fn example(status: u16) -> Value {
    if status == 201 {
        let properties = part("/components/schemas/GenerateFaceVerificationLinkResponseDto/properties");
        return json!({"url": properties["url"]["example"], "expiresAt": properties["expiresAt"]["example"]});
    }
    let examples = operation(&format!("/responses/{status}/content/application~1json/examples"));
    examples.as_object().unwrap().values().next().unwrap()["value"].clone()
}

const STATUSES: [u16; 4] = [201, 400, 404, 422];

#[test]
fn the_contracts_own_examples_follow_it() {
    for status in STATUSES {
        assert_eq!(faults(status, &example(status)), Vec::<String>::new());
    }
}

#[test]
fn the_validator_can_fail() {
    for (status, pointer, bad) in [
        (201, "/url", Value::Null),
        (201, "/expiresAt", json!(1_741_553_191)),
        (404, "/status", json!("404")),
        (422, "/errors/0", json!({"pointer": "/email"})),
    ] {
        let mut value = example(status);
        *value.pointer_mut(pointer).unwrap() = bad;
        assert_eq!(faults(status, &value).len(), 1, "{status} {pointer}");
    }
    assert_eq!(faults(201, &json!({})).len(), 2);
    assert_eq!(faults(404, &json!({"status": 404})).len(), 1);
}

#[test]
fn link_type_has_the_contracts_shape() {
    let example = example(201);
    let link: FaceVerificationLink = serde_json::from_value(example.clone()).unwrap();
    let written = serde_json::to_value(&link).unwrap();
    assert_eq!(faults(201, &written), Vec::<String>::new());
    assert_eq!(written, example);
}

#[test]
fn problem_type_reads_every_contract_member() {
    for status in [400, 404, 422] {
        let example = example(status);
        let error = ApiError::parse(
            StatusCode::from_u16(status).unwrap(),
            &HeaderMap::new(),
            example.to_string(),
            Duration::ZERO,
        );
        let problem = error.problem();
        assert_eq!(problem.status(), Some(status));
        assert_eq!(problem.detail(), example["detail"].as_str());
        assert_eq!(problem.code(), example["code"].as_str());
        assert_eq!(problem.correlation_id(), example["correlationId"].as_str());
        let errors = example["errors"].as_array().cloned().unwrap_or_default();
        assert_eq!(problem.errors().len(), errors.len());
        for (read, given) in problem.errors().iter().zip(&errors) {
            assert_eq!(Some(read.detail()), given["detail"].as_str());
            assert_eq!(read.pointer(), given["pointer"].as_str());
        }
    }
    // No member of the schema is unknown to the type: this list must be mended if one is added.
    let schema = part("/components/schemas/ProblemDetailsDto");
    let members: Vec<_> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["code", "correlationId", "detail", "errors", "status", "title"]);
    let members = schema["properties"]["errors"]["items"]["properties"].as_object().unwrap();
    let members: Vec<_> = members.keys().map(String::as_str).collect();
    assert_eq!(members, ["detail", "header", "parameter", "pointer"]);
}

#[test]
fn the_default_host_is_the_contracts_only_server() {
    assert_eq!(part("/servers/0/url"), sphere_core::config::DEFAULT_BASE_URL);
    assert_eq!(part("/servers").as_array().unwrap().len(), 1);
}

/// The contracts of the whole journey and of money, which further operations follow.
#[test]
fn further_contracts_are_complete() {
    let journey = check_contract(include_str!("../contract/journey.openapi.json"));
    assert!(journey.contains_key(PATH), "it lacks {PATH}");
    check_contract(include_str!("../contract/money.openapi.json"));
}

/// Checks references and marks, and gives the paths.
fn check_contract(text: &str) -> serde_json::Map<String, Value> {
    let contract: Value = serde_json::from_str(text).unwrap();
    for reference in references(&contract) {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(contract.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    let paths = contract["paths"].as_object().unwrap();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(key, _)| *key != "parameters") {
            let [sdk, confidence] =
                ["x-sdk", "x-confidence"].map(|key| operation[key].as_str().unwrap_or(""));
            assert!(["typed", "tolerant", "avoid"].contains(&sdk), "{method} {path}: x-sdk is {sdk:?}");
            assert!(
                ["C", "O", "T", "I"].contains(&confidence),
                "{method} {path}: x-confidence is {confidence:?}"
            );
        }
    }
    paths.clone()
}

/// Each `$ref` in a document.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
