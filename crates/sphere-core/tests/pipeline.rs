//! Properties of the pipeline: for random scripts of answers and failures, in virtual time, what is sent,
//! how long is waited, and what the caller is told. 1,000 scripts each; a million with
//! `PROPTEST_CASES=1000000 cargo test --release -p sphere-core --test pipeline`.

mod shared;

use std::sync::Mutex;
use std::time::Duration;

use http::Method;
use proptest::prelude::*;
use shared::{cases, config};
use sphere_core::endpoint::{self, DecodeError, Endpoint, Path, Safety};
use sphere_core::testing::{Answer, Clock, FakeTransport, block_on};
use sphere_core::transport::{TransportError, TransportErrorKind, TransportRequest, TransportResponse};
use sphere_core::{CallOptions, Client, Config, Error, ErrorKind, IdempotencyKey, RetryPolicy, blocking};

/// An endpoint of each safety: 0 idempotent, 1 repeatable, 2 once.
struct Probe<const SAFETY: u8>;

impl<const SAFETY: u8> Endpoint for Probe<SAFETY> {
    type Output = ();
    const OPERATION: &'static str = "probe";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = match SAFETY {
        0 => Safety::Idempotent,
        1 => Safety::Repeatable,
        _ => Safety::Once,
    };

    fn path(&self, path: &mut Path) {
        path.push("probe");
    }

    fn decode(&self, answer: &endpoint::Answer<'_>) -> Result<(), DecodeError> {
        answer.json::<serde_json::Map<String, serde_json::Value>>().map(drop)
    }
}

fn call(client: &blocking::Client, safety: u8, options: CallOptions) -> Result<(), Error> {
    match safety {
        0 => client.call_with(Probe::<0>, options),
        1 => client.call_with(Probe::<1>, options),
        _ => client.call_with(Probe::<2>, options),
    }
}

fn call_async(client: &Client, safety: u8, options: CallOptions) -> Result<(), Error> {
    match safety {
        0 => block_on(client.call_with(Probe::<0>, options)),
        1 => block_on(client.call_with(Probe::<1>, options)),
        _ => block_on(client.call_with(Probe::<2>, options)),
    }
}

fn options(idempotency_key: Option<&str>) -> CallOptions {
    let options = CallOptions::default();
    match idempotency_key {
        Some(key) => options.idempotency_key(IdempotencyKey::new(key).unwrap()),
        None => options,
    }
}

/// What happens to one request, as data that a test can judge.
#[derive(Debug, Clone)]
enum Outcome {
    Answer { status: u16, headers: Vec<(&'static str, String)>, body: &'static str },
    Failure { kind: TransportErrorKind, not_sent: bool },
    CutOff { status: u16, headers: Vec<(&'static str, String)> },
}

impl Outcome {
    fn answer(&self) -> Answer {
        let with = |status, headers: &[(&'static str, String)]| {
            headers.iter().fold(Answer::status(status), |answer, (name, value)| answer.header(name, value))
        };
        match self {
            Self::Answer { status, headers, body } => with(*status, headers).body("application/json", *body),
            Self::CutOff { status, headers } => with(*status, headers).cut_off(),
            Self::Failure { kind, not_sent: true } => Answer::not_sent(*kind),
            Self::Failure { kind, not_sent: false } => Answer::lost(*kind),
        }
    }
}

#[derive(Debug, Clone)]
struct Turn {
    outcome: Outcome,
    takes: Duration,
}

/// Plays a script, its last turn for ever, and does not keep to its time.
fn unpunctual(script: Vec<Turn>) -> FakeTransport {
    let clock = Clock::new();
    let (hands, turns) = (clock.clone(), Mutex::new((script.into_iter(), None)));
    let transport = FakeTransport::from_fn(move |_| {
        let mut turns = turns.lock().unwrap();
        let turn = turns.0.next().or_else(|| turns.1.take()).unwrap();
        turns.1 = Some(turn.clone());
        hands.advance(turn.takes);
        turn.outcome.answer()
    });
    transport.with_clock(&clock)
}

/// What each request was given, and what was waited.
fn trace(transport: &FakeTransport) -> (Vec<(Duration, Option<String>)>, Vec<Duration>) {
    let key = |request: &TransportRequest| {
        request.http().headers().get("idempotency-key").map(|key| key.to_str().unwrap().to_owned())
    };
    let requests = transport.requests();
    let sends = requests.iter().map(|request| (request.time_left(), key(request))).collect();
    (sends, transport.clock().slept())
}

fn kind() -> impl Strategy<Value = TransportErrorKind> {
    use TransportErrorKind::{Connect, Interrupted, Other, Protocol, Setup, Timeout, Tls, TooLarge};
    proptest::sample::select(vec![Connect, Interrupted, Other, Protocol, Setup, Timeout, Tls, TooLarge])
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let status = prop_oneof![
        5 => proptest::sample::select(vec![201_u16, 302, 400, 404, 408, 422, 429, 500, 501, 502, 503, 504, 999]),
        1 => 100_u16..1000,
    ];
    let headers = prop_oneof![
        2 => Just(vec![]),
        1 => (0_u64..200).prop_map(|seconds| vec![("retry-after", seconds.to_string())]),
        1 => Just(vec![("retry-after", "99999999999999999999".to_owned())]),
    ];
    prop_oneof![
        3 => (status.clone(), headers.clone(), proptest::sample::select(vec!["{}", "", "[]", "<html>"]))
            .prop_map(|(status, headers, body)| Outcome::Answer { status, headers, body }),
        3 => (kind(), any::<bool>()).prop_map(|(kind, not_sent)| Outcome::Failure { kind, not_sent }),
        1 => (status, headers).prop_map(|(status, headers)| Outcome::CutOff { status, headers }),
    ]
}

fn script() -> impl Strategy<Value = Vec<Turn>> {
    let takes = prop_oneof![
        4 => Just(Duration::ZERO),
        2 => (0_u64..5_000).prop_map(Duration::from_millis),
        1 => (0_u64..100_000).prop_map(Duration::from_millis),
    ];
    proptest::collection::vec((outcome(), takes).prop_map(|(outcome, takes)| Turn { outcome, takes }), 1..14)
}

fn policy() -> impl Strategy<Value = RetryPolicy> {
    (1_u32..=10, 0_u32..4, 0_u64..2_000, 0_u64..100).prop_map(|(attempts, ambiguous, backoff, cap)| {
        RetryPolicy::default()
            .max_attempts(attempts)
            .ambiguous_retries(ambiguous)
            .backoff(Duration::from_millis(backoff))
            .max_retry_after(Duration::from_secs(cap))
    })
}

/// Whether a failure leaves open what the server did, judged apart from the code under test.
fn is_ambiguous(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Failure { kind, not_sent } => {
            !not_sent
                && !matches!(
                    kind,
                    TransportErrorKind::Tls | TransportErrorKind::TooLarge | TransportErrorKind::Setup
                )
        }
        Outcome::Answer { status, headers, .. } | Outcome::CutOff { status, headers } => match status {
            200..=299 => matches!(outcome, Outcome::CutOff { .. }),
            503 => headers.is_empty(),
            500.. => true,
            _ => false,
        },
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn attempts_waits_and_deadline_keep_to_their_limits(
        script in script(),
        policy in policy(),
        timeout in 1_u64..120_000,
        safety in 0_u8..3,
        key in proptest::option::of(Just("key-1")),
        limit in 1_usize..4,
    ) {
        let limit = u32::try_from(limit).unwrap() * 3;
        let policy = policy.max_attempts(limit);
        let timeout = Duration::from_millis(timeout);
        let config = config().timeout(timeout).retry(policy).build().unwrap();
        let transport = unpunctual(script.clone());
        let result = call(&blocking::Client::new(config, transport.clone()), safety, options(key));

        let (sends, waits) = trace(&transport);
        prop_assert!(sends.len() <= limit as usize);
        prop_assert_eq!(waits.len() + 1, sends.len(), "each wait is between two attempts");
        if let Err(error) = &result {
            prop_assert_eq!(error.attempts() as usize, sends.len());
        }
        let mut turns = script.iter().chain(std::iter::repeat(script.last().unwrap()));
        let mut now = Duration::ZERO;
        let mut any_ambiguous = false;
        for (index, (time_left, idempotency_key)) in sends.iter().enumerate() {
            prop_assert_eq!(*time_left, timeout.saturating_sub(now));
            prop_assert!(!time_left.is_zero());
            prop_assert_eq!(idempotency_key.as_deref(), key);
            let turn = turns.next().unwrap();
            now += turn.takes;
            any_ambiguous |= is_ambiguous(&turn.outcome);
            if is_ambiguous(&turn.outcome) && (safety == 2 || key.is_some()) {
                prop_assert_eq!(index, sends.len() - 1, "sent again after an ambiguous failure");
            }
            if let Some(wait) = waits.get(index) {
                now += *wait;
                prop_assert!(now < timeout, "a wait ends at {:?} of {:?}", now, timeout);
            }
        }
        if let Err(error) = &result {
            prop_assert!(error.may_have_been_processed() || !any_ambiguous);
        }
    }

    #[test]
    fn both_drivers_leave_the_same_trace(
        script in script(),
        policy in policy(),
        timeout in 1_u64..120_000,
        safety in 0_u8..3,
        key in proptest::option::of(Just("key-1")),
    ) {
        // Without backoff there is no jitter: what is waited is what the server asked for.
        let policy = policy.backoff(Duration::ZERO);
        let config = config().timeout(Duration::from_millis(timeout)).retry(policy).build().unwrap();
        let (one, other) = (unpunctual(script.clone()), unpunctual(script));
        let blocking = call(&blocking::Client::new(config.clone(), one.clone()), safety, options(key));
        let asynchronous = call_async(&Client::new(config, other.clone()), safety, options(key));
        prop_assert_eq!(trace(&one), trace(&other));
        prop_assert_eq!(
            blocking.map_err(|error| format!("{error:?}")),
            asynchronous.map_err(|error| format!("{error:?}")),
        );
    }
}

fn answer(status: u16) -> Answer {
    Answer::status(status).body("application/json", "{}")
}

fn unavailable(retry_after: &str) -> Answer {
    Answer::status(503).header("retry-after", retry_after)
}

/// What a call comes to whose every attempt ends so, and what it was over.
fn always(answer: Answer, safety: u8, key: Option<&str>) -> (Error, FakeTransport) {
    let transport = FakeTransport::always(answer);
    let client = blocking::Client::new(config().build().unwrap(), transport.clone());
    (call(&client, safety, options(key)).unwrap_err(), transport)
}

#[test]
fn the_retry_table_holds_on_the_wire() {
    use TransportErrorKind::{Connect, Interrupted, Other, Protocol, Setup, Timeout, Tls, TooLarge};
    // The outcome; attempts where sending again is harmless, and where it is harmful; whether the request
    // may have been processed.
    let rows = [
        (Answer::not_sent(Connect), 3, 3, false),
        (Answer::not_sent(Timeout), 3, 3, false),
        (Answer::not_sent(Other), 3, 3, false),
        (Answer::not_sent(Tls), 1, 1, false),
        (Answer::not_sent(Setup), 1, 1, false),
        (Answer::lost(TooLarge), 1, 1, true),
        (answer(302), 1, 1, false),
        (answer(400), 1, 1, false),
        (answer(401), 1, 1, false),
        (answer(403), 1, 1, false),
        (answer(404), 1, 1, false),
        (answer(409), 1, 1, false),
        (answer(422), 1, 1, false),
        (Answer::status(201).body("text/html", "<html>"), 1, 1, true),
        (answer(101), 1, 1, true),
        (answer(429), 3, 3, false),
        (unavailable("1"), 3, 3, false),
        (unavailable("at some point"), 2, 1, true),
        (answer(503), 2, 1, true),
        (answer(500), 2, 1, true),
        (answer(502), 2, 1, true),
        (answer(504), 2, 1, true),
        (answer(999), 2, 1, true),
        (Answer::lost(Interrupted), 2, 1, true),
        (Answer::lost(Timeout), 2, 1, true),
        (Answer::lost(Protocol), 2, 1, true),
        (Answer::lost(Connect), 2, 1, true),
        (answer(201).cut_off(), 2, 1, true),
        (answer(502).cut_off(), 2, 1, true),
        (answer(422).cut_off(), 1, 1, false),
        (answer(429).cut_off(), 3, 3, false),
    ];
    for (outcome, harmless, harmful, processed) in rows {
        let cells = [
            (0, None, harmless),
            (1, None, harmless),
            (2, None, harmful),
            (0, Some("k"), harmful),
            (1, Some("k"), harmful),
            (2, Some("k"), harmful),
        ];
        for (safety, key, attempts) in cells {
            let (error, _) = always(outcome.clone(), safety, key);
            assert_eq!(error.attempts(), attempts, "{outcome:?} safety {safety} key {key:?}");
            assert_eq!(error.may_have_been_processed(), processed, "{outcome:?} safety {safety} key {key:?}");
        }
    }
}

#[test]
fn the_last_real_failure_comes_back_with_the_number_of_attempts() {
    let (error, _) = always(Answer::not_sent(TransportErrorKind::Connect), 1, None);
    assert_eq!(error.to_string(), "probe: could not connect: scripted (3 attempts)");
    assert_eq!(error.transport().unwrap().kind(), TransportErrorKind::Connect);
    let (error, _) = always(answer(500), 2, None);
    assert_eq!(
        error.to_string(),
        "probe: 500 Internal Server Error: no problem details in the body (2 bytes) (1 attempt, may have been processed)"
    );
}

#[test]
fn ambiguous_failures_are_retried_as_often_as_the_policy_says() {
    for (retries, attempts) in [(0, 1), (1, 2), (2, 3), (9, 5)] {
        let policy = RetryPolicy::default().max_attempts(5).ambiguous_retries(retries);
        let client = blocking::Client::new(
            config().retry(policy).build().unwrap(),
            FakeTransport::always(answer(500)),
        );
        assert_eq!(call(&client, 0, CallOptions::default()).unwrap_err().attempts(), attempts, "{retries}");
    }
}

#[test]
fn an_earlier_ambiguous_attempt_is_not_forgotten() {
    let transport = FakeTransport::script([answer(500), answer(404)]);
    let client = blocking::Client::new(config().build().unwrap(), transport);
    let error = call(&client, 1, CallOptions::default()).unwrap_err();
    assert!(error.is_not_found() && error.may_have_been_processed());
    assert_eq!(error.attempts(), 2);
}

#[test]
fn retry_after_is_obeyed_up_to_its_cap_and_never_past_the_deadline() {
    let waits = |timeout, retry_after: &str| {
        let transport = FakeTransport::always(unavailable(retry_after));
        let config = config()
            .timeout(Duration::from_secs(timeout))
            .retry(RetryPolicy::default().backoff(Duration::ZERO))
            .build()
            .unwrap();
        let error =
            call(&blocking::Client::new(config, transport.clone()), 1, CallOptions::default()).unwrap_err();
        let waits: Vec<_> = transport.clock().slept().iter().map(Duration::as_secs).collect();
        (waits, error.retry_after().map(|wait| wait.as_secs()))
    };
    assert_eq!(waits(30, "7"), (vec![7, 7], Some(7)));
    assert_eq!(waits(30, "14"), (vec![14, 14], Some(14)));
    assert_eq!(waits(30, "15"), (vec![15], Some(15)));
    assert_eq!(waits(30, "30"), (vec![], Some(30)));
    assert_eq!(waits(30, "18446744073709551615"), (vec![], Some(60)));
    assert_eq!(waits(1000, "18446744073709551615"), (vec![60, 60], Some(60)));
}

#[test]
fn an_outage_spends_the_budget_of_all_clones_and_stops_there() {
    let transport = FakeTransport::always(Answer::not_sent(TransportErrorKind::Connect));
    let client = blocking::Client::new(config().build().unwrap(), transport.clone());
    for _ in 0..20 {
        call(&client.clone(), 1, CallOptions::default()).unwrap_err();
    }
    assert_eq!(transport.requests().len(), 20 + 10);
}

#[test]
fn an_answer_that_comes_after_the_deadline_is_still_an_answer() {
    let outcome = Outcome::Answer { status: 201, headers: vec![], body: "{}" };
    let late = unpunctual(vec![Turn { outcome, takes: Duration::from_secs(100) }]);
    let client = blocking::Client::new(config().build().unwrap(), late);
    call(&client, 2, CallOptions::default()).unwrap();
}

#[test]
fn time_that_ran_out_leaves_no_second_attempt() {
    let slow = Answer::not_sent(TransportErrorKind::Timeout).after(Duration::from_secs(30));
    let client = blocking::Client::new(config().build().unwrap(), FakeTransport::always(slow));
    let error = call(&client, 0, CallOptions::default()).unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 1 && !error.may_have_been_processed());
}

/// Waits much longer than it is asked to.
struct Oversleeping(FakeTransport);

impl blocking::Transport for Oversleeping {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        blocking::Transport::send(&self.0, request)
    }

    fn sleep(&self, duration: Duration) {
        blocking::Transport::sleep(&self.0, duration + Duration::from_secs(100));
    }

    fn now(&self) -> std::time::Instant {
        blocking::Transport::now(&self.0)
    }
}

#[test]
fn a_wait_that_took_too_long_ends_with_the_failure_that_led_to_it() {
    let transport = FakeTransport::always(answer(429));
    let client = blocking::Client::new(config().build().unwrap(), Oversleeping(transport.clone()));
    let error = call(&client, 0, CallOptions::default()).unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!((error.attempts(), transport.requests().len()), (1, 1));
}

#[test]
fn a_body_beyond_the_limit_is_refused_even_if_the_transport_lets_it_through() {
    let answered = |bytes: usize, status| {
        let config = config().max_response_bytes(100).build().unwrap();
        let body = format!("{{\"a\":\"{}\"}}", "x".repeat(bytes - 8));
        let transport = FakeTransport::always(Answer::status(status).body("application/json", body));
        call(&blocking::Client::new(config, transport), 1, CallOptions::default())
    };
    answered(100, 201).unwrap();
    let error = answered(101, 201).unwrap_err();
    assert_eq!(error.transport().unwrap().kind(), TransportErrorKind::TooLarge);
    assert_eq!(error.status().unwrap(), 201);
    assert!(error.may_have_been_processed());
    let error = answered(101, 404).unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.transport().unwrap().kind(), TransportErrorKind::TooLarge);
}

#[test]
fn bad_options_of_a_call_are_refused_before_anything_is_sent() {
    for (timeout, message) in [
        (Duration::ZERO, "probe: invalid request: timeout must be longer than zero (not sent)"),
        (Duration::MAX, "probe: invalid request: timeout must be at most 24 hours (not sent)"),
    ] {
        let transport = FakeTransport::always(answer(201));
        let client = blocking::Client::new(config().build().unwrap(), transport.clone());
        let error = call(&client, 1, CallOptions::default().timeout(timeout)).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0));
        assert!(!error.may_have_been_processed());
        assert_eq!(transport.requests().len(), 0);
    }
}

#[test]
fn debug_of_a_call_shows_how_far_it_has_come() {
    let (config, budget) = (config().build().unwrap(), sphere_core::RetryBudget::default());
    let now = std::time::Instant::now();
    let call = sphere_core::call::Call::new(&config, &budget, Probe::<0>, CallOptions::default(), 1, now);
    let shown = format!("{call:?}");
    assert!(shown.contains("probe") && shown.contains("attempts: 0"), "{shown}");
}

#[test]
fn what_is_public_crosses_threads() {
    fn crosses<T: Send + Sync + 'static>() {}
    fn sends(_: impl Send) {}
    crosses::<Client>();
    crosses::<blocking::Client>();
    crosses::<Config>();
    crosses::<Error>();
    let transport = FakeTransport::always(answer(201));
    let client = Client::new(config().build().unwrap(), transport);
    sends(client.call(Probe::<0>));
}
