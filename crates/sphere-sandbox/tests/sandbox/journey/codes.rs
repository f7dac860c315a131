//! One-time codes.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;
use sphere_sandbox::Sandbox;

use super::{create, faults, individual, json_of, profile};

#[test]
fn verified_codes_complete_their_criteria() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, &individual("jane+codes@example.com"));
    assert_eq!(sandbox.one_time_code(&id), None);
    for (channel, criterion) in [("email", "email_verification"), ("phone", "phone_verification")] {
        let required = profile(&sandbox, &id)["criteria"]["required"].clone();
        assert!(required.as_array().unwrap().contains(&json!(criterion)), "{required}");

        let send = format!("POST /v2/customer/{id}/otp-send");
        assert_eq!(json_of(&sandbox, &send, &json!({"type": channel}), 201)["customerId"], *id);
        let code = sandbox.one_time_code(&id).unwrap();
        assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
        let body = json!({"type": channel, "code": code});
        let verify = format!("POST /v2/customer/{id}/otp-verify");
        assert!(json_of(&sandbox, &verify, &body, 201)["verifiedAt"].is_string());

        let complete = profile(&sandbox, &id)["criteria"]["complete"].clone();
        assert!(complete.as_array().unwrap().contains(&json!(criterion)), "{complete}");
        assert_eq!(faults(&sandbox, &verify, &body), ["/code"], "a code is good for one use");
    }
}

#[test]
fn wrong_and_expired_codes_are_refused() {
    let sandbox = Sandbox::builder().clock_stopped_at(UNIX_EPOCH).start().unwrap();
    let id = create(&sandbox, &individual("jane+codes@example.com"));
    let verify = format!("POST /v2/customer/{id}/otp-verify");
    let check =
        |channel: &str, code: &str| faults(&sandbox, &verify, &json!({"type": channel, "code": code}));
    assert_eq!(check("email", "123456"), ["/code"]);

    let sent = json_of(&sandbox, &format!("POST /v2/customer/{id}/otp-send"), &json!({"type": "email"}), 201);
    assert_eq!(sent["expiresAt"], "1970-01-01T00:10:00.000Z");
    let code = sandbox.one_time_code(&id).unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(check("email", wrong), ["/code"]);
    assert_eq!(check("phone", &code), ["/code"]);
    assert_eq!(check("fax", "12345678901"), ["/type", "/code"]);
    assert_eq!(check("email", "éééééééééé"), ["/code"], "ten characters are enough");
    sandbox.advance(Duration::from_secs(600));
    assert_eq!(check("email", &code), ["/code"]);
    assert_eq!(faults(&sandbox, &format!("POST /v2/customer/{id}/otp-send"), &json!({})), ["/type"]);
}
