//! The retry table, row by row, over a whole call: how often each outcome is sent, and what the caller is told
//! about whether it may have been processed.

use std::time::Duration;

use crate::shared::probe::{Body, Outcome, Plan};
use crate::shared::{blocking_client, config};
use sphere_core::testing::{FakeTransport, Reply};
use sphere_core::transport::TransportErrorKind::{
    Connect, Interrupted, Other, Protocol, Setup, Timeout, Tls, TooLarge,
};
use sphere_core::transport::TransportRequest;
use sphere_core::{Error, RetryPolicy, StopReason};

use Body::{Empty, EmptyObject, Html, OtherStatus, OwnWords};

/// A call whose every attempt ends like this, under the default policy: three attempts, one ambiguous retry.
fn failed(outcome: &Outcome, plan: &Plan) -> Error {
    let transport = FakeTransport::always(outcome.reply());
    let config = config().retry(RetryPolicy::default().backoff(Duration::ZERO));
    let error = plan.run(&blocking_client(config, &transport)).unwrap_err();
    transport.requests().assert_count(error.attempts() as usize);
    error
}

/// One row of the table.
struct Row {
    outcome: Outcome,
    /// Attempts where a repetition is harmless; of a `Once` operation; with an idempotency key.
    attempts: [u32; 3],
    /// Whether it may have been processed, without an idempotency key and with one.
    processed: [bool; 2],
}

fn check(rows: impl IntoIterator<Item = Row>) {
    for Row { outcome, attempts: [harmless, once, with_key], processed: [without, with] } in rows {
        for (safety, key, attempts, processed) in [
            (0, None, harmless, without),
            (1, None, harmless, without),
            (2, None, once, without),
            (0, Some("k"), with_key, with),
            (1, Some("k"), with_key, with),
            (2, Some("k"), with_key, with),
        ] {
            let error = failed(&outcome, &Plan::new(safety, key));
            let found = (error.attempts(), error.may_have_been_processed());
            assert_eq!(found, (attempts, processed), "{outcome:?}, safety {safety}, key {key:?}");
            let reason = if attempts == 1 { StopReason::NotRetryable } else { StopReason::AttemptLimit };
            assert_eq!(error.stop_reason(), reason, "{outcome:?}, safety {safety}, key {key:?}");
        }
    }
}

const EVERY_BODY: [Body; 5] = [OwnWords, OtherStatus, Html, Empty, EmptyObject];
const GATEWAYS: [Body; 4] = [OtherStatus, Html, Empty, EmptyObject];

/// Rows for each of these statuses with each of these bodies.
fn responses(
    statuses: &[u16],
    bodies: &[Body],
    attempts: [u32; 3],
    processed: [bool; 2],
) -> impl Iterator<Item = Row> {
    let mut rows = Vec::new();
    for status in statuses {
        for body in bodies {
            let outcome = Outcome::response(*status, *body);
            rows.push(Row { outcome, attempts, processed });
        }
    }
    rows.into_iter()
}

fn head(status: u16, attempts: [u32; 3]) -> Row {
    Row { outcome: Outcome::Head { status, retry_after: None }, attempts, processed: [true; 2] }
}

#[test]
fn unsent_requests_are_retried() {
    check([Connect, Timeout, Interrupted, Protocol, Other].map(|kind| Row {
        outcome: Outcome::Failure { kind, is_sent: false },
        attempts: [3, 3, 3],
        processed: [false, false],
    }));
}

#[test]
fn unsendable_requests_are_never_retried() {
    check([Tls, Setup, TooLarge].map(|kind| Row {
        outcome: Outcome::Failure { kind, is_sent: false },
        attempts: [1, 1, 1],
        processed: [false, false],
    }));
    check([Tls, Setup, TooLarge].map(|kind| Row {
        outcome: Outcome::Failure { kind, is_sent: true },
        attempts: [1, 1, 1],
        processed: [true, true],
    }));
}

#[test]
fn lost_requests_are_retried_once_if_harmless() {
    check([Connect, Timeout, Interrupted, Protocol, Other].map(|kind| Row {
        outcome: Outcome::Failure { kind, is_sent: true },
        attempts: [2, 1, 1],
        processed: [true, true],
    }));
}

#[test]
fn refusals_are_believed_in_spherepays_words_only() {
    let statuses = [400, 401, 402, 403, 404, 405, 407, 409, 410, 422, 451, 499];
    check(responses(&statuses, &[OwnWords], [1, 1, 1], [false, true]));
    check(responses(&statuses, &GATEWAYS, [1, 1, 1], [true, true]));
    check(statuses.map(|status| head(status, [1, 1, 1])));
}

#[test]
fn rate_limits_are_believed_in_spherepays_words_only() {
    check(responses(&[429], &[OwnWords], [3, 3, 1], [false, true]));
    check(responses(&[429], &GATEWAYS, [3, 1, 1], [true, true]));
    check([head(429, [3, 1, 1])]);
}

#[test]
fn connection_statuses_and_503_prove_nothing() {
    let statuses = [408, 421, 425, 503];
    check(responses(&statuses, &EVERY_BODY, [3, 1, 1], [true, true]));
    check(statuses.map(|status| head(status, [3, 1, 1])));
    for retry_after in ["0", "1", "soon"] {
        check(EVERY_BODY.map(|body| Row {
            outcome: Outcome::Response { status: 503, retry_after: Some(retry_after.to_owned()), body },
            attempts: [3, 1, 1],
            processed: [true, true],
        }));
    }
}

#[test]
fn server_errors_are_retried_once_if_harmless() {
    let statuses = [500, 501, 502, 504, 520, 599, 600, 999];
    check(responses(&statuses, &EVERY_BODY, [2, 1, 1], [true, true]));
    check(statuses.map(|status| head(status, [2, 1, 1])));
}

#[test]
fn redirects_and_1xx_are_never_retried() {
    let statuses = [100, 101, 199, 300, 302, 303, 304, 307, 399];
    check(responses(&statuses, &EVERY_BODY, [1, 1, 1], [true, true]));
    check(statuses.map(|status| head(status, [1, 1, 1])));
}

#[test]
fn undecodable_successes_are_never_retried() {
    check(responses(&[200, 201, 204, 299], &[Html, Empty], [1, 1, 1], [true, true]));
}

#[test]
fn successes_cut_off_are_retried_once_if_harmless() {
    check([200, 201, 299].map(|status| head(status, [2, 1, 1])));
}

#[test]
fn only_connection_statuses_need_a_fresh_connection() {
    for status in 100..=999 {
        let outcome = Outcome::response(status, OwnWords);
        let transport = FakeTransport::always(outcome.reply());
        let _ = Plan::default().run(&blocking_client(config(), &transport));
        let requests = transport.requests();
        assert!(!requests[0].needs_fresh_connection(), "{status}");
        for retry in &requests[1..] {
            assert_eq!(retry.needs_fresh_connection(), [408, 421, 425].contains(&status), "{status}");
        }
    }
}

#[test]
fn a_fresh_connection_is_needed_until_the_next_response() {
    let replies = [421, 503, 408].map(|status| Outcome::response(status, Html).reply());
    let transport = FakeTransport::script(replies).then_always(Outcome::response(200, EmptyObject).reply());
    let config = config().retry(sphere_core::RetryPolicy::default().max_attempts(4));
    Plan::default().run(&blocking_client(config, &transport)).unwrap();
    let fresh: Vec<_> = transport.requests().iter().map(TransportRequest::needs_fresh_connection).collect();
    assert_eq!(fresh, [false, true, false, true]);
}

/// A server that restarts cuts its connections and then refuses new ones. Other idle connections are of no use then.
#[test]
fn a_fresh_connection_is_needed_after_a_refused_one_too() {
    let replies = [Reply::lost(Interrupted), Reply::not_sent(Connect)];
    let transport = FakeTransport::script(replies).then_always(Outcome::response(200, EmptyObject).reply());
    Plan::default().run(&blocking_client(config(), &transport)).unwrap();
    let fresh: Vec<_> = transport.requests().iter().map(TransportRequest::needs_fresh_connection).collect();
    assert_eq!(fresh, [false, true, true]);
}

/// A connection that was idle for long may be closing, which loses the request.
#[test]
fn only_harmless_requests_use_long_idle_connections() {
    for (safety, key) in [(0, None), (1, None), (2, None), (0, Some("k")), (1, Some("k")), (2, Some("k"))] {
        let (plan, transport) =
            (Plan::new(safety, key), FakeTransport::always(Outcome::response(200, EmptyObject).reply()));
        plan.run(&blocking_client(config(), &transport)).unwrap();
        let expected = Duration::from_secs(if plan.is_harmless() { 50 } else { 4 });
        assert_eq!(transport.requests()[0].max_idle_time(), expected, "safety {safety}, key {key:?}");
    }
}
