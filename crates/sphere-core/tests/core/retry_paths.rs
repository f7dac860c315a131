//! Every path of a call with up to three attempts: each outcome of each attempt × time that it takes × safety ×
//! idempotency key × attempt limit × ambiguous retries × budget. What must hold is stated here without looking at the
//! retry table.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::shared::probe::{Body, Outcome, Plan};
use crate::shared::{blocking_client, config};
use sphere_core::testing::{FakeTransport, Reply, VirtualClock};
use sphere_core::transport::TransportErrorKind::{Connect, Interrupted, Timeout, Tls, TooLarge};
use sphere_core::{Error, RetryPolicy, StopReason};

/// How a call ends that takes all its time, in seconds.
const TIMEOUT: u64 = 30;
/// The least time, in seconds, that an attempt must have.
const USEFUL: u64 = 1;

/// What can happen to an attempt, and what a person who reads the specification says about it.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // What the specification says, one answer each.
struct Fate {
    outcome: Outcome,
    /// Seconds until it happens.
    takes: u64,
    /// Whether the request cannot have been processed: never sent, or refused in SpherePay's own words.
    is_harmless: bool,
    /// Whether nothing may be sent after it.
    is_final: bool,
    /// Whether it says that the service works and wants to be asked again later.
    is_rate_limit: bool,
    /// Whether it may be followed by as many attempts as the policy allows, and not by a few only.
    is_clear: bool,
}

/// Each outcome, at once and shortly before time is up.
fn fates() -> Vec<Fate> {
    let response = |status, body, retry_after: Option<&str>| Outcome::Response {
        status,
        retry_after: retry_after.map(str::to_owned),
        body,
    };
    let failure = |kind, is_sent| Outcome::Failure { kind, is_sent };
    // Outcome; harmless; final; rate limit; clear.
    let rows = [
        (response(201, Body::EmptyObject, None), false, true, false, true),
        (response(422, Body::OwnWords, None), true, true, false, true),
        (response(404, Body::Html, None), false, true, false, true),
        (response(303, Body::Empty, None), false, true, false, true),
        (response(429, Body::OwnWords, None), true, false, true, true),
        (response(429, Body::OwnWords, Some("7")), true, false, true, true),
        (response(429, Body::OwnWords, Some("40")), true, false, true, true),
        (response(429, Body::Html, None), false, false, false, true),
        (response(503, Body::OwnWords, Some("7")), false, false, false, true),
        (response(408, Body::OwnWords, None), false, false, false, true),
        (response(500, Body::OwnWords, None), false, false, false, false),
        (failure(Connect, false), true, false, false, true),
        (failure(Interrupted, false), true, false, false, true),
        (failure(Interrupted, true), false, false, false, false),
        (failure(Timeout, true), false, false, false, false),
        (failure(Tls, false), true, true, false, true),
        (failure(TooLarge, true), false, true, false, true),
    ];
    let mut fates = Vec::new();
    for (outcome, is_harmless, is_final, is_rate_limit, is_clear) in rows {
        for takes in [0, TIMEOUT - 1] {
            let outcome = outcome.clone();
            fates.push(Fate { outcome, takes, is_harmless, is_final, is_rate_limit, is_clear });
        }
    }
    fates
}

#[derive(Debug, Clone)]
struct Setting {
    /// 0 idempotent, 1 repeatable, 2 once.
    safety: u8,
    key: Option<&'static str>,
    attempts: u32,
    ambiguous: u32,
    budget: Option<u32>,
}

impl Setting {
    fn all() -> Vec<Self> {
        let mut settings = Vec::new();
        for safety in 0..3 {
            for key in [None, Some("k")] {
                for attempts in 1..=3 {
                    for ambiguous in [0, 1] {
                        for budget in [Some(0), Some(1), None] {
                            settings.push(Self { safety, key, attempts, ambiguous, budget });
                        }
                    }
                }
            }
        }
        settings
    }

    fn may_repeat(&self) -> bool {
        self.safety < 2 && self.key.is_none()
    }

    /// Whether a request with this fate cannot have been processed. With a key, an earlier call may have been.
    fn is_harmless(&self, fate: &Fate) -> bool {
        fate.is_harmless && (self.key.is_none() || matches!(fate.outcome, Outcome::Failure { .. }))
    }

    fn policy(&self) -> RetryPolicy {
        let policy = RetryPolicy::default().max_attempts(self.attempts).ambiguous_retries(self.ambiguous);
        self.budget
            .map_or_else(|| policy.clone().unlimited_budget(), |retries| policy.clone().budget(retries))
    }
}

/// What a call did.
struct Path {
    /// When each request was sent, whether on a fresh connection, and after which wait.
    sent: Vec<(Duration, bool, Duration)>,
    /// `None`: it succeeded.
    error: Option<Error>,
    budget: Option<u32>,
}

/// A call in which each attempt in turn has one of these fates; nothing if it goes on after the last.
fn run(setting: &Setting, fates: &[&Fate]) -> Option<Path> {
    let clock = VirtualClock::new();
    let script: Vec<_> = fates.iter().map(|fate| (fate.outcome.reply(), fate.takes)).collect();
    let (hands, sent) = (clock.clone(), Arc::new(Mutex::new(Vec::new())));
    let log = sent.clone();
    let transport = FakeTransport::from_fn(move |request| {
        let mut log = log.lock().unwrap();
        let turn = script.get(log.len()).cloned();
        log.push((hands.elapsed(), request.needs_fresh_connection()));
        // After the script, anything that ends the call.
        let (reply, takes) = turn.unwrap_or_else(|| (Reply::not_sent(Tls), 0));
        hands.advance(Duration::from_secs(takes));
        reply
    });
    let transport = transport.with_clock(&clock);
    let client = blocking_client(config().retry(setting.policy()), &transport);
    let error = Plan::new(setting.safety, setting.key).run(&client).err();
    let waits = [vec![Duration::ZERO], clock.slept()].concat();
    let sent: Vec<_> =
        sent.lock().unwrap().iter().zip(waits).map(|((at, fresh), wait)| (*at, *fresh, wait)).collect();
    (sent.len() == fates.len()).then(|| Path { sent, error, budget: client.retry_budget().remaining() })
}

/// What must hold for every call, whatever the table says.
fn check(setting: &Setting, fates: &[&Fate], path: &Path) {
    let context = || format!("{setting:?}\n{fates:#?}");
    assert_eq!(path.sent.len(), fates.len(), "one request for each outcome: {}", context());
    let (last, earlier) = fates.split_last().unwrap();
    let end = Duration::from_secs(TIMEOUT);

    // 1. What must not happen twice is never sent after an outcome that could have processed it.
    if !setting.may_repeat() {
        assert!(earlier.iter().all(|fate| setting.is_harmless(fate)), "sent twice: {}", context());
    }
    // 2. Nothing is sent after an outcome that is final.
    assert!(earlier.iter().all(|fate| !fate.is_final), "sent after the end: {}", context());
    // 3. No limit of the policy is exceeded.
    let unclear = earlier.iter().filter(|fate| !fate.is_clear).count();
    assert!(
        fates.len() <= setting.attempts as usize && unclear <= setting.ambiguous as usize,
        "{}",
        context()
    );
    // 4. Each retry but one after a rate limit in SpherePay's own words takes ten tenths of a retry from the budget. One
    // tenth comes back for each second and for each good response.
    let paid = earlier.iter().filter(|fate| !(fate.is_rate_limit && setting.is_harmless(fate))).count();
    if let (Some(full), Some((last_sent, ..))) = (setting.budget, path.sent.last()) {
        let tenths = u64::from(full) * 10 + last_sent.as_secs() + fates.len() as u64;
        assert!(paid as u64 * 10 <= tenths, "beyond the budget: {}", context());
    }
    // 5. A retry waits as long as the server asks, goes out in time, and on a fresh connection where the old one is at
    // fault.
    let mut is_the_connections_fault = false;
    for (fate, (at, fresh, wait)) in earlier.iter().zip(&path.sent[1..]) {
        if let Outcome::Response { retry_after: Some(asked), .. } = &fate.outcome {
            assert!(*wait >= Duration::from_secs(asked.parse().unwrap()), "too early: {}", context());
        }
        assert!(*at + Duration::from_secs(USEFUL) <= end, "too late: {}", context());
        is_the_connections_fault = match fate.outcome {
            Outcome::Failure { kind: Interrupted, .. } | Outcome::Response { status: 408, .. } => true,
            // It says nothing about connections that are there.
            Outcome::Failure { .. } => is_the_connections_fault,
            _ => false,
        };
        assert_eq!(*fresh, is_the_connections_fault, "connection: {}", context());
    }
    let Some(error) = &path.error else {
        assert!(matches!(last.outcome, Outcome::Response { status: 201, .. }), "{}", context());
        return;
    };
    // 6. "Not processed" is said if it is proven for each attempt, and only then.
    let is_proven = fates.iter().all(|fate| setting.is_harmless(fate));
    assert_eq!(error.may_have_been_processed(), !is_proven, "processed: {}", context());
    // 7. No response is lost to a later attempt without one.
    let status = fates.iter().rev().find_map(|fate| match fate.outcome {
        Outcome::Response { status, .. } => Some(status),
        _ => None,
    });
    assert_eq!(error.status().map(|status| status.as_u16()), status, "status: {}", context());
    // 8. A call ends for the reason that it gives, and for no other.
    let may_go_on = !last.is_final && (setting.may_repeat() || setting.is_harmless(last));
    let is_at_limit =
        fates.len() == setting.attempts as usize || (!last.is_clear && unclear == setting.ambiguous as usize);
    let now = path.sent.last().unwrap().0 + Duration::from_secs(last.takes);
    let is_late = now + Duration::from_secs(USEFUL) >= end
        || matches!(&last.outcome, Outcome::Response { retry_after: Some(asked), .. }
            if now + Duration::from_secs(asked.parse::<u64>().unwrap() + USEFUL) > end);
    let costs = !(last.is_rate_limit && setting.is_harmless(last));
    let is_spent = costs && path.budget == Some(0);
    let expected = match () {
        () if !may_go_on => StopReason::NotRetryable,
        () if is_at_limit => StopReason::AttemptLimit,
        () if is_late => StopReason::Deadline,
        () if is_spent => StopReason::RetryBudget,
        () => panic!("it ended without a reason: {}", context()),
    };
    assert_eq!(error.stop_reason(), expected, "{}", context());
}

/// Checks each path that begins with these fates, and counts them.
fn explore<'f>(setting: &Setting, all: &'f [Fate], path: &mut Vec<&'f Fate>) -> u32 {
    let mut count = 0;
    for fate in all {
        path.push(fate);
        count += match run(setting, path) {
            Some(done) => {
                check(setting, path, &done);
                1
            }
            None => explore(setting, all, path),
        };
        path.pop();
    }
    count
}

#[test]
fn every_path_keeps_every_promise() {
    let fates = fates();
    let count: u32 = Setting::all().iter().map(|setting| explore(setting, &fates, &mut Vec::new())).sum();
    println!("{count} paths of a call with up to three attempts");
    assert!(count > 10_000, "{count} paths");
}
