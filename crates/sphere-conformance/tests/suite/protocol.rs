//! Every message of a run is valid by `protocol.schema.json`, and the schema refuses what the code refuses.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::sync::{Arc, Mutex};

use jsonschema::Validator;
use serde_json::{Value, json};
use sphere_conformance::{Candidate, run};
use sphere_core::clock::SystemClock;

use crate::minimal::Minimal;

/// A stream that keeps what passes through it.
struct Tee<S>(S, Arc<Mutex<Vec<u8>>>);

impl<S: Read> Read for Tee<S> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let read = self.0.read(bytes)?;
        self.1.lock().unwrap().extend_from_slice(&bytes[..read]);
        Ok(read)
    }
}

impl<S: Write> Write for Tee<S> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.0.write(bytes)?;
        self.1.lock().unwrap().extend_from_slice(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// The schema of what the suite writes, or of what a subject writes.
fn schema(of: &str) -> Validator {
    let mut schema: Value = serde_json::from_str(include_str!("../../protocol.schema.json")).unwrap();
    schema.as_object_mut().unwrap().remove("anyOf").unwrap();
    schema["$ref"] = json!(format!("#/$defs/{of}"));
    jsonschema::draft202012::new(&schema).unwrap()
}

/// Checks each line, and returns which kinds of messages there were.
fn validate(of: &str, lines: &[u8]) -> BTreeSet<String> {
    let schema = schema(of);
    let mut kinds = BTreeSet::new();
    for line in lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let message: Value = serde_json::from_slice(line).unwrap();
        if let Err(error) = schema.validate(&message) {
            panic!("{error} in {message}");
        }
        kinds.extend(message.as_object().unwrap().keys().cloned());
    }
    kinds
}

#[test]
fn messages_are_valid_by_the_schema() {
    let candidate = Candidate::blocking(|setup| {
        assert!(setup.trusted_pem().is_none(), "it supports plain http only");
        Minimal::default()
    });
    let candidate = candidate.with_clock(SystemClock::new());
    let (replies, requests) = <(Arc<Mutex<Vec<u8>>>, Arc<Mutex<Vec<u8>>>)>::default();
    let (read, written) = (Arc::clone(&replies), Arc::clone(&requests));
    let remote = crate::loopback::over_the_protocol(
        candidate,
        move |stream| Tee(stream, read),
        move |stream| Tee(stream, written),
    );
    assert_eq!(remote.name(), Some("loopback"));
    let groups = ["redirects", "truncation", "framing", "secrets", "clock"];
    let names = [
        "request_header_bytes_are_sent_unchanged",
        "body_segments_are_sent_in_order",
        "failed_warm_up_is_reported_as_not_sent",
    ];
    let report = run(&remote.candidate(), |contract| {
        groups.contains(&contract.group())
            || names.contains(&contract.name())
            || contract.name() == "trusted_certificate_is_accepted"
    });
    // A transport that opens no connection ahead, and one that cannot be made.
    let failures: Vec<_> = report.broken().map(|outcome| outcome.failure().unwrap()).collect();
    let expected =
        ["the port refused, but `warm_up` succeeded", "the subject failed at `set_up`: it panicked"];
    assert_eq!(failures, expected, "{report}");
    drop(remote);

    let sent = validate("request", &requests.lock().unwrap());
    assert!(
        ["hello", "set_up", "send", "warm_up", "sleep", "close"].iter().all(|kind| sent.contains(*kind)),
        "{sent:?}"
    );
    let got = validate("reply", &replies.lock().unwrap());
    let expected = ["hello", "done", "response", "error", "slept", "failed"];
    assert!(expected.iter().all(|kind| got.contains(*kind)), "{got:?}");
}

#[test]
fn cancel_is_valid_by_the_schema() {
    assert!(schema("request").is_valid(&json!({ "cancel": { "id": 4, "send": 3 } })));
}

#[test]
fn schema_refuses_wrong_replies() {
    let schema = schema("reply");
    let error = |member: &str, value: Value| {
        let mut error = json!({ "id": 1, "kind": "connect", "delivery": "not_sent", "message": "refused" });
        error[member] = value;
        json!({ "error": error })
    };
    assert!(schema.is_valid(&error("message", json!("anything"))));
    for (what, reply) in [
        ("an id that is no number", error("id", json!("1"))),
        ("an unknown kind", error("kind", json!("broken"))),
        ("an unknown delivery", error("delivery", json!("sent"))),
        ("an unknown member", error("sent", json!(true))),
        ("no id", json!({ "done": {} })),
        ("an unknown message", json!({ "ready": { "id": 1 } })),
        ("two messages", json!({ "done": { "id": 1 }, "failed": { "id": 1, "message": "no" } })),
        ("a status of 99", json!({ "response": { "id": 1, "status": 99, "headers": [], "body": "" } })),
        (
            "a body that is not base64",
            json!({ "response": { "id": 1, "status": 200, "headers": [], "body": "{}" } }),
        ),
        (
            "a header without a value",
            json!({ "response": { "id": 1, "status": 200, "headers": [["x"]], "body": "" } }),
        ),
    ] {
        assert!(!schema.is_valid(&reply), "{what} is accepted: {reply}");
    }
}
