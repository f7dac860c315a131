//! The suite can fail: transports that are wrong in one way each are caught by the contracts that name their
//! fault, and by no other. Each stands beside the list of the contracts that it breaks.

#[path = "../minimal/mod.rs"]
mod minimal;

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
use sphere_conformance::{BoxFuture, Candidate, Contract, run};
use sphere_core::transport::TransportErrorKind as Kind;
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{TransportError, TransportRequest, TransportResponse};

use minimal::Minimal;

type Outcome = Result<TransportResponse, TransportError>;

/// The right transport, with something else done when it is asked to send.
struct Wrong<F>(Minimal, F);

impl<F: Fn(&Minimal, TransportRequest) -> Outcome + Send + Sync> Transport for Wrong<F> {
    fn send(&self, request: TransportRequest) -> Outcome {
        (self.1)(&self.0, request)
    }

    fn sleep(&self, duration: Duration) {
        self.0.sleep(duration);
    }
}

/// The request with another HTTP part, and the same limits.
fn with_http(request: &TransportRequest, http: Request<Bytes>) -> TransportRequest {
    TransportRequest::new(http)
        .with_operation(request.operation())
        .with_time_left(request.time_left())
        .with_connect_timeout(request.connect_timeout())
        .with_max_response_bytes(request.max_response_bytes())
}

fn again(request: &TransportRequest) -> TransportRequest {
    with_http(request, request.http().clone())
}

fn with_header(request: &TransportRequest, name: &'static str, value: &'static str) -> TransportRequest {
    let mut http = request.http().clone();
    http.headers_mut().insert(name, HeaderValue::from_static(value));
    with_http(request, http)
}

/// The answer with other headers or another body.
#[allow(clippy::unnecessary_wraps)] // It is the end of a `send`.
fn answer(response: TransportResponse, change: impl FnOnce(&mut Response<Bytes>)) -> Outcome {
    let mut http = response.into_http();
    change(&mut http);
    Ok(http.into())
}

/// All that a transport without TLS and with limits of its own has to keep.
fn concerned(contract: &Contract) -> bool {
    !["tls", "alerts", "limits", "unsendable"].contains(&contract.group())
}

fn broken(candidate: &Candidate) -> BTreeSet<&'static str> {
    let outcomes = run(candidate, concerned);
    let broken = outcomes.iter().filter(|outcome| outcome.failure().is_some());
    broken.map(|outcome| outcome.contract().name()).collect()
}

#[track_caller]
fn breaks<F>(wrong: F, rules: &[&'static str])
where
    F: Fn(&Minimal, TransportRequest) -> Outcome + Clone + Send + Sync + 'static,
{
    breaks_made(move || wrong.clone(), rules);
}

#[track_caller]
fn breaks_made<F>(wrong: impl Fn() -> F + Send + Sync + 'static, rules: &[&'static str])
where
    F: Fn(&Minimal, TransportRequest) -> Outcome + Send + Sync + 'static,
{
    let broken = broken(&Candidate::blocking(move |_| Wrong(Minimal::default(), wrong())));
    assert_eq!(broken, rules.iter().copied().collect());
}

#[test]
fn the_right_one_keeps_every_contract() {
    let outcomes = run(&Candidate::blocking(|_| Minimal::default()), concerned);
    let failures: Vec<_> = outcomes.iter().filter(|outcome| outcome.failure().is_some()).collect();
    assert!(failures.is_empty(), "{failures:#?}");
    assert!(outcomes.len() > 100);
}
