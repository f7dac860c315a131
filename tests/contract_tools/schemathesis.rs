//! schemathesis, which makes requests up from the contract, valid ones and others, finds no violation in the sandbox.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use sphere_bounded::program::Running;
use sphere_core::endpoints::{
    AccountType, BankDetails, CreateBankAccount, CreateCustomer, CreateWallet, DocumentFile, DocumentFormat,
    IdentityDocumentType, UploadIdentityDocument, UsdNetworks,
};
use sphere_core::money::{AccountNumber, Network, RoutingNumber};
use sphere_core::{Address, ApiKey, BankAccountId, Config, CustomerId, PersonalInformation, WalletId};
use sphere_operations::contract::Contract;
use sphere_operations::operations;
use sphere_sandbox::{CheckState, Sandbox};

/// schemathesis sends a few thousand requests.
const TIME: Duration = Duration::from_secs(300);

/// What is there before schemathesis starts, since nobody guesses it: a customer for documents, and another one who may
/// move money, with a bank account and a wallet.
struct There {
    customer: CustomerId,
    payer: CustomerId,
    account: BankAccountId,
    wallet: WalletId,
}

impl There {
    fn in_sandbox(sandbox: &Sandbox) -> Self {
        let key = ApiKey::new(sandbox.api_key()).unwrap();
        let config = Config::builder(key).base_url(sandbox.base_url()).build().unwrap();
        let client = sphere_ureq::client(config).unwrap();
        let address = || Address::new().with_line1("1 Main Street").with_city("Chicago").with_country("USA");
        let jane = || {
            let person = PersonalInformation::new()
                .with_tax_identification_number("123456789")
                .with_tax_identification_number_type("ssn")
                .with_tax_identification_number_country("USA");
            let jane = CreateCustomer::individual("jane@example.com", "+14155550123", address())
                .personal_information(person);
            client.create_customer(jane).send().unwrap().id().clone()
        };
        let (customer, payer) = (jane(), jane());
        let passport = DocumentFile::new("passport.png", DocumentFormat::Png, "a passport");
        let passport = UploadIdentityDocument::new(&payer, IdentityDocumentType::Passport, "USA", passport);
        client.upload_identity_document(passport).send().unwrap();
        sandbox.customer(payer.as_str()).accept_terms().finish_face_check(CheckState::Passed);
        let numbers = (AccountNumber::new("1234567890").unwrap(), RoutingNumber::new("021000021").unwrap());
        let details = BankDetails::usd(numbers.0, numbers.1, AccountType::Checking, UsdNetworks::Ach);
        let account = CreateBankAccount::new(&payer, "Bank", "Checking", "Jane", address(), details);
        let account = client.create_bank_account(account).send().unwrap().id().clone();
        let wallet = CreateWallet::new(&payer, Network::Base, "0x0Cd3dADeDC7B32FC212e9EAB2EF83c98e990aAFf");
        let wallet = client.create_wallet(wallet).send().unwrap().id().clone();
        Self { customer, payer, account, wallet }
    }
}

/// The operations of the SDK. Creating a transfer takes a ticket, and has no row.
fn rows(contract: &Contract) -> BTreeSet<&'static str> {
    let rows = operations().into_iter().map(|row| row.contract).chain(["POST /v2/transfer"]);
    rows.filter(|row| contract.has(row)).collect()
}

/// The contract, made exact where it says in prose what a valid request is. Without it, hardly a request that is made
/// up would be accepted, and little of the sandbox would be tested.
fn exact(contract: &Contract, there: &There) -> Value {
    let mut exact = contract.json().clone();
    // What this SDK does not have, the sandbox does not have either.
    let rows = rows(contract);
    for (path, item) in exact["paths"].as_object_mut().unwrap() {
        item.as_object_mut().unwrap().retain(|method, _| {
            let name = format!("{} {path}", method.to_uppercase());
            method == "parameters" || rows.contains(&*name)
        });
    }
    make_exact(&mut exact);
    make_pages_exact(&mut exact);
    // How each operation on an id gets one: from the operation that creates.
    for (create, prefix, id) in [
        ("/v2/customer", "/v2/customer/{id}", "id"),
        ("/v2/customer/kyc-link", "/v2/customer/{id}/kyc-link", "customerId"),
        ("/v2/business-representative", "/v2/business-representative/{id}", "id"),
        ("/v2/bank-account", "/v2/bank-account/{id}", "id"),
        ("/v2/wallet", "/v2/wallet/{id}", "id"),
        ("/v2/transfer", "/v2/transfer/{id}", "id"),
        ("/v2/virtual-account", "/v2/virtual-account/{virtualAccountId}", "id"),
        ("/v2/offloader-wallet", "/v2/offloader-wallet/{id}", "id"),
    ] {
        let mut links = serde_json::Map::new();
        for (path, item) in exact["paths"].as_object().unwrap() {
            for operation in item.as_object().unwrap().values().filter(|_| path.starts_with(prefix)) {
                if let Some(name) = operation["operationId"].as_str() {
                    let name_of_id = if path.contains("{id}") { "id" } else { "virtualAccountId" };
                    let parameters = json!({name_of_id: format!("$response.body#/{id}")});
                    links.insert(name.to_owned(), json!({"operationId": name, "parameters": parameters}));
                }
            }
        }
        if let Some(created) =
            exact.pointer_mut(&format!("/paths/{}/post/responses/201", create.replace('/', "~1")))
        {
            created["links"] = links.into();
        }
    }
    if contract.has("POST /v2/transfer") {
        make_money_exact(&mut exact, there);
    } else {
        make_people_exact(&mut exact, there);
    }
    exact
}

/// Numbers of pages are numbers.
fn make_pages_exact(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("in") == Some(&json!("query"))
                && ["page", "limit"].contains(&members["name"].as_str().unwrap())
            {
                members["schema"]["pattern"] = json!("^[1-9][0-9]{0,3}$");
            }
            members.values_mut().for_each(make_pages_exact);
        }
        Value::Array(items) => items.iter_mut().for_each(make_pages_exact),
        _ => {}
    }
}

fn make_people_exact(contract: &mut Value, there: &There) {
    let schemas = &mut contract["components"]["schemas"];
    // A business that nobody created will do for the sandbox; the customer for documents was created before.
    schemas["RepresentativeCreate"]["properties"]["customerId"]["enum"] = json!(["customer_firm"]);
    // Each form as one object: schemathesis cannot make one of `allOf` with a file.
    let common = schemas["DocCommon"].clone();
    for (name, schema) in schemas.as_object_mut().unwrap() {
        if name.starts_with("Doc") && schema.get("allOf").is_some() {
            let mut whole = schema["allOf"][1].clone();
            for (member, value) in common["properties"].as_object().unwrap() {
                whole["properties"][member] = value.clone();
            }
            whole["properties"]["file"] = json!({"type": "string", "minLength": 1});
            whole["properties"]["targetId"]["enum"] = json!([there.customer.as_str()]);
            whole["required"].as_array_mut().unwrap().extend([json!("targetId"), json!("file")]);
            *schema = whole;
        }
    }
    let content = &mut contract["paths"]["/v2/document"]["post"]["requestBody"]["content"];
    let form = &mut content["multipart/form-data"];
    form["encoding"] = json!({"file": {"contentType": "application/pdf"}});
    // The open type of a business document makes most forms fit two variants.
    form["schema"] = json!({"anyOf": form["schema"]["oneOf"]});
}

/// Ids that are there, and digits of this script.
fn make_money_exact(value: &mut Value, there: &There) {
    let ends = [there.account.as_str(), there.wallet.as_str()];
    match value {
        Value::Object(members) => {
            for (name, schema) in members.iter_mut() {
                match name.as_str() {
                    "Money" => schema["pattern"] = json!(r"^[0-9]{1,12}(\.[0-9]{2})?$"),
                    "Bps" => schema["pattern"] = json!("^[0-9]{1,4}$"),
                    "Endpoint" => schema["properties"]["id"]["enum"] = json!(ends),
                    "bankAccountId" => schema["enum"] = json!([ends[0]]),
                    "integratorBpsFeeRate" if schema.get("x-note").is_some() => {
                        schema["pattern"] = json!("^([0-9]{1,3}|1000)$");
                    }
                    "BankAccountCreate" | "TransferFloating" | "TransferQuoted" => {
                        for customer in ["customer", "customerId"] {
                            if let Some(customer) = schema.pointer_mut(&format!("/properties/{customer}")) {
                                customer["enum"] = json!([there.payer.as_str()]);
                            }
                        }
                    }
                    "requestBody" => {
                        let properties = "/content/application~1json/schema/properties";
                        if let Some(Value::Object(properties)) = schema.pointer_mut(properties) {
                            for (name, schema) in properties {
                                // Words that are documented, so that some requests are accepted.
                                if let Some(words) = schema.get("x-open-enum").cloned() {
                                    schema["enum"] = words;
                                } else if name == "customerId" {
                                    schema["enum"] = json!([there.payer.as_str()]);
                                }
                            }
                        }
                    }
                    _ => {}
                }
            }
            members.values_mut().for_each(|value| make_money_exact(value, there));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| make_money_exact(value, there)),
        Value::String(text) => {
            // Of samples. Descriptions of shapes begin otherwise.
            for (prefix, id) in
                [("customer_", there.payer.as_str()), ("bankAccount_", ends[0]), ("wallet_", ends[1])]
            {
                if text.starts_with(prefix) {
                    id.clone_into(text);
                }
            }
        }
        _ => {}
    }
}

/// Notes of the contract that a schema can say: countries, dates, and `meta` of JSON scalars.
fn make_exact(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let note = members.get("x-note").and_then(Value::as_str).unwrap_or_default();
            if note.starts_with("ISO 3166-1 alpha-3") || note.starts_with("alpha-3") {
                members.insert("pattern".to_owned(), json!("^[A-Z]{3}$"));
            }
            if let Some(format @ ("date" | "date-time")) = members.get("x-format").and_then(Value::as_str) {
                let format = json!(format);
                members.insert("format".to_owned(), format);
            }
            if let Some(meta) = members.get_mut("meta").and_then(|meta| meta.get_mut("additionalProperties"))
            {
                *meta = json!({"nullable": true, "anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]});
            }
            members.values_mut().for_each(make_exact);
        }
        Value::Array(items) => items.iter_mut().for_each(make_exact),
        _ => {}
    }
}

/// What schemathesis prints, and its report.
fn schemathesis(name: &str, contract: &Value, sandbox: &Sandbox, more: &[&str]) -> (Output, Value) {
    let contract = crate::write(&format!("{name}.json"), contract);
    let folder = contract.with_extension("");
    fs::create_dir_all(&folder).unwrap();
    // Valid data may be refused with 422, beside the usual: for the wrong kind of customer, or for members that are
    // required together. 400 is for what is no such request at all.
    let hooks = concat!(env!("CARGO_MANIFEST_DIR"), "/contract_tools/schemathesis_hooks.py");
    let settings = format!(
        "hooks = '{hooks}'\n[checks.positive_data_acceptance]\n\
         expected-statuses = [\"2xx\", 401, 403, 404, 409, 422, 429]\n\
         # It cancels a transfer, which can be read afterwards.\n\
         [[operations]]\ninclude-path = '/v2/transfer/{{id}}'\nchecks.use_after_free.enabled = false\n"
    );
    fs::write(folder.join("settings.toml"), settings).unwrap();
    let program = Path::new(&crate::installed("PYTHON_PACKAGES")).join("bin/schemathesis");
    let report = folder.join("report.json");
    let _ = fs::remove_file(&report);
    let mut command = crate::python();
    command.current_dir(&folder).arg(program).args(["--config-file", "settings.toml", "run"]);
    command.arg(contract).args(["--url", sandbox.base_url()]);
    command.arg("--header").arg(format!("Authorization: Bearer {}", sandbox.api_key()));
    command.args(["--no-color", "--seed", "1", "--generation-database", "none", "--exclude-deprecated"]);
    // It accepts nothing but 401 for a missing key. SpherePay responds with 403. `ignored_auth` accepts both.
    command.args(["--exclude-checks", "missing_required_header"]);
    command.args(["--report", "json", "--report-json-path"]).arg(&report).args(more);
    let output = Running::start(&mut command).wait(TIME);
    let report = fs::read_to_string(&report)
        .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr)));
    (output, serde_json::from_str(&report).unwrap())
}

#[test]
#[ignore = "needs schemathesis: bash .ci/contract"]
fn schemathesis_finds_no_violation_in_the_journey() {
    finds_no_violation("schemathesis", &Contract::journey());
}

#[test]
#[ignore = "needs schemathesis: bash .ci/contract"]
fn schemathesis_finds_no_violation_in_money() {
    finds_no_violation("schemathesis_money", &Contract::money());
}

fn finds_no_violation(name: &str, contract: &Contract) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&lines);
    let sandbox = Sandbox::builder().log(move |line| log.lock().unwrap().push(line.to_owned()));
    let sandbox = sandbox.start().unwrap();
    let exact = exact(contract, &There::in_sandbox(&sandbox));
    lines.lock().unwrap().clear();
    let (output, report) = schemathesis(name, &exact, &sandbox, &["--max-examples", "40"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    // All operations but a deprecated one were tested, and nothing went wrong on the way.
    let rows = rows(contract);
    assert_eq!(report["operations"]["selected"], rows.len(), "{said}");
    assert_eq!(report["operations"]["tested"], rows.len(), "{said}");
    assert_eq!(
        (&report["complete"], &report["errors"], &report["failures"]),
        (&json!(true), &json!([]), &json!([]))
    );
    for phase in ["examples", "coverage", "fuzzing", "stateful"] {
        assert_eq!(report["phases"][phase]["status"], "success", "{said}");
    }
    // The sandbox saw requests for each operation, and accepted some: nobody guesses a one-time password.
    let mut statuses = BTreeMap::<_, Vec<u16>>::new();
    for line in lines.lock().unwrap().iter() {
        let mut words = line.split_whitespace();
        let (Some(status), Some(method), Some(path)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        if let Some(operation) = contract.name(method, path) {
            statuses.entry(operation).or_default().push(status.parse().unwrap());
        }
    }
    let rows = rows.into_iter().map(|row| (row, statuses.remove(row).unwrap_or_default()));
    let rows = rows.map(|(row, statuses)| {
        let accepted = statuses.iter().filter(|status| **status < 300).count();
        println!("{row}: {accepted} of {} accepted", statuses.len());
        (row, accepted, statuses)
    });
    for (row, accepted, statuses) in rows.collect::<Vec<_>>() {
        assert!(accepted < statuses.len(), "{row}: nothing was refused");
        assert_eq!(accepted == 0, row.ends_with("/otp-verify"), "{row}: {statuses:?}");
    }
}

#[test]
#[ignore = "needs schemathesis: bash .ci/contract"]
fn schemathesis_notices_planted_violations() {
    for (name, pointer, planted, code) in [
        (
            "planted_response",
            "/components/schemas/CustomerResponse/properties/id/type",
            json!("integer"),
            "ST108",
        ),
        ("planted_request", "/components/schemas/Address/properties/line1/minLength", json!(3), "ST201"),
    ] {
        let sandbox = Sandbox::start().unwrap();
        let mut contract = exact(&Contract::journey(), &There::in_sandbox(&sandbox));
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        contract.pointer_mut(parent).unwrap()[member] = planted;
        let (output, report) = schemathesis(
            name,
            &contract,
            &sandbox,
            &["--include-path", "/v2/customer", "--phases", "examples,coverage"],
        );
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
        let failures = report["failures"].as_array().unwrap();
        assert!(failures.iter().any(|failure| failure["code"] == code), "{name}: {report}");
    }
}
