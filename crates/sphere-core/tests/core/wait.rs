//! Waiting for a face check and an approval in virtual time: what `wait_properties.rs`, which has the rules, does not
//! show. Many waits at once: `wait_rate.rs`.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::shared::{async_client, blocking_client, config};
use serde_json::{Value, json};
use sphere_core::testing::{FakeTransport, Reply, VirtualClock, block_on};
use sphere_core::wait::{Outcome, WaitState};
use sphere_core::{Client, Customer, CustomerId, Error, RepresentativeId};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn id() -> CustomerId {
    CustomerId::new("customer_1").unwrap()
}

// By value, so that a caller writes `json!({})`.
#[allow(clippy::needless_pass_by_value)]
fn profile(name: &str, status: &str, criteria: Value) -> Value {
    json!({"name": name, "status": status, "criteria": criteria})
}

fn reply(profiles: &[Value]) -> Reply {
    let body = json!({"id": "customer_1", "verificationProfiles": profiles});
    Reply::status(200).body("application/json", body.to_string())
}

fn one(status: &str, criteria: Value) -> Reply {
    reply(&[profile("kyc_profile_a", status, criteria)])
}

fn outstanding() -> Reply {
    one("incomplete", json!({"required": ["liveness_check"]}))
}

/// What a wait ended with, in a word.
fn word(result: &Result<Outcome<Customer>, Error>) -> &'static str {
    match result {
        Ok(Outcome::Decided { .. }) => "decided",
        Ok(Outcome::CorrectionNeeded { .. }) => "correction",
        Ok(Outcome::Undecided { .. }) => "undecided",
        Err(_) => "error",
    }
}

/// The outcome of a wait of 10 minutes over these replies, the last of which repeats; and how many reads there were.
fn face_check(replies: &[Reply]) -> (&'static str, usize) {
    let transport = FakeTransport::script(replies.iter().cloned());
    let transport = transport.then_always(replies.last().unwrap().clone());
    let client = blocking_client(config(), &transport);
    let result = client.wait_for_face_check(&id(), Duration::from_secs(600)).outcome();
    (word(&result), transport.requests().len())
}

fn approval(replies: &[Reply]) -> (&'static str, usize) {
    let transport = FakeTransport::script(replies.iter().cloned());
    let transport = transport.then_always(replies.last().unwrap().clone());
    let client = blocking_client(config(), &transport);
    let result = client.wait_for_approval(&id(), Duration::from_secs(600)).outcome();
    (word(&result), transport.requests().len())
}

#[test]
fn error_says_after_how_many_reads() {
    let html = Reply::status(200).body("text/html", "<html>");
    for (reply, said) in [(html, "6 odd reads"), (Reply::not_found(), " reads")] {
        let client = blocking_client(config(), &FakeTransport::always(reply));
        let line = client.wait_for_approval(&id(), DAY).outcome().unwrap_err().to_string();
        assert!(line.contains(", after ") && line.ends_with(said), "{line}");
    }
}

#[test]
fn stored_state_has_no_error_text() {
    let failed = one("incomplete", json!({"errors": [{"name": "liveness_check", "detail": "too dark"}]}));
    let client = blocking_client(config(), &FakeTransport::always(failed));
    let Ok(Outcome::CorrectionNeeded { state, .. }) = client.wait_for_face_check(&id(), DAY).outcome() else {
        panic!("a new error does not end the wait")
    };
    assert!(!serde_json::to_string(&state).unwrap().contains("dark"));
}

#[test]
fn what_cannot_be_read_decides_nothing() {
    let approved = || profile("kyc_profile_a", "approved", json!({}));
    let replies = [
        json!([approved(), {"name": "kyc_profile_b", "status": null}]),
        json!([approved(), {"name": null, "status": "approved"}]),
        json!([approved(), {"name": null, "status": "rejected"}]),
        json!([approved(), 7]),
        json!([approved(), profile("kyc_profile_b", "APPROVED", json!({}))]),
        json!({"0": approved()}),
        json!("approved"),
        Value::Null,
    ];
    for profiles in replies {
        let body = json!({"id": "customer_1", "verificationProfiles": profiles});
        let reply = Reply::status(200).body("application/json", body.to_string());
        assert_eq!(approval(std::slice::from_ref(&reply)).0, "undecided", "{body}");
        assert_eq!(face_check(&[reply]).0, "undecided", "{body}");
    }
    // Members that are there twice: parsers do not agree on which counts.
    for profile in [
        r#"{"name":"a","status":"approved","status":"rejected"}"#,
        r#"{"name":"a","name":"b","status":"approved"}"#,
        r#"{"name":"a","status":"approved"}],"verificationProfiles":[{"name":"a","status":"rejected"}"#,
    ] {
        let body = format!(r#"{{"id":"customer_1","verificationProfiles":[{profile}]}}"#);
        assert_eq!(
            approval(&[Reply::status(200).body("application/json", body.clone())]).0,
            "undecided",
            "{body}"
        );
    }
    // Lists in the profile itself do not stand in for criteria that cannot be read.
    for criteria in ["7", "null", r#"{"complete":[],"complete":["liveness_check"]}"#, r#"{},"criteria":{}"#] {
        let profile = format!(
            r#"{{"name":"a","status":"incomplete","complete":["liveness_check"],"criteria":{criteria}}}"#
        );
        let body = format!(r#"{{"id":"customer_1","verificationProfiles":[{profile}]}}"#);
        assert_eq!(
            face_check(&[Reply::status(200).body("application/json", body.clone())]).0,
            "undecided",
            "{body}"
        );
    }
    // An entry of `errors` that cannot be read is still an entry.
    let reply = one("approved", json!({"errors": [7], "complete": ["liveness_check"]}));
    assert_eq!(
        (approval(std::slice::from_ref(&reply)).0, face_check(&[reply]).0),
        ("correction", "correction")
    );
}

#[test]
fn time_that_is_up_is_a_result() {
    let transport = FakeTransport::always(outstanding());
    let client = blocking_client(config(), &transport);
    for (within, reads) in [(Duration::ZERO, 0), (Duration::from_millis(1), 1)] {
        let transport = FakeTransport::always(outstanding());
        let client = blocking_client(config(), &transport);
        let outcome = client.wait_for_face_check(&id(), within).outcome().unwrap();
        assert!(matches!(outcome, Outcome::Undecided { .. }), "{outcome:?}");
        assert_eq!((outcome.record().is_some(), transport.requests().len()), (reads == 1, reads));
        assert_eq!(outcome.state() == &WaitState::default(), reads == 0);
    }
    client.wait_for_face_check(&id(), Duration::from_secs(600)).outcome().unwrap();
    // The time between two reads grows.
    assert!((10..40).contains(&transport.requests().len()), "{} reads", transport.requests().len());
    assert!(transport.clock().elapsed() < Duration::from_secs(600));
    assert!(transport.clock().elapsed() > Duration::from_secs(500));
}

#[test]
fn representatives_can_be_waited_for() {
    let body = json!({"id": "associatedPerson_1", "verificationProfiles": [profile("ubo_kyc_profile_a", "approved", json!({}))]});
    let transport = FakeTransport::always(Reply::status(200).body("application/json", body.to_string()));
    let id = RepresentativeId::new("associatedPerson_1").unwrap();
    let client = async_client(config(), &transport);
    let outcome = block_on(client.wait_for_face_check(&id, DAY).outcome()).unwrap();
    assert!(matches!(outcome, Outcome::Decided { .. }));
    transport.requests().assert_sent(["GET /v2/business-representative/associatedPerson_1"]);
}

/// Seven days, of which the review takes six and a half.
#[test]
fn seven_days_keep_the_polite_rate() {
    let (clock, times) = (VirtualClock::new(), Arc::new(Mutex::new(Vec::new())));
    let (now, log) = (clock.clone(), Arc::clone(&times));
    let transport = FakeTransport::from_fn(move |_| {
        let mut times = log.lock().unwrap();
        times.push(now.elapsed());
        // A wait whose delays do not grow ends as well.
        let is_over = now.elapsed() > DAY * 13 / 2 || times.len() >= 20_000;
        match (times.len() % 10, is_over) {
            (0, _) => Reply::server_error(),
            (_, true) => one("approved", json!({})),
            _ => one("pending", json!({})),
        }
    });
    let client = blocking_client(config(), &transport.with_clock(&clock));
    assert_eq!(word(&client.wait_for_approval(&id(), DAY * 7).outcome()), "decided");

    let times = times.lock().unwrap();
    assert!((10_000..20_000).contains(&times.len()), "{} reads", times.len());
    let gaps = times.windows(2).map(|pair| pair[1].saturating_sub(pair[0]));
    assert!(gaps.clone().max().unwrap() <= Duration::from_millis(60_050));
    assert!(gaps.min().unwrap() >= Duration::from_secs(1));
}

/// A wait that is dropped gives its place back: the next one need not wait for it.
#[test]
fn a_dropped_wait_leaves_nothing_behind() {
    let transport = FakeTransport::always(outstanding()).with_clock(&VirtualClock::stopped());
    let client = async_client(config(), &transport);
    let customer = id();
    let mut context = Context::from_waker(Waker::noop());
    let mut poll = |client: &Client| {
        let mut wait = pin!(client.wait_for_face_check(&customer, DAY).outcome());
        assert!(matches!(wait.as_mut().poll(&mut context), Poll::Pending));
    };
    // The first reads at once; those after it wait for their slots, and are dropped before they begin.
    for _ in 0..100 {
        poll(&client);
    }
    transport.requests().assert_count(1);
    transport.clock().advance(Duration::from_millis(50));
    poll(&client);
    transport.requests().assert_count(2);
}
