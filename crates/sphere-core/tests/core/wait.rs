//! Waiting for a face check and an approval, over both clients and in virtual time. Over random servers:
//! `wait_properties.rs`. Many at once: `wait_rate.rs`.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::shared::{async_client, blocking_client, config};
use serde_json::{Value, json};
use sphere_core::testing::{FakeTransport, Reply, VirtualClock, block_on};
use sphere_core::transport::TransportErrorKind;
use sphere_core::verification::ProfileName;
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

fn failed() -> Reply {
    one("incomplete", json!({"errors": [{"name": "liveness_check", "detail": "too dark"}]}))
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
fn face_checks_end_when_liveness_left_required() {
    for done in [
        one("incomplete", json!({"complete": ["liveness_report_document"]})),
        one("incomplete", json!({"pending": ["liveness_check"]})),
        one("pending", json!({"complete": [], "pending": [], "required": [], "errors": []})),
        one("approved", json!({})),
        one("rejected", json!({})),
    ] {
        assert_eq!(face_check(&[outstanding(), outstanding(), done]), ("decided", 3));
    }
    for not_done in [
        outstanding(),
        one("incomplete", json!({"required": ["liveness_report_document"], "complete": ["liveness_check"]})),
        one("incomplete", json!({})),
        one("pending", json!({"complete": [], "pending": [], "required": null, "errors": []})),
        one("new_status", json!({})),
        reply(&[]),
        reply(&[
            profile("a", "approved", json!({})),
            profile("b", "incomplete", json!({"required": ["liveness_check"]})),
        ]),
    ] {
        assert_eq!(face_check(&[not_done]).0, "undecided");
    }
}

#[test]
fn an_approval_is_decided_by_every_profile() {
    let two = |one: &str, other: &str| {
        reply(&[profile("kyc_profile_a", one, json!({})), profile("kyc_profile_b", other, json!({}))])
    };
    assert_eq!(
        approval(&[two("pending", "pending"), two("approved", "pending"), two("approved", "rejected")]),
        ("decided", 3)
    );
    assert_eq!(approval(&[two("approved", "incomplete")]).0, "undecided");
    assert_eq!(approval(&[reply(&[])]).0, "undecided");
}

#[test]
fn a_selected_profile_is_waited_for_alone() {
    let transport = FakeTransport::always(reply(&[
        profile("kyc_profile_a", "approved", json!({})),
        profile("kyc_profile_b", "incomplete", json!({"errors": [{"name": "x"}]})),
    ]));
    let client = blocking_client(config(), &transport);
    let wait =
        |name: ProfileName| client.wait_for_approval(&id(), Duration::from_secs(60)).profile(name).outcome();
    assert_eq!(word(&wait(ProfileName::KycProfileA)), "decided");
    assert_eq!(word(&wait(ProfileName::KycProfileB)), "correction");
    assert_eq!(word(&wait(ProfileName::KycProfileC)), "undecided");
    let customer = id();
    let both = client.wait_for_approval(&customer, Duration::from_secs(60));
    let both = both.profile(ProfileName::KycProfileA).profile(ProfileName::KycProfileC);
    assert_eq!(word(&both.outcome()), "undecided");
}

#[test]
fn only_new_errors_that_matter_end_waits() {
    assert_eq!(face_check(&[outstanding(), failed()]), ("correction", 2));
    let other =
        one("incomplete", json!({"required": ["liveness_check"], "errors": [{"name": "identity_document"}]}));
    assert_eq!(face_check(std::slice::from_ref(&other)).0, "undecided");
    assert_eq!(approval(&[one("incomplete", json!({})), other]), ("correction", 2));
}

#[test]
fn errors_seen_before_do_not_end_a_resumed_wait() {
    let passed = || {
        one(
            "incomplete",
            json!({"complete": ["liveness_check"], "errors": [{"name": "liveness_check", "detail": "too dark"}]}),
        )
    };
    let gone = outstanding;
    let second =
        || one("incomplete", json!({"errors": [{"name": "liveness_check", "detail": "too bright"}]}));
    let first_wait = FakeTransport::always(failed());
    let client = blocking_client(config(), &first_wait);
    let Ok(Outcome::CorrectionNeeded { state, .. }) = client.wait_for_face_check(&id(), DAY).outcome() else {
        panic!("a new error does not end the wait")
    };
    // Another process: the state was stored.
    let stored = serde_json::to_string(&state).unwrap();
    assert!(!stored.contains("dark"));
    for (script, expected) in [
        (vec![failed(), failed(), passed()], ("decided", 3)),
        (vec![failed(), second()], ("correction", 2)),
        (vec![failed(), gone(), failed()], ("correction", 3)),
        (vec![failed(), one("incomplete", json!({"complete": ["liveness_check"]}))], ("decided", 2)),
    ] {
        let transport = FakeTransport::script(script);
        let client = blocking_client(config(), &transport);
        let state: WaitState = serde_json::from_str(&stored).unwrap();
        let result = client.wait_for_face_check(&id(), DAY).resume(state).outcome();
        assert_eq!((word(&result), transport.requests().len()), expected);
    }
}

#[test]
fn transient_errors_do_not_end_a_wait() {
    let done = || one("approved", json!({}));
    let script = [
        Reply::refused(),
        Reply::lost(TransportErrorKind::Interrupted),
        Reply::server_error(),
        Reply::unavailable(Some(30)),
        Reply::too_many_requests(7),
        Reply::never(),
        done(),
    ];
    assert_eq!(approval(&script), ("decided", 7));
}

#[test]
fn a_retry_after_is_kept() {
    let transport = FakeTransport::script([Reply::unavailable(Some(45)), one("approved", json!({}))]);
    let client = blocking_client(config(), &transport);
    client.wait_for_approval(&id(), DAY).outcome().unwrap();
    assert_eq!(transport.clock().elapsed(), Duration::from_secs(45));
}

#[test]
fn errors_that_polling_cannot_cure_end_a_wait() {
    for reply in [
        Reply::not_found(),
        Reply::forbidden(),
        Reply::unprocessable(),
        Reply::not_sent(TransportErrorKind::Tls),
    ] {
        assert_eq!(approval(&[outstanding(), reply]), ("error", 2));
    }
}

#[test]
fn odd_reads_end_a_wait_at_the_sixth() {
    let html = || Reply::status(200).body("text/html", "<html>");
    let redirect = || Reply::status(302).header("location", "https://other.example/");
    let other =
        || Reply::status(200).body("application/json", r#"{"id":"customer_2","verificationProfiles":[]}"#);
    let done = || one("approved", json!({}));
    for odd in [html(), redirect(), other(), Reply::status(204)] {
        let mut script = vec![odd.clone(); 5];
        // A failure in between is no proof that the reads are good again.
        script.insert(3, Reply::server_error());
        assert_eq!(approval(&[&script[..], &[done()]].concat()), ("decided", 7));
        assert_eq!(
            approval(&[&script[..], &[outstanding()], &script[..], &[done()]].concat()),
            ("decided", 14)
        );
        script.push(odd);
        assert_eq!(approval(&script), ("error", 7));
    }
    let client = blocking_client(config(), &FakeTransport::always(html()));
    let error = client.wait_for_approval(&id(), DAY).outcome().unwrap_err();
    assert!(error.to_string().ends_with(", after 6 odd reads"), "{error}");
    // Without time for another read, the error is told.
    assert!(client.wait_for_approval(&id(), Duration::from_secs(1)).outcome().is_err());
}

#[test]
fn an_id_may_be_unknown_at_first() {
    let (unknown, done) = (Reply::not_found, || one("approved", json!({})));
    assert_eq!(approval(&[unknown(), unknown(), unknown(), done()]), ("decided", 4));
    let transport = FakeTransport::always(unknown());
    let client = blocking_client(config(), &transport);
    let error = client.wait_for_approval(&id(), DAY).outcome().unwrap_err();
    let (reads, took) = (transport.requests().len(), transport.clock().elapsed());
    assert!(
        error.is_not_found() && error.to_string().ends_with(&format!(", after {reads} reads")),
        "{error}"
    );
    assert!((20..45).contains(&took.as_secs()), "{took:?}");
    // Once it was read, in the wait before too, it cannot be unknown.
    let read = FakeTransport::always(outstanding());
    let outcome = blocking_client(config(), &read).wait_for_approval(&id(), Duration::from_secs(1)).outcome();
    let state = outcome.unwrap().state().clone();
    let transport = FakeTransport::always(unknown());
    let client = blocking_client(config(), &transport);
    assert!(client.wait_for_approval(&id(), DAY).resume(state).outcome().is_err());
    assert_eq!(transport.requests().len(), 1);
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
fn a_read_does_not_outlast_the_wait() {
    let transport = FakeTransport::never_responding();
    let client = blocking_client(config(), &transport);
    let result = client.wait_for_approval(&id(), Duration::from_secs(5)).outcome();
    assert_eq!(word(&result), "undecided");
    assert_eq!(transport.clock().elapsed(), Duration::from_secs(5));
}

#[test]
fn every_record_is_shown() {
    let transport = FakeTransport::script([
        outstanding(),
        Reply::server_error(),
        outstanding(),
        one("approved", json!({})),
    ]);
    let client = blocking_client(config(), &transport);
    let mut seen = Vec::new();
    let (customer, within) = (id(), DAY);
    let wait = client.wait_for_approval(&customer, within);
    wait.on_read(|customer| seen.push(customer.verification_profiles()[0].status().to_string()))
        .outcome()
        .unwrap();
    assert_eq!(seen, ["incomplete", "incomplete", "approved"]);
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
