//! `sphere representative`.

use serde_json::{Value, json};
use sphere_sandbox::Sandbox;

use crate::customer::JANE;
use crate::run::run;

const BUSINESS: &str = "customer_business";

fn json(sandbox: &Sandbox, arguments: &[&str]) -> Value {
    let out = run(sandbox, &[arguments, &["--json"]].concat()).success();
    serde_json::from_str(&out).unwrap()
}

fn created(sandbox: &Sandbox) -> String {
    let details = ["--role", "ubo", "--ownership-percentage", "50", "--signer", "true", "--title", "CEO"];
    let arguments = [&["representative", "create", BUSINESS][..], &JANE, &details].concat();
    json(sandbox, &arguments)["id"].as_str().unwrap().to_owned()
}

#[test]
fn representative_is_created_read_changed_and_deleted() {
    let sandbox = Sandbox::start().unwrap();
    let id = created(&sandbox);
    let body: Value = serde_json::from_slice(&sandbox.requests()[0].body).unwrap();
    assert_eq!(body["customerId"], BUSINESS);
    assert_eq!(
        body["representationDetails"],
        json!({"roles": ["ubo"], "ownershipPercentage": "50", "isSigner": true, "title": "CEO"})
    );
    let shown = run(&sandbox, &["representative", "get", &id]).success();
    assert!(shown.contains(&id) && shown.contains("ubo_kyc_profile_a: incomplete"), "{shown}");

    let updated = json(&sandbox, &["representative", "update", &id, "--title", "CFO"]);
    assert_eq!(updated["representationDetails"]["title"], "CFO", "{updated}");

    let table = run(&sandbox, &["representative", "list", "--customer", BUSINESS]).success();
    assert!(table.lines().nth(1).unwrap().starts_with(&format!("{id}  {BUSINESS}  ")), "{table}");
    let none = run(&sandbox, &["representative", "list", "--customer", "customer_other"]);
    assert_eq!((none.out.as_str(), none.err.as_str()), ("", "Nothing was found.\n"));

    let told = run(&sandbox, &["representative", "delete", &id]).failure(2);
    assert!(told.contains("add --yes"), "{told}");
    assert_eq!(run(&sandbox, &["representative", "delete", &id, "--yes"]).success(), "deleted\n");
    run(&sandbox, &["representative", "get", &id]).failure(4);
}

#[test]
fn link_is_printed_as_that_of_a_customer() {
    let sandbox = Sandbox::start().unwrap();
    let id = created(&sandbox);
    let link = json(&sandbox, &["representative", "link", &id]);
    assert!(link["url"].as_str().unwrap().starts_with(sandbox.base_url()), "{link}");
    assert!(link["expiresAt"].is_string(), "{link}");
    let out = run(&sandbox, &["representative", "link", &id, "--qr"]).success();
    assert!(out.contains('█'), "{out}");
}
