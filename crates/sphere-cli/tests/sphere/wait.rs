//! `sphere wait`: each outcome has its exit code and its word.

use serde_json::{Value, json};
use sphere_sandbox::{CheckState, Reply, Sandbox};

use crate::customer::created;
use crate::failures::closed_port;
use crate::run::{Ended, ended, run, sphere};

fn outcome(ended: &Ended, code: i32) -> Value {
    assert_eq!((ended.code, ended.err.as_str()), (Some(code), ""), "{}", ended.out);
    serde_json::from_str(&ended.out).unwrap()
}

/// A customer with one profile in this state.
pub(crate) fn customer(status: &str, criteria: &Value) -> Reply {
    let profile = json!({"name": "kyc_profile_a", "status": status, "criteria": criteria});
    let body = json!({"id": "customer_1", "verificationProfiles": [profile]});
    Reply::status(200).body("application/json", body.to_string())
}

#[test]
fn timeout_is_undecided_and_says_what_is_required() {
    let sandbox = Sandbox::start().unwrap();
    let id = created(&sandbox);
    let told = outcome(&run(&sandbox, &["wait", &id, "--within", "3", "--json"]), 8);
    assert_eq!(told["outcome"], "undecided");
    let required = told["profiles"][0]["required"].as_array().unwrap();
    assert!(required.contains(&"terms_of_service".into()), "{told}");
    assert_eq!(told["profiles"][0]["faceCheck"], "outstanding");
}

#[test]
fn each_outcome_has_its_exit_code() {
    let failed = json!({"errors": [{"name": "identity_document", "detail": "blurred"}]});
    let check_failed = json!({"errors": [{"name": "liveness_check"}]});
    for (status, criteria, goal, code, word) in [
        ("approved", json!({}), "approval", 0, "approved"),
        ("rejected", json!({}), "approval", 10, "rejected"),
        ("incomplete", failed, "approval", 9, "correction_needed"),
        ("pending", json!({"pending": ["liveness_check"]}), "face-check", 0, "face_check_done"),
        ("incomplete", check_failed, "face-check", 9, "correction_needed"),
        ("rejected", json!({}), "face-check", 10, "rejected"),
    ] {
        let sandbox = Sandbox::start().unwrap();
        sandbox.reply_every(customer(status, &criteria));
        let told = outcome(&run(&sandbox, &["wait", "customer_1", "--for", goal, "--json"]), code);
        assert_eq!(told["outcome"], word);
        assert_eq!(told["profiles"][0]["status"], status);
    }
}

#[test]
fn correction_says_why() {
    let sandbox = Sandbox::start().unwrap();
    let failed = json!({"errors": [{"name": "identity_document", "detail": "blurred"}]});
    sandbox.reply_every(customer("incomplete", &failed));
    let ended = run(&sandbox, &["wait", "customer_1"]);
    assert_eq!(ended.code, Some(9));
    assert!(ended.out.contains("  to be corrected  identity_document: blurred\n"), "{ended:?}");
}

#[test]
fn only_the_selected_profile_counts() {
    let sandbox = Sandbox::start().unwrap();
    let profile = |name, status| json!({"name": name, "status": status, "criteria": {}});
    let profiles = [profile("kyc_profile_a", "approved"), profile("kyc_profile_b", "rejected")];
    let body = json!({"id": "customer_1", "verificationProfiles": profiles});
    sandbox.reply_every(Reply::status(200).body("application/json", body.to_string()));
    for (name, code) in [("kyc_profile_a", 0), ("kyc_profile_b", 10)] {
        outcome(&run(&sandbox, &["wait", "customer_1", "--profile", name, "--json"]), code);
    }
    outcome(&run(&sandbox, &["wait", "customer_1", "--json"]), 10);
}

#[test]
fn unknown_id_is_a_failure() {
    let sandbox = Sandbox::start().unwrap();
    // With time for more, it would be asked for again: a new id may be unknown at first.
    run(&sandbox, &["wait", "customer_unknown", "--within", "1s"]).failure(4);
    run(&sandbox, &["wait", "associatedPerson_unknown", "--within", "1s"]).failure(4);
    let paths: Vec<String> = sandbox.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(
        paths,
        ["/v2/customer/customer_unknown", "/v2/business-representative/associatedPerson_unknown"]
    );
}

#[test]
fn face_check_is_passed_before_the_review() {
    let sandbox = Sandbox::start().unwrap();
    let id = created(&sandbox);
    sandbox.customer(&id).finish_face_check(CheckState::Passed);
    outcome(&run(&sandbox, &["wait", &id, "--for", "face-check", "--json"]), 0);
}

#[test]
fn server_that_never_responded_is_unreachable() {
    let (_held, url) = closed_port();
    let mut command = sphere();
    command.env("SPHEREPAY_API_KEY", "sk_1").args([
        "wait",
        "customer_1",
        "--within",
        "1",
        "--base-url",
        &url,
    ]);
    let told = ended(&mut command).failure(6);
    assert!(told.starts_with("sphere: the server could not be asked within 1 s\n"), "{told}");
}
