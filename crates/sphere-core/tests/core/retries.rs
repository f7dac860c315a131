//! Calls in virtual time do what the [model](super::model) predicts: every path of a call with up to three attempts,
//! every status with every kind of body, and random scripts of responses and failures. 1,000 scripts; a million with
//! `PROPTEST_CASES=1000000 cargo test --release -p sphere-core --test core retries`.

use std::sync::Mutex;
use std::time::Duration;

use super::model::*;
use crate::shared::probe::{Body, Outcome, Plan};
use crate::shared::{cases, config};
use proptest::prelude::*;
use sphere_core::client::{Client, Mode};
use sphere_core::testing::{FakeTransport, VirtualClock};
use sphere_core::transport::{TransportErrorKind, TransportRequest};
use sphere_core::{Config, Error, blocking};

/// How a call ends that takes all its time.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Plays a script, its last turn forever, and ignores the time that a request has.
fn unpunctual(script: Vec<Turn>) -> FakeTransport {
    let clock = VirtualClock::new();
    let (hands, turns) = (clock.clone(), Mutex::new(Script::new(script)));
    let transport = FakeTransport::from_fn(move |_| {
        let turn = turns.lock().unwrap().next();
        hands.advance(turn.takes);
        turn.outcome.reply()
    });
    transport.with_clock(&clock)
}

fn end(result: &Result<(), Error>) -> End {
    let error = result.as_ref().err()?;
    let number = |status: http::StatusCode| status.as_u16();
    assert_eq!(error.attempts() as usize, error.history().len());
    Some(Failed {
        status: error.status().map(number),
        may_have_been_processed: error.may_have_been_processed(),
        stop: error.stop_reason(),
        history: error
            .history()
            .iter()
            .map(|a| (a.status().map(number), a.may_have_been_processed(), a.duration()))
            .collect(),
    })
}

fn sent(request: &TransportRequest) -> Sent {
    let key = request.http().headers().get("idempotency-key").map(|key| key.to_str().unwrap().to_owned());
    (request.time_left(), key, request.needs_fresh_connection())
}

fn configured(timeout: Duration, policy: &Policy) -> Config {
    config().timeout(timeout).retry(policy.as_given()).build().unwrap()
}

fn blocking_client(config: &Config, transport: &FakeTransport) -> blocking::Client {
    blocking::Client::new(config.clone(), transport.clone(), transport.clock())
}

/// Compares one call after the other with the model. The client has this time and policy, and the transport plays the
/// script.
fn compare<M: Mode>(
    client: &Client<M>,
    transport: &FakeTransport,
    script: Vec<Turn>,
    (timeout, policy): (Duration, &Policy),
    plans: &[Plan],
) {
    let (mut model, mut script) = (Model::new(timeout, policy.clone()), Script::new(script));
    for plan in plans {
        let before = transport.clock().slept().len();
        let found = end(&plan.run(client));
        let waits = transport.clock().slept().split_off(before);
        let expected = model.call(&mut script, plan, &waits, found.as_ref().map(|failed| failed.stop));
        assert_eq!(found, expected, "{plan:?}");
        let remaining = policy.budget.map(|_| u32::try_from(model.budget / 10).unwrap());
        assert_eq!(client.retry_budget().remaining(), remaining, "{plan:?}");
    }
    assert_eq!(transport.requests().iter().map(sent).collect::<Vec<_>>(), model.sent);
}

/// Each outcome, at once and shortly before time is up.
fn fates() -> Vec<Turn> {
    use TransportErrorKind::{Connect, Interrupted, Timeout, Tls, TooLarge};
    let response = |status, body, retry_after: Option<&str>| Outcome::Response {
        status,
        retry_after: retry_after.map(str::to_owned),
        body,
    };
    let failure = |kind, is_sent| Outcome::Failure { kind, is_sent };
    let outcomes = [
        response(201, Body::EmptyObject, None),
        response(422, Body::OwnWords, None),
        response(404, Body::Html, None),
        response(303, Body::Empty, None),
        response(429, Body::OwnWords, None),
        response(429, Body::OwnWords, Some("7")),
        response(429, Body::OwnWords, Some("40")),
        response(429, Body::Html, None),
        response(503, Body::OwnWords, Some("7")),
        response(408, Body::OwnWords, None),
        response(500, Body::OwnWords, None),
        failure(Connect, false),
        failure(Interrupted, false),
        failure(Interrupted, true),
        failure(Timeout, true),
        failure(Tls, false),
        failure(TooLarge, true),
    ];
    let late = TIMEOUT.saturating_sub(Duration::from_secs(1));
    let turns =
        outcomes.map(|outcome| [Duration::ZERO, late].map(|takes| Turn { outcome: outcome.clone(), takes }));
    turns.into_iter().flatten().collect()
}

/// Compares each path that begins with these fates, and counts them.
fn explore(plan: &Plan, (config, policy): (&Config, &Policy), all: &[Turn], path: &mut Vec<Turn>) -> u32 {
    let mut count = 0;
    for fate in all {
        path.push(fate.clone());
        let transport = unpunctual(path.clone());
        let client = blocking_client(config, &transport);
        compare(&client, &transport, path.clone(), (TIMEOUT, policy), std::slice::from_ref(plan));
        let goes_on = transport.requests().len() > path.len();
        count += if goes_on { explore(plan, (config, policy), all, path) } else { 1 };
        path.pop();
    }
    count
}

/// Each outcome of each attempt × time that it takes × safety × idempotency key × attempt limit × ambiguous retries ×
/// budget.
#[test]
fn every_path_is_the_models() {
    let (fates, mut count) = (fates(), 0);
    for (safety, key) in [(0, None), (1, None), (2, None), (0, Some("k")), (1, Some("k")), (2, Some("k"))] {
        for attempts in 1..=3 {
            for ambiguous in [0, 1] {
                for budget in [Some(0), Some(1), None] {
                    let policy = Policy { attempts, ambiguous, budget, ..Policy::default() };
                    let config = configured(TIMEOUT, &policy);
                    count += explore(&Plan::new(safety, key), (&config, &policy), &fates, &mut Vec::new());
                }
            }
        }
    }
    println!("{count} paths of a call with up to three attempts");
    assert!(count > 10_000, "{count} paths");
}

/// Ten calls whose every attempt ends so, after one that spends the budget's one retry: the last of the ten can have it
/// back.
#[test]
fn every_outcome_is_judged_as_by_the_model() {
    use TransportErrorKind::{Connect, Interrupted, Other, Protocol, Setup, Timeout, Tls, TooLarge};
    let mut outcomes = Vec::new();
    for status in 100..=999 {
        outcomes.push(Outcome::Head { status, retry_after: None });
        outcomes.extend([Body::OwnWords, Body::Html].map(|body| Outcome::response(status, body)));
    }
    for status in [200, 201, 299, 303, 399, 400, 404, 408, 409, 421, 422, 425, 429, 499, 500, 503, 599, 999] {
        let bodies = [Body::Empty, Body::EmptyObject, Body::OtherStatus];
        outcomes.extend(bodies.map(|body| Outcome::response(status, body)));
    }
    for kind in [Connect, Interrupted, Other, Protocol, Setup, Timeout, Tls, TooLarge] {
        outcomes.extend([false, true].map(|is_sent| Outcome::Failure { kind, is_sent }));
    }
    let refused = Outcome::Failure { kind: Connect, is_sent: false };
    let plans =
        [(0, None), (1, None), (2, None), (0, Some("k")), (2, Some("k"))].map(|(s, key)| Plan::new(s, key));
    let plans = [&[Plan::new(2, None)][..], &plans, &plans].concat();
    let policy = Policy { attempts: 2, budget: Some(1), ..Policy::default() };
    let config = configured(TIMEOUT, &policy);
    for outcome in outcomes {
        let turn = |outcome| Turn { outcome, takes: Duration::ZERO };
        let script = vec![turn(refused.clone()), turn(outcome)];
        let transport = unpunctual(script.clone());
        let client = blocking_client(&config, &transport);
        compare(&client, &transport, script, (TIMEOUT, &policy), &plans);
    }
}

fn outcome() -> impl Strategy<Value = Outcome> {
    use TransportErrorKind::{Connect, Interrupted, Other, Protocol, Setup, Timeout, Tls, TooLarge};
    let kind =
        proptest::sample::select(vec![Connect, Interrupted, Other, Protocol, Setup, Timeout, Tls, TooLarge]);
    let status = || {
        prop_oneof![
            6 => proptest::sample::select(vec![408_u16, 421, 425, 429, 500, 502, 503, 504]),
            2 => proptest::sample::select(vec![201_u16, 302, 303, 400, 404, 409, 422, 999]),
            1 => 100_u16..1000,
        ]
    };
    let retry_after = || {
        prop_oneof![
            2 => Just(None),
            1 => (0_u64..200).prop_map(|seconds| Some(seconds.to_string())),
            1 => Just(Some("99999999999999999999".to_owned())),
        ]
    };
    let body = prop_oneof![
        3 => Just(Body::OwnWords),
        1 => proptest::sample::select(vec![Body::OtherStatus, Body::Html, Body::Empty, Body::EmptyObject]),
    ];
    prop_oneof![
        4 => (status(), retry_after(), body)
            .prop_map(|(status, retry_after, body)| Outcome::Response { status, retry_after, body }),
        2 => (kind, any::<bool>()).prop_map(|(kind, is_sent)| Outcome::Failure { kind, is_sent }),
        1 => (status(), retry_after()).prop_map(|(status, retry_after)| Outcome::Head { status, retry_after }),
    ]
}

fn script() -> impl Strategy<Value = Vec<Turn>> {
    let takes = prop_oneof![
        4 => Just(Duration::ZERO),
        2 => (0_u64..5_000).prop_map(Duration::from_millis),
        1 => (0_u64..100_000).prop_map(Duration::from_millis),
    ];
    proptest::collection::vec((outcome(), takes).prop_map(|(outcome, takes)| Turn { outcome, takes }), 1..30)
}

fn policy() -> impl Strategy<Value = Policy> {
    let budget = prop_oneof![1 => Just(None), 4 => (0_u32..6).prop_map(Some)];
    let attempt_timeout = prop_oneof![1 => Just(None), 1 => (1_u64..60_000).prop_map(Some)];
    let backoff = prop_oneof![Just(0), 0_u64..2_000].prop_map(Duration::from_millis);
    (1_u32..=10, 0_u32..4, 0_u64..100, attempt_timeout, budget, backoff).prop_map(
        |(attempts, ambiguous, cap, attempt_timeout, budget, backoff)| Policy {
            attempts,
            ambiguous,
            cap: Duration::from_secs(cap),
            attempt_timeout: attempt_timeout.map(Duration::from_millis),
            budget,
            backoff,
        },
    )
}

fn plan() -> impl Strategy<Value = Plan> {
    (0_u8..3, prop_oneof![3 => Just(None), 1 => Just(Some("key-1"))]).prop_map(|(s, key)| Plan::new(s, key))
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn random_calls_do_what_the_model_predicts(
        script in script(),
        policy in policy(),
        timeout in 1_u64..120_000,
        plans in proptest::collection::vec(plan(), 1..8),
        is_async in any::<bool>(),
    ) {
        let timeout = Duration::from_millis(timeout);
        let (transport, config) = (unpunctual(script.clone()), configured(timeout, &policy));
        let given = (timeout, &policy);
        if is_async {
            compare(&sphere_core::Client::new(config, transport.clone(), transport.clock()), &transport, script, given, &plans);
        } else {
            compare(&blocking_client(&config, &transport), &transport, script, given, &plans);
        }
    }
}
