//! What metrics are told of attempts and calls.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::shared::{async_client, blocking_client, config};
use sphere_core::metrics::{AttemptReport, CallReport, Metrics};
use sphere_core::testing::{FakeTransport, Reply, VirtualClock};
use sphere_core::{ConfigBuilder, CustomerId, RetryPolicy};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Metrics for Log {
    fn attempt_ended(&self, attempt: &AttemptReport<'_>) {
        let line = format!(
            "attempt {} {} {} {}://{}:{} {:?} {:?} {:?}",
            attempt.number(),
            attempt.operation(),
            attempt.method(),
            attempt.scheme(),
            attempt.server_address(),
            attempt.server_port(),
            attempt.status().map(|status| status.as_u16()),
            attempt.error_type(),
            attempt.duration(),
        );
        self.0.lock().unwrap().push(line);
    }

    fn call_ended(&self, call: &CallReport<'_>) {
        let line = format!(
            "call {} {} {:?} {} {:?} {:?} {:?}",
            call.operation(),
            call.attempts(),
            call.error_type(),
            call.may_have_been_processed(),
            call.stop_reason(),
            call.retry_budget_remaining(),
            call.duration(),
        );
        self.0.lock().unwrap().push(line);
    }
}

fn customer() -> CustomerId {
    CustomerId::new("customer_1").unwrap()
}

fn observed(log: &Log) -> ConfigBuilder {
    config().retry(RetryPolicy::default().backoff(Duration::ZERO)).metrics(log.clone())
}

/// What is said of a call whose attempts get these replies.
fn told(script: &[Reply]) -> Vec<String> {
    let log = Log::default();
    let client = blocking_client(observed(&log), &FakeTransport::script(script.to_vec()));
    let _ = client.generate_face_verification_link(&customer()).send();
    log.lines()
}

const POST: &str = "generate_face_verification_link POST https://api.spherepay.co:443";
const CALL: &str = "call generate_face_verification_link";

#[test]
fn each_attempt_and_the_call_are_reported() {
    let slow = Reply::unavailable(Some(2)).after(Duration::from_secs(3));
    assert_eq!(
        told(&[slow, Reply::refused(), Reply::link("https://in.sumsub.com/websdk/p/1")]),
        [
            format!("attempt 1 {POST} Some(503) Some(\"503\") 3s"),
            format!("attempt 2 {POST} None Some(\"connect\") 0ns"),
            format!("attempt 3 {POST} Some(201) None 0ns"),
            format!("{CALL} 3 None false None Some(8) Some(5s)"),
        ]
    );
}

#[test]
fn failed_call_says_why_and_whether_processed() {
    let told = told(&[Reply::server_error(), Reply::server_error().cut_off()]);
    assert_eq!(told[1], format!("attempt 2 {POST} Some(500) Some(\"500\") 0ns"));
    assert_eq!(told[2..], [format!("{CALL} 2 Some(\"500\") true Some(AttemptLimit) Some(9) Some(0ns)")]);
}

#[test]
fn a_response_without_a_link_is_no_success() {
    let told = told(&[Reply::status(201).body("application/json", "{}")]);
    let end = format!("{CALL} 1 Some(\"invalid_response\") true Some(NotRetryable) Some(10) Some(0ns)");
    assert_eq!(told, [format!("attempt 1 {POST} Some(201) None 0ns"), end]);
}

#[test]
fn a_call_that_sends_nothing_is_reported() {
    let log = Log::default();
    let client = blocking_client(observed(&log), &FakeTransport::script([]));
    client.generate_face_verification_link(&customer()).timeout(Duration::ZERO).send().unwrap_err();
    let end = format!("{CALL} 0 Some(\"invalid_request\") false Some(NotRetryable) Some(10) Some(0ns)");
    assert_eq!(log.lines(), [end]);
}

#[test]
fn a_dropped_call_is_reported_as_cancelled() {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    // Dropped on its way, and during the wait after a refused connection.
    for (script, processed, attempts) in [(Reply::never(), true, 1), (Reply::refused(), false, 1)] {
        let (log, clock) = (Log::default(), VirtualClock::stopped());
        let transport = FakeTransport::always(script).with_clock(&clock);
        let client = async_client(observed(&log).retry(RetryPolicy::default()), &transport);
        {
            let customer = customer();
            let call = pin!(client.generate_face_verification_link(&customer).send());
            assert!(matches!(call.poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
        }
        let last = log.lines().pop().unwrap();
        assert!(
            last.starts_with(&format!("{CALL} {attempts} Some(\"cancelled\") {processed} None")),
            "{last}"
        );
        assert!(last.ends_with(" None"), "{last}");
    }
}
