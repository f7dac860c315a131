//! The suite can fail: each of these transports is wrong in one way, and breaks the contracts beside it and no
//! others.

mod failures;
mod messages;
mod sending;
mod waiting;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, header};
use sphere_conformance::{Aspect, BoxFuture, Candidate, Contract, Report, Verdict, contracts, run, run_all};
use sphere_core::clock::SystemClock;
use sphere_core::transport::TransportErrorKind as Kind;
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{RequestBody, TransportError, TransportRequest, TransportResponse};

use crate::minimal::Minimal;

type Outcome = Result<TransportResponse, TransportError>;

/// The correct transport, with another `send`.
struct Wrong<F>(Minimal, F);

impl<F: Fn(&Minimal, TransportRequest) -> Outcome + Send + Sync> Transport for Wrong<F> {
    fn send(&self, request: TransportRequest) -> Outcome {
        (self.1)(&self.0, request)
    }
}

/// The request with another HTTP part and the same limits.
fn with_http(request: &TransportRequest, http: Request<RequestBody>) -> TransportRequest {
    TransportRequest::new(http)
        .with_operation(request.operation())
        .with_time_left(request.time_left())
        .with_connect_timeout(request.connect_timeout())
        .with_max_response_bytes(request.max_response_bytes())
        .with_fresh_connection(request.needs_fresh_connection())
        .with_max_idle_time(request.max_idle_time())
}

fn again(request: &TransportRequest) -> TransportRequest {
    with_http(request, request.http().clone())
}

fn with_header(request: &TransportRequest, name: &'static str, value: &'static str) -> TransportRequest {
    let mut http = request.http().clone();
    http.headers_mut().insert(name, HeaderValue::from_static(value));
    with_http(request, http)
}

/// The response with other headers or another body.
#[allow(clippy::unnecessary_wraps)] // Its callers return it.
fn changed(response: TransportResponse, change: impl FnOnce(&mut Response<Bytes>)) -> Outcome {
    let mut http = response.into_http();
    change(&mut http);
    Ok(http.into())
}

/// The groups that the correct transport, and so these, leave out.
const LEFT_OUT: [(&str, &str); 6] = [
    ("tls", "it supports plain http only"),
    ("alerts", "it supports plain http only"),
    ("limits", "it has its own limits"),
    ("early", "it writes the whole request before it reads"),
    ("idle", "it keeps idle connections as long as the server does"),
    ("descriptors", "it keeps its idle connections if descriptors run out"),
];

fn without_left_out(candidate: Candidate) -> Candidate {
    LEFT_OUT.iter().fold(candidate, |candidate, (group, reason)| candidate.without(group, *reason))
}

/// The suite without these groups, and with this clock.
fn candidate<T: Transport + 'static>(make: impl Fn() -> T + Send + Sync + 'static) -> Candidate {
    without_left_out(Candidate::blocking(move |_| make()).with_clock(SystemClock::new()))
}

/// The report of a run through the protocol.
fn run_remotely(candidate: &Candidate, chosen: impl Fn(&Contract) -> bool) -> Report {
    let remote = crate::loopback::over_the_protocol(candidate.clone(), |read| read, |written| written);
    run(&without_left_out(remote.candidate()), chosen)
}

/// Left out of the wrong transports' runs, but for the one that it is about: it waits for seconds.
const TAKES_SECONDS: &str = "long_limit_is_kept_to_50_milliseconds";

/// The names of the contracts that are broken. Each failure must be a sentence about the transport. All of them
/// are broken through the protocol as well, but for those about futures, which are not run.
#[track_caller]
fn broken(candidate: &Candidate) -> BTreeSet<&'static str> {
    let broken = names_of_broken(&run(candidate, |contract| contract.name() != TAKES_SECONDS));
    let remotely = run_remotely(candidate, |contract| broken.contains(contract.name()));
    for outcome in remotely.outcomes() {
        assert!(outcome.failure().is_some() != outcome.contract().is_async_only(), "{outcome}");
    }
    names_of_broken(&remotely);
    broken
}

#[track_caller]
fn names_of_broken(report: &Report) -> BTreeSet<&'static str> {
    for outcome in report.broken() {
        let failure = outcome.failure().unwrap_or_default();
        let is_sentence =
            !["left:", "assertion", "index out of", "called `"].iter().any(|no| failure.contains(no));
        assert!(
            is_sentence && failure.contains(' '),
            "{:?} fails without a sentence: {failure}",
            outcome.contract()
        );
    }
    report.broken().map(|outcome| outcome.contract().name()).collect()
}

#[track_caller]
fn breaks<F>(wrong: F, contracts: &[&'static str])
where
    F: Fn(&Minimal, TransportRequest) -> Outcome + Clone + Send + Sync + 'static,
{
    breaks_made(move || wrong.clone(), contracts);
}

#[track_caller]
fn breaks_made<F>(wrong: impl Fn() -> F + Send + Sync + 'static, contracts: &[&'static str])
where
    F: Fn(&Minimal, TransportRequest) -> Outcome + Send + Sync + 'static,
{
    let broken = broken(&candidate(move || Wrong(Minimal::default(), wrong())));
    let expected: BTreeSet<_> = contracts.iter().copied().collect();
    let missed: Vec<_> = expected.difference(&broken).collect();
    let unexpected: Vec<_> = broken.difference(&expected).collect();
    assert!(
        missed.is_empty() && unexpected.is_empty(),
        "the suite did not find {missed:?}, and found besides {unexpected:?}"
    );
}

#[test]
fn correct_transport_keeps_every_contract_remotely() {
    let report = run_remotely(&candidate(Minimal::default), |_| true);
    let tally = report.tally();
    assert!(report.passed() && tally.should_broken == 0, "{report}");
    let not_run =
        report.outcomes().iter().filter(|outcome| matches!(outcome.verdict(), Verdict::NotRun { .. }));
    let not_run: Vec<_> = not_run.filter(|outcome| outcome.contract().is_async_only()).collect();
    let reason = "it polls, drops or moves futures, which only works in the same process";
    assert!(tally.kept > 100 && not_run.len() == 5, "{report}");
    assert!(not_run.iter().all(|outcome| outcome.to_string().ends_with(reason)), "{report}");
}

#[test]
fn correct_transport_keeps_every_contract() {
    let report = run_all(&candidate(Minimal::default));
    let tally = report.tally();
    assert!(report.passed() && tally.should_broken == 0, "{report}");
    let is_left_out = |contract: &&Contract| LEFT_OUT.iter().any(|(group, _)| *group == contract.group());
    assert!(tally.kept > 100 && tally.not_run == contracts().iter().filter(is_left_out).count());
}
