//! Every JSON operation of the journey, by both clients, through prism, a proxy that validates each request and each
//! response by the contract.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use sphere_bounded::program::{self, Running};
use sphere_core::clock::SystemClock;
use sphere_core::transport::{
    Transport, TransportError, TransportRequest, TransportResponse, blocking as transport_blocking,
};
use sphere_core::{ApiKey, Client, Config, blocking};
use sphere_hyper::{HyperTransport, TokioClock};
use sphere_sandbox::Sandbox;
use sphere_tests::journey::{json_operations, new_customer};
use sphere_tests::{Backend, without_waits};
use sphere_ureq::UreqTransport;
use tokio::runtime::Runtime;

/// prism between a client and this sandbox. It is killed when this is dropped.
struct Prism {
    url: String,
    _running: Running,
}

impl Prism {
    fn start(name: &str, contract: &Value, sandbox: &Sandbox) -> Self {
        let contract = crate::write(name, contract);
        let mut command = program::command("node");
        command.arg(crate::installed("PRISM")).args(["proxy", "--port", "0", "--host", "127.0.0.1"]);
        command.arg(contract).arg(sandbox.base_url()).env("NO_COLOR", "1");
        let mut running = Running::start(&mut command);
        let lines = running.first_lines_of_many(|_, line| line.contains("Prism is listening on "));
        let last = lines.last().cloned().unwrap_or_default();
        let Some((_, url)) = last.split_once("Prism is listening on ") else {
            panic!("prism did not start: {lines:?} {:?}", running.kill())
        };
        Self { url: url.trim().to_owned(), _running: running }
    }
}

/// One exchange: method and path, the status, and the violations that prism found.
#[derive(Debug)]
struct Exchange {
    request: String,
    status: u16,
    violations: Option<String>,
}

type Exchanges = Arc<Mutex<Vec<Exchange>>>;

/// A transport that notes what prism says in the header `sl-violations`.
struct Watching<T>(T, Exchanges);

impl<T> Watching<T> {
    fn note(&self, request: String, response: Result<&TransportResponse, &TransportError>) {
        let response = response.unwrap_or_else(|error| panic!("{request}: {error}"));
        let violations = response.headers().get("sl-violations");
        let violations = violations.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        self.1.lock().unwrap().push(Exchange { request, status: response.status().as_u16(), violations });
    }
}

fn line(request: &TransportRequest) -> String {
    format!("{} {}", request.http().method(), request.http().uri().path())
}

impl<T: transport_blocking::Transport> transport_blocking::Transport for Watching<T> {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let line = line(&request);
        let result = self.0.send(request);
        self.note(line, result.as_ref());
        result
    }
}

#[async_trait]
impl<T: Transport> Transport for Watching<T> {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let line = line(&request);
        let result = self.0.send(request).await;
        self.note(line, result.as_ref());
        result
    }
}

/// Both clients, through this proxy.
fn backends(prism: &Prism, sandbox: &Sandbox, seen: &Exchanges) -> [Backend; 2] {
    let config = Config::builder(ApiKey::new(sandbox.api_key()).unwrap()).base_url(&prism.url);
    let config = config.retry(without_waits()).build().unwrap();
    let hyper = Watching(HyperTransport::new().unwrap(), Arc::clone(seen));
    let ureq = Watching(UreqTransport::new().unwrap(), Arc::clone(seen));
    [
        Backend::Hyper(Client::new(config.clone(), hyper, TokioClock::new()), Runtime::new().unwrap()),
        Backend::Ureq(blocking::Client::new(config, ureq, SystemClock::new())),
    ]
}

/// The operations of the contract but for the upload, which is no JSON, as prism sees them.
fn operations_with_json() -> Vec<String> {
    let mut names = Vec::new();
    for (path, item) in crate::contract()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let is_json = operation.pointer("/requestBody/content/multipart~1form-data").is_none();
            if operation.get("responses").is_some() && operation["x-sdk"] != "avoid" && is_json {
                names.push(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    names.sort_unstable();
    names
}

/// The operation that a request was for: ids become `{id}`.
fn operation(request: &str) -> String {
    let is_id = |part: &str| part.starts_with("customer_") || part.starts_with("associatedPerson_");
    let parts = request.split('/').map(|part| if is_id(part) { "{id}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
#[ignore = "needs prism: bash .ci/contract"]
fn prism_finds_no_violation() {
    let sandbox = Sandbox::start().unwrap();
    let prism = Prism::start("prism.json", &crate::contract(), &sandbox);
    let seen = Exchanges::default();
    for backend in backends(&prism, &sandbox, &seen) {
        seen.lock().unwrap().clear();
        json_operations(&backend, &sandbox);
        let seen = seen.lock().unwrap();
        for exchange in &*seen {
            assert_eq!(exchange.violations, None, "{} ({})", exchange.request, exchange.status);
        }
        let succeeded = seen.iter().filter(|exchange| (200..300).contains(&exchange.status));
        let mut succeeded: Vec<_> = succeeded.map(|exchange| operation(&exchange.request)).collect();
        succeeded.sort_unstable();
        succeeded.dedup();
        assert_eq!(succeeded, operations_with_json());
    }
    // All of it went through the proxy to the sandbox.
    assert_eq!(sandbox.requests().len(), 2 * seen.lock().unwrap().len());
}

/// A contract that says otherwise than client and sandbox is reported as broken, by both of them.
#[test]
#[ignore = "needs prism: bash .ci/contract"]
fn prism_notices_planted_violations() {
    for (pointer, planted, part) in [
        ("/components/schemas/IndividualCustomerCreate/properties/phone/pattern", json!("^00"), "request"),
        ("/components/schemas/CustomerResponse/properties/id/type", json!("integer"), "response"),
    ] {
        let sandbox = Sandbox::start().unwrap();
        let mut contract = crate::contract();
        *contract.pointer_mut(pointer).unwrap() = planted;
        let prism = Prism::start(&format!("prism_planted_{part}.json"), &contract, &sandbox);
        let seen = Exchanges::default();
        for backend in backends(&prism, &sandbox, &seen) {
            backend.call(new_customer(), None).unwrap();
        }
        for exchange in &*seen.lock().unwrap() {
            let violations = exchange.violations.as_deref().unwrap_or_default();
            assert!(violations.contains(&format!("[\"{part}\"")), "{pointer}: {exchange:?}");
        }
        assert_eq!(seen.lock().unwrap().len(), 2);
    }
}
