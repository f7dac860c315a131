//! `sphere one-time-password`.

use serde_json::Value;
use sphere_sandbox::Sandbox;

use crate::customer::created;
use crate::run::{ended_with_input, run, sphere_with};

#[test]
fn password_is_sent_and_verified() {
    let sandbox = Sandbox::start().unwrap();
    let id = created(&sandbox);
    let sent = run(&sandbox, &["one-time-password", "send", &id, "email", "--json"]).success();
    let sent: Value = serde_json::from_str(&sent).unwrap();
    assert_eq!(sent["customerId"], id.as_str());
    assert!(sent["expiresAt"].is_string(), "{sent}");

    let verify = |code: &str| {
        let mut command = sphere_with(&sandbox);
        ended_with_input(command.args(["otp", "verify", &id, "email"]), code.as_bytes())
    };
    let code = sandbox.one_time_code(&id).unwrap();
    let told = verify("0000000000").failure(5);
    assert!(told.contains("Wrong or expired code"), "{told}");
    let out = verify(&format!("{code}\n")).success();
    assert!(out.starts_with("verified at "), "{out}");
    assert_eq!(sandbox.one_time_code(&id), None);
}

#[test]
fn password_and_key_do_not_share_standard_input() {
    let sandbox = Sandbox::start().unwrap();
    let arguments = ["otp", "verify", "customer_ada", "phone", "--api-key-stdin"];
    let told = ended_with_input(sphere_with(&sandbox).args(arguments), b"123456").failure(2);
    assert!(told.contains("cannot both come from standard input"), "{told}");
    assert!(sandbox.requests().is_empty());
}
