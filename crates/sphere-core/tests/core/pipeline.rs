//! Properties of the pipeline: for random scripts of responses and failures, in virtual time, a call does what the
//! [model](super::model) predicts. 1,000 scripts each; a million with
//! `PROPTEST_CASES=1000000 cargo test --release -p sphere-core --test core pipeline`.

use std::sync::Mutex;
use std::time::Duration;

use super::model::*;
use crate::shared::probe::{Body, Outcome, Plan};
use crate::shared::{async_client, blocking_client, cases, config};
use proptest::prelude::*;
use sphere_core::Error;
use sphere_core::testing::{FakeTransport, VirtualClock};
use sphere_core::transport::{TransportErrorKind, TransportRequest};

/// Plays a script, its last turn forever, and ignores the time that a request has.
pub(super) fn unpunctual(script: Vec<Turn>) -> FakeTransport {
    let clock = VirtualClock::new();
    let (hands, turns) = (clock.clone(), Mutex::new(Script::new(script)));
    let transport = FakeTransport::from_fn(move |_| {
        let turn = turns.lock().unwrap().next();
        hands.advance(turn.takes);
        turn.outcome.reply()
    });
    transport.with_clock(&clock)
}

/// What each request was given, and how long the waits were.
fn trace(transport: &FakeTransport) -> (Vec<Sent>, Vec<Duration>) {
    let key = |request: &TransportRequest| {
        request.http().headers().get("idempotency-key").map(|key| key.to_str().unwrap().to_owned())
    };
    let sent =
        |request: &TransportRequest| (request.time_left(), key(request), request.needs_fresh_connection());
    (transport.requests().iter().map(sent).collect(), transport.clock().slept())
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
    (1_u32..=10, 0_u32..4, 0_u64..100, attempt_timeout, budget).prop_map(
        |(attempts, ambiguous, cap, attempt_timeout, budget)| Policy {
            attempts,
            ambiguous,
            cap: Duration::from_secs(cap),
            attempt_timeout: attempt_timeout.map(Duration::from_millis),
            budget,
        },
    )
}

fn plan() -> impl Strategy<Value = Plan> {
    (0_u8..3, prop_oneof![3 => Just(None), 1 => Just(Some("key-1"))]).prop_map(|(s, key)| Plan::new(s, key))
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

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn calls_do_what_the_model_predicts(
        script in script(),
        policy in policy(),
        timeout in 1_u64..120_000,
        plans in proptest::collection::vec(plan(), 1..8),
    ) {
        let timeout = Duration::from_millis(timeout);
        let transport = unpunctual(script.clone());
        let client = async_client(config().timeout(timeout).retry(policy.without_backoff()), &transport);
        let (mut model, mut script) = (Model::new(timeout, policy.clone()), Script::new(script));
        for plan in plans {
            let expected = model.call(&mut script, &plan);
            prop_assert_eq!(end(&plan.run(&client.clone())), expected);
            let remaining = policy.budget.map(|_| u32::try_from(model.budget / 10).unwrap());
            prop_assert_eq!(client.retry_budget().remaining(), remaining);
        }
        prop_assert_eq!(trace(&transport), (model.sent, model.waits));
    }

    #[test]
    fn limits_and_promises_hold_with_backoff(
        script in script(),
        policy in policy(),
        backoff in 0_u64..2_000,
        timeout in 1_u64..120_000,
        plan in plan(),
    ) {
        let (limit, timeout) = (policy.attempts as usize, Duration::from_millis(timeout));
        let retry = policy.without_backoff().backoff(Duration::from_millis(backoff));
        let transport = unpunctual(script.clone());
        let result = plan.run(&blocking_client(config().timeout(timeout).retry(retry), &transport));

        let (sends, waits) = trace(&transport);
        prop_assert!(sends.len() <= limit);
        prop_assert_eq!(waits.len() + 1, sends.len(), "each wait is between two attempts");
        let mut now = Duration::ZERO;
        let mut script = Script::new(script);
        let mut proofs = Vec::new();
        for (index, (time_left, idempotency_key, _)) in sends.iter().enumerate() {
            prop_assert!(*time_left <= timeout.saturating_sub(now));
            prop_assert!(!time_left.is_zero());
            prop_assert_eq!(idempotency_key.as_deref(), plan.key);
            let turn = script.next();
            now += turn.takes;
            if let Some(wait) = waits.get(index) {
                prop_assert!(*wait >= asked_wait(&turn.outcome, policy.cap));
                let longest = Duration::from_millis(backoff << index.min(16)).min(Duration::from_secs(5));
                let is_at_once = index == 0 && was_cut(&turn.outcome);
                let shortest = if is_at_once { Duration::ZERO } else { longest / 2 };
                let longest = if is_at_once { longest.min(Duration::from_millis(5)) } else { longest };
                prop_assert!(*wait >= shortest && *wait <= longest.max(asked_wait(&turn.outcome, policy.cap)));
                now += *wait;
                prop_assert!(now < timeout, "a wait ends at {:?} of {:?}", now, timeout);
                // What must not happen twice is only sent again if it provably did not happen, and never after a
                // refusal that is not a 429.
                let proof = proof(&turn.outcome, plan.key.is_some());
                let is_safe = match proof {
                    Proof::NeverSent => true,
                    Proof::Refused => status(&turn.outcome) == Some(429),
                    Proof::Unknown => plan.is_harmless(),
                };
                prop_assert!(is_safe, "sent again after {:?}", turn.outcome);
            }
            proofs.push((proof(&turn.outcome, plan.key.is_some()), turn.outcome));
        }
        match result {
            Ok(()) => prop_assert!(is_success(&proofs.last().unwrap().1)),
            Err(error) => {
                prop_assert_eq!(error.attempts() as usize, sends.len());
                let is_proven = proofs.iter().all(|(proof, _)| *proof != Proof::Unknown);
                prop_assert_eq!(error.may_have_been_processed(), !is_proven);
            }
        }
    }
}
