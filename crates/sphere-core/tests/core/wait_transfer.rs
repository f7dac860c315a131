//! Waiting for a transfer: cases H19 and H20, in virtual time.

use std::time::Duration;

use crate::shared::journey::reply;
use crate::shared::{async_client, blocking_client, config};
use serde_json::{Value, json};
use sphere_core::testing::{FakeTransport, Reply, block_on};
use sphere_core::wait::{TransferOutcome, TransferWaitState};
use sphere_core::{Error, TransferId};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn id() -> TransferId {
    TransferId::new("payout_1").unwrap()
}

fn read(status: impl Into<Value>, updated: &str) -> Reply {
    reply(&json!({"id": "payout_1", "status": status.into(), "updated": updated}))
}

fn word(outcome: &Result<TransferOutcome, Error>) -> &'static str {
    match outcome {
        Ok(TransferOutcome::Succeeded(_)) => "succeeded",
        Ok(TransferOutcome::Refunded(_)) => "refunded",
        Ok(TransferOutcome::Expired(_)) => "expired",
        Ok(TransferOutcome::Ended(_)) => "ended",
        Ok(TransferOutcome::NeedsInformation(_)) => "information",
        Ok(TransferOutcome::Undecided { .. }) => "undecided",
        Err(_) => "error",
    }
}

/// The outcome of a wait over these replies, the last of which repeats; and how many reads there were.
fn wait(replies: &[Reply], within: Duration) -> (&'static str, usize, Result<TransferOutcome, Error>) {
    let transport =
        FakeTransport::script(replies.iter().cloned()).then_always(replies.last().unwrap().clone());
    let outcome = blocking_client(config(), &transport).wait_for_transfer(&id(), within).outcome();
    (word(&outcome), transport.requests().len(), outcome)
}

/// Case H19: each ends the wait, with words that promise no more; and the id can be waited on again.
#[test]
fn each_end_has_its_own_word() {
    for (status, expected) in [
        ("succeeded", "succeeded"),
        ("refunded", "refunded"),
        ("expired", "expired"),
        ("failed", "ended"),
        ("canceled", "ended"),
        ("returned", "ended"),
        ("undeliverable", "ended"),
        ("unexpectedError", "ended"),
        ("failedPrecondition", "ended"),
        ("pendingRefundInformation", "information"),
    ] {
        let (word, reads, outcome) = wait(&[read("processing", ""), read(status, "")], DAY);
        assert_eq!((word, reads), (expected, 2), "{status}");
        assert_eq!(outcome.unwrap().transfer().unwrap().status().as_str(), status);
    }
    let days = [read("succeeded", "2026-03-09T10:00:00Z"), read("returned", "2026-03-11T10:00:00Z")];
    assert_eq!(days.map(|day| wait(&[day], DAY).0), ["succeeded", "ended"]);
}

/// Case H20.
#[test]
fn unknown_and_null_statuses_never_decide() {
    for status in [json!("refundInFlight"), Value::Null, json!(7), json!("SUCCEEDED"), json!("pendingReview")]
    {
        assert_eq!(wait(&[read(status.clone(), "")], Duration::from_secs(60)).0, "undecided", "{status}");
    }
    let twice = r#"{"id":"payout_1","status":"succeeded","status":"processing"}"#;
    let twice = Reply::status(200).body("application/json", twice);
    assert_eq!(wait(&[twice], Duration::from_secs(60)).0, "undecided");
    let other = reply(&json!({"id": "payout_2", "status": "succeeded"}));
    assert_eq!(wait(&[other], DAY).0, "error");
}

/// Case H20: a read that is older than one before it is ignored, in the next process too.
#[test]
fn an_older_read_is_ignored() {
    let (newer, older) = ("2026-03-09T10:05:00Z", "2026-03-09T10:01:00Z");
    let script = [read("fundsReceived", newer), read("canceled", older), read("succeeded", newer)];
    let (word, reads, _) = wait(&script, DAY);
    assert_eq!((word, reads), ("succeeded", 3));

    let (_, _, first) = wait(&[read("fundsReceived", newer)], Duration::from_secs(1));
    let Ok(TransferOutcome::Undecided { state, last }) = first else { panic!("{first:?}") };
    assert_eq!(last.unwrap().status().as_str(), "fundsReceived");
    let stored = serde_json::to_string(&state).unwrap();
    let state: TransferWaitState = serde_json::from_str(&stored).unwrap();
    let transport =
        FakeTransport::script([read("canceled", older), read("processing", newer), read("refunded", newer)]);
    let client = async_client(config(), &transport);
    let id = id();
    let outcome = block_on(async { client.wait_for_transfer(&id, DAY).resume(state).await });
    assert!(matches!(outcome, Ok(TransferOutcome::Refunded(_))), "{outcome:?}");
    transport.assert_done();
}

#[test]
fn after_ten_minutes_the_pace_is_minutes() {
    let reads = |minutes: u64| wait(&[read("processing", "")], Duration::from_secs(60 * minutes)).1;
    let (early, hour, day) = (reads(10), reads(70), reads(24 * 60));
    assert!((14..=30).contains(&early), "{early}");
    assert!((12..=32).contains(&(hour - early)), "{hour} {early}");
    assert!((280..=620).contains(&day), "{day}");
}

#[test]
fn an_unknown_id_ends_the_wait() {
    assert_eq!(wait(&[Reply::not_found()], DAY).0, "error");
    assert_eq!(wait(&[Reply::not_found(), read("succeeded", "")], DAY).0, "succeeded");
    assert_eq!(wait(&[Reply::unavailable(None), read("succeeded", "")], DAY).0, "succeeded");
    assert_eq!(wait(&[Reply::forbidden()], DAY).0, "error");
}
