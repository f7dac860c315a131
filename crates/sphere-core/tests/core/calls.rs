//! Single calls, in virtual time: what the comparison with the model in `retries` cannot show.

use std::time::Duration;

use crate::shared::probe::{Body, Outcome, Plan};
use crate::shared::{blocking_client, config};
use sphere_core::clock::{self, Moment};
use sphere_core::testing::{FakeTransport, Reply, VirtualClock};
use sphere_core::transport::TransportErrorKind;
use sphere_core::unstable::{Options, Start, Step, new_budget};
use sphere_core::{Config, ErrorKind, RetryPolicy, StopReason, blocking};

fn client(transport: &FakeTransport) -> blocking::Client {
    blocking_client(config(), transport)
}

fn own_words(status: u16) -> Reply {
    Outcome::response(status, Body::OwnWords).reply()
}

/// No backoff, so that a call takes as long as its attempts.
fn line(script: impl IntoIterator<Item = Reply>, safety: u8) -> String {
    let config = config().retry(RetryPolicy::default().backoff(Duration::ZERO));
    let client = blocking_client(config, &FakeTransport::script(script));
    Plan::new(safety, None).run(&client).unwrap_err().to_string()
}

#[test]
fn line_says_what_happened_and_why() {
    let refused = || Reply::refused().after(Duration::from_secs(2));
    assert_eq!(
        line([refused(), refused(), refused()], 1),
        "probe: could not connect: scripted (3 attempts to api.spherepay.co:443 in 6 s, not sent, \
         no further attempt is allowed)"
    );
    assert_eq!(
        line([Outcome::response(500, Body::EmptyObject).reply()], 2),
        "probe: 500 Internal Server Error: the body is not an API error (2 bytes of application/json) \
         (1 attempt to api.spherepay.co:443, may have been processed)"
    );
}

#[test]
fn response_survives_a_later_failure_without_one() {
    let slow = Reply::lost(TransportErrorKind::Timeout).after(Duration::from_secs(15));
    assert_eq!(
        line([own_words(503), slow.clone(), Reply::refused()], 1),
        "probe: 503 Service Unavailable: \"No\" (3 attempts to api.spherepay.co:443 in 15 s, may have been processed, \
         the last: could not connect, correlation id c, no further attempt is allowed)"
    );
    assert_eq!(
        line([Reply::refused(), slow, own_words(404)], 1),
        "probe: 404 Not Found: \"No\" (3 attempts to api.spherepay.co:443 in 15 s, may have been processed, \
         correlation id c)"
    );
}

#[test]
fn each_attempt_is_in_the_history() {
    let script = [own_words(503), Reply::refused().after(Duration::from_secs(2)), own_words(404)];
    let error = Plan::default().run(&client(&FakeTransport::script(script))).unwrap_err();
    let history: Vec<_> = error
        .history()
        .iter()
        .map(|attempt| {
            let status = attempt.status().map(|status| status.as_u16());
            (
                status,
                attempt.transport_error_kind(),
                attempt.correlation_id(),
                attempt.may_have_been_processed(),
            )
        })
        .collect();
    assert_eq!(
        history,
        [
            (Some(503), None, Some("c"), true),
            (None, Some(TransportErrorKind::Connect), None, false),
            (Some(404), None, Some("c"), false),
        ]
    );
    assert_eq!(error.history()[1].duration(), Duration::from_secs(2));
}

/// A clock that waits much longer than it is asked to.
struct Oversleeping(VirtualClock);

impl clock::blocking::Clock for Oversleeping {
    fn now(&self) -> Moment {
        clock::blocking::Clock::now(&self.0)
    }

    fn sleep(&self, duration: Duration) {
        clock::blocking::Clock::sleep(&self.0, duration + Duration::from_secs(100));
    }
}

#[test]
fn a_wait_beyond_the_deadline_ends_the_call() {
    let transport = FakeTransport::always(own_words(429));
    let clock = Oversleeping(transport.clock());
    let client = blocking::Client::new(config().build().unwrap(), transport.clone(), clock);
    let error = Plan::default().run(&client).unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!((error.attempts(), transport.requests().len()), (1, 1));
    assert_eq!(error.stop_reason(), StopReason::Deadline);
}

#[test]
fn oversized_bodies_are_refused_whatever_the_transport_does() {
    let call = |bytes: usize, status| {
        let body = format!("{{\"a\":\"{}\"}}", "x".repeat(bytes - 8));
        let transport = FakeTransport::always(Reply::status(status).body("application/json", body));
        Plan::new(1, None).run(&blocking_client(config().max_response_bytes(100), &transport))
    };
    call(100, 201).unwrap();
    let error = call(101, 201).unwrap_err();
    assert_eq!(error.transport().unwrap().kind(), TransportErrorKind::TooLarge);
    assert_eq!(error.status().unwrap(), 201);
    assert!(error.may_have_been_processed());
    let error = call(101, 404).unwrap_err();
    assert!(error.is_not_found() && error.may_have_been_processed());
    assert_eq!(error.transport().unwrap().kind(), TransportErrorKind::TooLarge);
    assert_eq!(error.kind(), ErrorKind::Api);
}

/// A call by hand, up to its first request.
fn start<'c>(config: &'c Config, budget: &'c sphere_core::RetryBudget) -> Step<'c> {
    use sphere_core::endpoint::{ApiRequest, Operation, Safety};
    let operation = Operation::new("probe", http::Method::POST, Safety::Once);
    let request = ApiRequest::to(["canary"]);
    Start::new(config, budget, operation, request, Options::default(), 1).start(Moment::default())
}

#[test]
fn debug_of_a_call_shows_its_progress_only() {
    let config = config().build().unwrap();
    let budget = new_budget(&config);
    let step = start(&config, &budget);
    let shown = format!("{step:?}");
    assert!(shown.contains("probe") && shown.contains("attempts: 1"), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn a_call_driven_by_hand_counts_its_attempts() {
    use sphere_core::transport::{TransportError, TransportResponse};
    let config = config().build().unwrap();
    let budget = new_budget(&config);
    let Step::Send(_, sent) = start(&config, &budget) else { panic!("a call begins with a request") };
    let refused = TransportError::new(TransportErrorKind::Connect, "refused").not_sent();
    let Step::Wait(delay, waiting) = sent.response(Err(refused), Moment::default()) else {
        panic!("a refused connection is retried")
    };
    assert!(delay >= Duration::from_millis(500) && delay <= Duration::from_secs(1));
    let Step::Send(request, sent) = waiting.resume(Moment::after_origin(delay)) else {
        panic!("there is time left")
    };
    assert_eq!(request.time_left(), Duration::from_secs(30).saturating_sub(delay));
    let response = http::Response::builder().status(303).body("canary".into()).unwrap();
    let Step::Failed(error) = sent.response(Ok(TransportResponse::new(response)), Moment::default()) else {
        panic!("a 303 is a failure")
    };
    assert_eq!((error.attempts(), error.may_have_been_processed()), (2, true));
}
