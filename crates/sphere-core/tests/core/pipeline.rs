//! Properties of the pipeline: for random scripts of responses and failures, in virtual time, what is sent, how
//! long a call waits, what the retry budget holds, and what the caller is told. A model predicts all of it from
//! rules of its own, which are written down here once more and share no code with the pipeline. 1,000 scripts
//! each; a million with `PROPTEST_CASES=1000000 cargo test --release -p sphere-core --test core pipeline`.

use std::sync::Mutex;
use std::time::Duration;

use crate::shared::probe::{Body, Outcome, Plan};
use crate::shared::{async_client, blocking_client, cases, config};
use proptest::prelude::*;
use sphere_core::clock::{self, Moment};
use sphere_core::testing::{FakeTransport, Reply, VirtualClock};
use sphere_core::transport::{TransportErrorKind, TransportRequest};
use sphere_core::unstable::{Options, Start, Step, new_budget};
use sphere_core::{Config, Error, ErrorKind, RetryPolicy, StopReason, blocking};

// ---- Random input.

#[derive(Debug, Clone)]
struct Turn {
    outcome: Outcome,
    takes: Duration,
}

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

/// Turns in order, the last one forever.
struct Script {
    turns: Vec<Turn>,
    played: usize,
}

impl Script {
    fn new(turns: Vec<Turn>) -> Self {
        Self { turns, played: 0 }
    }

    fn next(&mut self) -> Turn {
        let turn = self.turns[self.played.min(self.turns.len() - 1)].clone();
        self.played += 1;
        turn
    }
}

/// What each request was given: time, key, and whether it needs a fresh connection.
type Sent = (Duration, Option<String>, bool);

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

/// The numbers of a retry policy.
#[derive(Debug, Clone)]
struct Policy {
    attempts: u32,
    ambiguous: u32,
    cap: Duration,
    attempt_timeout: Option<Duration>,
    budget: Option<u32>,
}

impl Policy {
    /// Without backoff there is no jitter: a call waits as long as the server asks.
    fn without_backoff(&self) -> RetryPolicy {
        let mut policy = RetryPolicy::default();
        if let Some(timeout) = self.attempt_timeout {
            policy = policy.attempt_timeout(timeout);
        }
        let policy = policy
            .max_attempts(self.attempts)
            .ambiguous_retries(self.ambiguous)
            .backoff(Duration::ZERO)
            .max_retry_after(self.cap);
        match self.budget {
            Some(retries) => policy.budget(retries),
            None => policy.unlimited_budget(),
        }
    }
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

// ---- The rules, written down once more.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    NeverSent,
    Refused,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worth {
    Never,
    Sparingly,
    Yes,
}

fn status(outcome: &Outcome) -> Option<u16> {
    match outcome {
        Outcome::Response { status, .. } | Outcome::Head { status, .. } => Some(*status),
        Outcome::Failure { .. } => None,
    }
}

fn is_success(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Response {
            status: 200..=299,
            body: Body::OwnWords | Body::OtherStatus | Body::EmptyObject,
            ..
        }
    )
}

/// What a failed attempt proves.
fn proof(outcome: &Outcome, has_key: bool) -> Proof {
    match outcome {
        Outcome::Failure { is_sent: false, .. } => Proof::NeverSent,
        Outcome::Response { status: 408 | 421 | 425, .. } => Proof::Unknown,
        Outcome::Response { status: 400..=499, body: Body::OwnWords, .. } if !has_key => Proof::Refused,
        _ => Proof::Unknown,
    }
}

/// Whether a retry after a failed attempt is worth it.
fn worth(outcome: &Outcome) -> Worth {
    use TransportErrorKind::{Setup, Tls, TooLarge};
    match outcome {
        Outcome::Failure { kind: Setup | Tls | TooLarge, .. } => Worth::Never,
        Outcome::Failure { is_sent: false, .. } => Worth::Yes,
        Outcome::Failure { is_sent: true, .. } | Outcome::Head { status: 200..=299, .. } => Worth::Sparingly,
        outcome => match status(outcome) {
            Some(408 | 421 | 425 | 429 | 503) => Worth::Yes,
            Some(500..) => Worth::Sparingly,
            _ => Worth::Never,
        },
    }
}

/// Whether the connection ended, and no status says more than that.
fn was_cut(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Failure { kind: TransportErrorKind::Interrupted, .. }
            | Outcome::Head { status: 200..=299, .. }
    )
}

fn needs_fresh_connection(outcome: &Outcome) -> bool {
    was_cut(outcome) || matches!(status(outcome), Some(408 | 421 | 425))
}

/// Whether the response shows that the service works.
fn refills(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Response { status: 200..=299, .. } => true,
        outcome => {
            matches!(status(outcome), Some(400..=499))
                && !matches!(status(outcome), Some(408 | 421 | 425 | 429))
        }
    }
}

fn asked_wait(outcome: &Outcome, cap: Duration) -> Duration {
    match outcome {
        // A 2xx whose body is lost is a transport error.
        Outcome::Head { status: 200..=299, .. } | Outcome::Failure { .. } => Duration::ZERO,
        Outcome::Response { retry_after, .. } | Outcome::Head { retry_after, .. } => {
            retry_after.as_ref().map_or(Duration::ZERO, |value| {
                value.parse().map_or(cap, |seconds| Duration::from_secs(seconds).min(cap))
            })
        }
    }
}

/// A client as the rules have it: its time and its budget.
struct Model {
    now: Duration,
    timeout: Duration,
    policy: Policy,
    /// In tenths of a retry.
    budget: u64,
    /// The whole seconds that the budget was given tenths for.
    seconds: u64,
    sent: Vec<Sent>,
    waits: Vec<Duration>,
}

/// How a call ends; nothing if it succeeded.
type End = Option<Failed>;

#[derive(Debug, PartialEq)]
struct Failed {
    /// Of the last response, if there was one.
    status: Option<u16>,
    may_have_been_processed: bool,
    stop: StopReason,
    /// Of each attempt: its status, whether it may have been processed, how long it took.
    history: Vec<(Option<u16>, bool, Duration)>,
}

impl Model {
    fn new(timeout: Duration, policy: Policy) -> Self {
        let budget = u64::from(policy.budget.unwrap_or(0)) * 10;
        Self { now: Duration::ZERO, timeout, policy, budget, seconds: 0, sent: vec![], waits: vec![] }
    }

    fn add_to_budget(&mut self, tenths: u64) {
        let full = u64::from(self.policy.budget.unwrap_or(0)) * 10;
        let passed = self.now.as_secs() - self.seconds;
        self.seconds += passed;
        self.budget = (self.budget + passed).min(full);
        self.budget = (self.budget + tenths).min(full);
    }

    fn call(&mut self, script: &mut Script, plan: &Plan) -> End {
        let end = self.now + self.timeout;
        // A tenth of the call's time, at most a second.
        let useful = Duration::from_secs(1).min(self.timeout / 10);
        let (mut attempts, mut ambiguous, mut fresh) = (0, 0, false);
        let mut history = Vec::new();
        loop {
            attempts += 1;
            let mut time_left = end.saturating_sub(self.now);
            if plan.is_harmless() && attempts < self.policy.attempts && ambiguous < self.policy.ambiguous {
                time_left = time_left.min(self.policy.attempt_timeout.unwrap_or(self.timeout / 2));
            }
            self.sent.push((time_left, plan.key.map(str::to_owned), fresh));
            let Turn { outcome, takes } = script.next();
            self.now += takes;
            if refills(&outcome) {
                self.add_to_budget(1);
            }
            if is_success(&outcome) {
                return None;
            }
            let (proof, worth) = (proof(&outcome, plan.key.is_some()), worth(&outcome));
            history.push((status(&outcome), proof == Proof::Unknown, takes));
            let stop = |stop| {
                Some(Failed {
                    status: history.iter().rev().find_map(|(status, ..)| *status),
                    may_have_been_processed: history.iter().any(|(_, unknown, _)| *unknown),
                    stop,
                    history: history.clone(),
                })
            };
            if worth == Worth::Never || (proof == Proof::Unknown && !plan.is_harmless()) {
                return stop(StopReason::NotRetryable);
            }
            let is_ambiguous = proof == Proof::Unknown && worth == Worth::Sparingly;
            if attempts == self.policy.attempts || (is_ambiguous && ambiguous == self.policy.ambiguous) {
                return stop(StopReason::AttemptLimit);
            }
            let wait = asked_wait(&outcome, self.policy.cap);
            if self.now + wait + useful > end {
                return stop(StopReason::Deadline);
            }
            if proof != Proof::Refused && self.policy.budget.is_some() {
                self.add_to_budget(0);
                if self.budget < 10 {
                    return stop(StopReason::RetryBudget);
                }
                self.budget -= 10;
            }
            ambiguous += u32::from(is_ambiguous);
            fresh = needs_fresh_connection(&outcome) || (fresh && status(&outcome).is_none());
            self.now += wait;
            self.waits.push(wait);
        }
    }
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
        let config = || config().timeout(timeout).retry(policy.without_backoff());
        let [one, other] = [(); 2].map(|()| unpunctual(script.clone()));
        let (blocking, asynchronous) = (blocking_client(config(), &one), async_client(config(), &other));
        let (mut model, mut script) = (Model::new(timeout, policy.clone()), Script::new(script));
        for plan in plans {
            let expected = model.call(&mut script, &plan);
            let results = [plan.run(&blocking.clone()), plan.run_async(&asynchronous)];
            prop_assert_eq!(end(&results[0]), expected);
            let [shown, shown_async] = results.map(|result| format!("{result:?}"));
            prop_assert_eq!(shown, shown_async);
            let remaining = policy.budget.map(|_| u32::try_from(model.budget / 10).unwrap());
            prop_assert_eq!(blocking.retry_budget().remaining(), remaining);
            prop_assert_eq!(asynchronous.retry_budget().remaining(), remaining);
        }
        prop_assert_eq!(trace(&one), (model.sent, model.waits));
        prop_assert_eq!(trace(&one), trace(&other));
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

// ---- What the properties cannot show.

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
fn the_line_says_what_happened_and_why_it_ended() {
    let refused = || Reply::refused().after(Duration::from_secs(2));
    assert_eq!(
        line([refused(), refused(), refused()], 1),
        "probe: could not connect: scripted (3 attempts to api.spherepay.co:443 in 6 s, attempt limit reached)"
    );
    assert_eq!(
        line([Outcome::response(500, Body::EmptyObject).reply()], 2),
        "probe: 500 Internal Server Error: no problem details in the body (2 bytes of application/json) \
         (1 attempt to api.spherepay.co:443, may have been processed)"
    );
}

#[test]
fn a_response_is_not_lost_to_a_later_failure_without_one() {
    let slow = Reply::lost(TransportErrorKind::Timeout).after(Duration::from_secs(15));
    assert_eq!(
        line([own_words(503), slow.clone(), Reply::refused()], 1),
        "probe: 503 Service Unavailable: No (3 attempts to api.spherepay.co:443 in 15 s, the last: could not connect, \
         correlation id c, may have been processed, attempt limit reached)"
    );
    assert_eq!(
        line([Reply::refused(), slow, own_words(404)], 1),
        "probe: 404 Not Found: No (3 attempts to api.spherepay.co:443 in 15 s, correlation id c, \
         may have been processed)"
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

#[test]
fn a_silent_server_is_asked_once_more_if_that_is_harmless() {
    for (safety, attempts) in [(0, 2), (1, 2), (2, 1)] {
        let transport = FakeTransport::never_responding();
        let error = Plan::new(safety, None).run(&client(&transport)).unwrap_err();
        assert_eq!((error.attempts(), error.is_timeout()), (attempts, true), "{safety}");
        assert!(transport.clock().elapsed() <= Duration::from_secs(30));
    }
}

#[test]
fn a_cut_connection_is_followed_by_a_fresh_one_at_once() {
    let transport = FakeTransport::script([
        Reply::lost(TransportErrorKind::Interrupted),
        Reply::not_sent(TransportErrorKind::Interrupted),
        Reply::not_found(),
    ]);
    Plan::default().run(&client(&transport)).unwrap_err();
    let slept = transport.clock().slept();
    assert!(slept[0] <= Duration::from_millis(5), "{slept:?}");
    assert!(slept[1] >= Duration::from_secs(1), "{slept:?}");
    let fresh: Vec<_> = transport.requests().iter().map(TransportRequest::needs_fresh_connection).collect();
    assert_eq!(fresh, [false, true, true]);
}

#[test]
fn ambiguous_retries_follow_the_policy() {
    for (retries, attempts) in [(0, 1), (1, 2), (2, 3), (9, 5)] {
        let policy = RetryPolicy::default().max_attempts(5).ambiguous_retries(retries);
        let client = blocking_client(config().retry(policy), &FakeTransport::always(Reply::server_error()));
        assert_eq!(Plan::default().run(&client).unwrap_err().attempts(), attempts, "{retries}");
    }
}

#[test]
fn an_earlier_ambiguous_attempt_is_not_forgotten() {
    let transport = FakeTransport::script([Reply::server_error(), Reply::not_found()]);
    let error = Plan::default().run(&client(&transport)).unwrap_err();
    assert!(error.is_not_found() && error.may_have_been_processed());
    assert_eq!(error.attempts(), 2);
}

#[test]
fn retry_after_is_obeyed_up_to_its_cap() {
    use StopReason::{AttemptLimit, Deadline};
    let waits = |timeout, retry_after: &str| {
        let transport = FakeTransport::always(Reply::status(503).header("retry-after", retry_after));
        let config = config()
            .timeout(Duration::from_secs(timeout))
            .retry(RetryPolicy::default().backoff(Duration::ZERO));
        let error = Plan::default().run(&blocking_client(config, &transport)).unwrap_err();
        let waits: Vec<_> = transport.clock().slept().iter().map(Duration::as_secs).collect();
        (waits, error.retry_after().map(|wait| wait.as_secs()), error.stop_reason())
    };
    assert_eq!(waits(30, "7"), (vec![7, 7], Some(7), AttemptLimit));
    assert_eq!(waits(30, "14"), (vec![14, 14], Some(14), AttemptLimit));
    assert_eq!(waits(30, "15"), (vec![15], Some(15), Deadline));
    assert_eq!(waits(30, "29"), (vec![29], Some(29), Deadline));
    assert_eq!(waits(30, "30"), (vec![], Some(30), Deadline));
    assert_eq!(waits(30, "18446744073709551615"), (vec![], Some(60), Deadline));
    assert_eq!(waits(1000, "18446744073709551615"), (vec![60, 60], Some(60), AttemptLimit));
    assert_eq!(waits(30, "at some point"), (vec![0, 0], None, AttemptLimit));
}

#[test]
fn a_late_response_still_counts() {
    let outcome = Outcome::response(201, Body::EmptyObject);
    let late = unpunctual(vec![Turn { outcome, takes: Duration::from_secs(100) }]);
    Plan::new(2, None).run(&client(&late)).unwrap();
}

#[test]
fn without_time_left_there_is_no_retry() {
    let slow = Reply::not_sent(TransportErrorKind::Timeout).after(Duration::from_secs(30));
    let error = Plan::new(2, None).run(&client(&FakeTransport::always(slow))).unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 1 && !error.may_have_been_processed());
    assert_eq!(error.stop_reason(), StopReason::Deadline);
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
