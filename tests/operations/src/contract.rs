//! Requests and responses by the contracts of the journey and of money, `tests/contract/*.openapi.json`.

use http::Request;
use serde_json::{Map, Value, json};

use crate::promises::form;

/// The contract. In the strict one objects are closed: a member that it does not list is a fault.
#[derive(Debug)]
pub struct Contract(Value);

impl Contract {
    /// The contract of the whole journey.
    #[must_use]
    pub fn journey() -> Self {
        Self(serde_json::from_str(include_str!("../../contract/journey.openapi.json")).unwrap())
    }

    /// The contract of accounts, wallets, quotes and transfers.
    #[must_use]
    pub fn money() -> Self {
        Self(serde_json::from_str(include_str!("../../contract/money.openapi.json")).unwrap())
    }

    /// The same, strict.
    #[must_use]
    pub fn strict(mut self) -> Self {
        close(&mut self.0);
        self
    }

    /// The JSON of it.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.0
    }

    /// Whether an operation, by method and path, is of this contract.
    #[must_use]
    pub fn has(&self, operation: &str) -> bool {
        self.operations().iter().any(|name| name == operation)
    }

    /// Method and path of every operation that an SDK may have.
    #[must_use]
    pub fn operations(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (path, item) in self.0["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                if operation.get("responses").is_some() && operation["x-sdk"] != "avoid" {
                    found.push(format!("{} {path}", method.to_uppercase()));
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Method and path of the operation that a request is for, by its own method and path.
    #[must_use]
    pub fn name(&self, method: &str, path: &str) -> Option<String> {
        Some(self.operation(method, path)?.0)
    }

    /// The operation of a path with ids in it, and its name.
    fn operation(&self, method: &str, path: &str) -> Option<(String, &Value)> {
        let segments: Vec<_> = path.split('/').collect();
        // A path without a parameter goes before one with it: `/v2/customer/kyc-link` before `/v2/customer/{id}`.
        let mut paths: Vec<_> = self.0["paths"].as_object().unwrap().iter().collect();
        paths.sort_by_key(|(template, _)| template.matches('{').count());
        let matches = |template: &str| {
            let template: Vec<_> = template.split('/').collect();
            template.len() == segments.len()
                && template
                    .iter()
                    .zip(&segments)
                    .all(|(part, segment)| part.starts_with('{') || part == segment)
        };
        let mut found = paths.into_iter().filter(|(template, _)| matches(template));
        found.find_map(|(template, item)| {
            Some((format!("{method} {template}"), item.get(method.to_lowercase())?))
        })
    }

    /// What is wrong with a value by a schema.
    #[must_use]
    pub fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        // References lead to `#/components`.
        let mut whole = json!({"allOf": [schema], "components": self.0["components"]});
        allow_null(&mut whole);
        let validator = jsonschema::draft4::new(&whole).unwrap();
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    /// The operation that a request is for, and what is wrong with its query and body.
    #[must_use]
    pub fn faults_of_request(&self, request: &Request<Vec<u8>>) -> (String, Vec<String>) {
        let (method, uri) = (request.method().as_str(), request.uri());
        let (name, operation) = self
            .operation(method, uri.path())
            .unwrap_or_else(|| panic!("the contract has no {method} {uri}"));
        let content = &operation["requestBody"]["content"];
        let mut faults = if let Some(schema) = content.pointer("/application~1json/schema") {
            self.faults(schema, &serde_json::from_slice(request.body()).unwrap())
        } else if let Some(schema) = content.pointer("/multipart~1form-data/schema") {
            // The open type of a business document makes most forms fit two variants of the contract's `oneOf`.
            self.faults(&json!({"anyOf": schema["oneOf"]}), &texts(request))
        } else {
            Vec::from_iter(
                (!request.body().is_empty()).then(|| "there is no body in the contract".to_owned()),
            )
        };
        for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let name = pair.split('=').next().unwrap();
            let parameters = operation["parameters"].as_array().unwrap();
            let name_of = |parameter: &Value| {
                let target = parameter["$ref"].as_str().and_then(|reference| self.0.pointer(&reference[1..]));
                target.unwrap_or(parameter)["name"].clone()
            };
            if !parameters.iter().any(|parameter| name_of(parameter) == name) {
                faults.push(format!("there is no parameter {name} in the contract"));
            }
        }
        (name, faults)
    }

    /// What is wrong with a response by the schema that its operation declares for the status, or by that of problem
    /// details. `None` for a path that is not of the contract.
    #[must_use]
    pub fn faults_of_response(
        &self,
        method: &str,
        path: &str,
        status: u16,
        body: &Value,
    ) -> Option<Vec<String>> {
        let (_, operation) = self.operation(method, path)?;
        let mut response = &operation["responses"][status.to_string()];
        if let Some(reference) = response["$ref"].as_str() {
            response = self.0.pointer(&reference[1..]).unwrap();
        }
        let problem = json!({"$ref": "#/components/schemas/ProblemDetails"});
        let schema = response.pointer("/content/application~1json/schema").unwrap_or(&problem);
        Some(self.faults(schema, body))
    }

    /// What is wrong with a form by this schema.
    #[must_use]
    pub fn faults_of_form(&self, schema: &str, request: &Request<Vec<u8>>) -> Vec<String> {
        self.faults(&json!({"$ref": format!("#/components/schemas/{schema}")}), &texts(request))
    }
}

/// A form as an object of its texts, with the file as text too.
fn texts(request: &Request<Vec<u8>>) -> Value {
    let parts = form(request).into_iter();
    let parts = parts.map(|(name, content)| (name.split('"').next().unwrap().to_owned(), content.into()));
    Value::Object(parts.collect::<Map<_, _>>())
}

/// OpenAPI 3.0 says `nullable`, and JSON Schema a type more.
fn allow_null(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(allow_null);
            if members.get("nullable") == Some(&json!(true)) {
                let own = members.get("type").cloned().unwrap_or_default();
                members.insert("type".to_owned(), json!([own, "null"]));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(allow_null),
        _ => {}
    }
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
