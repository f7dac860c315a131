//! The retry budget of a client: what spends it, what refills it, what it stops, and who says so.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::shared::probe::Plan;
use crate::shared::{async_client, blocking_client, config};
use sphere_core::testing::{FakeTransport, Reply, VirtualClock};
use sphere_core::{Client, CustomerId, Error, RetryPolicy, StopReason, blocking};

/// No backoff, so that time stands still unless a test moves it.
fn policy() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::ZERO)
}

fn client(policy: RetryPolicy, transport: &FakeTransport) -> blocking::Client {
    blocking_client(config().retry(policy), transport)
}

fn call(client: &blocking::Client) -> Result<(), Error> {
    Plan::default().run(client)
}

#[test]
fn an_outage_spends_the_budget_of_all_clones() {
    let transport = FakeTransport::always(Reply::refused());
    let client = client(policy(), &transport);
    for _ in 0..20 {
        call(&client.clone()).unwrap_err();
    }
    transport.requests().assert_count(20 + 10);
    assert_eq!(
        (client.retry_budget().remaining(), client.clone().retry_budget().remaining()),
        (Some(0), Some(0))
    );
}

#[test]
fn the_error_says_that_the_budget_stopped_it() {
    let transport = FakeTransport::always(Reply::refused());
    let client = client(policy().budget(2), &transport);
    let error = call(&client).unwrap_err();
    assert_eq!((error.attempts(), error.stop_reason()), (3, StopReason::AttemptLimit));
    assert!(!error.to_string().contains("budget"), "{error}");
    let error = call(&client).unwrap_err();
    assert_eq!((error.attempts(), error.stop_reason()), (1, StopReason::RetryBudget));
    assert_eq!(
        error.to_string(),
        "probe: could not connect: scripted (1 attempt to api.spherepay.co:443, retry budget spent)"
    );
    let other = Plan::default().run(&blocking_client(
        config().retry(policy().budget(0)),
        &FakeTransport::always(Reply::server_error()),
    ));
    let line = other.unwrap_err().to_string();
    assert!(line.ends_with(", may have been processed, retry budget spent)"), "{line}");
}

#[test]
fn the_budget_has_the_size_asked_for() {
    for retries in [0, 1, 7, 10_000] {
        let transport = FakeTransport::always(Reply::refused());
        let client = client(policy().budget(retries).max_attempts(10), &transport);
        assert_eq!(client.retry_budget().remaining(), Some(retries));
        let error = call(&client).unwrap_err();
        let used = retries.min(9);
        assert_eq!(error.attempts(), 1 + used);
        assert_eq!(client.retry_budget().remaining(), Some(retries - used));
    }
    let default = client(RetryPolicy::default(), &FakeTransport::script([]));
    assert_eq!(default.retry_budget().remaining(), Some(10));
}

#[test]
fn a_calls_policy_can_only_lift_the_budget() {
    let transport = FakeTransport::always(Reply::refused());
    let client = client(policy().budget(1), &transport);
    let call = |policy: RetryPolicy| {
        let plan = Plan { policy: Some(policy), ..Plan::default() };
        plan.run(&client).unwrap_err().attempts()
    };
    assert_eq!(call(policy().unlimited_budget()), 3);
    assert_eq!(client.retry_budget().remaining(), Some(1));
    assert_eq!(call(policy().budget(100)), 2);
    assert_eq!(client.retry_budget().remaining(), Some(0));
    assert_eq!(call(policy().unlimited_budget()), 3);
}

/// Polls all calls, and moves the clock on, until they are done. Bounded by ten minutes of virtual time.
fn run_at_once<T>(clock: &VirtualClock, calls: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut calls: Vec<Pin<Box<_>>> = calls.into_iter().map(Box::pin).collect();
    let mut results = Vec::new();
    for _ in 0..6_000 {
        calls.retain_mut(|call| match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => {
                results.push(result);
                false
            }
            Poll::Pending => true,
        });
        if calls.is_empty() {
            return results;
        }
        clock.advance(Duration::from_millis(100));
    }
    panic!("{} calls are not done after ten minutes", calls.len());
}

/// 50 customers ask for a link at once; every second response is `limited`. How many calls fail, and how.
fn fifty_customers(policy: RetryPolicy, limited: Reply) -> Vec<Error> {
    let (clock, count) = (VirtualClock::stopped(), AtomicU32::new(0));
    let transport = FakeTransport::from_fn(move |_| {
        let is_limited = count.fetch_add(1, Ordering::SeqCst) % 2 == 0;
        let reply = if is_limited { limited.clone() } else { Reply::link("https://in.sumsub.com/p/1") };
        reply.after(Duration::from_millis(100))
    });
    let transport = transport.with_clock(&clock);
    let client: Client = async_client(config().retry(policy), &transport);
    let customers: Vec<_> =
        (0..50).map(|number| CustomerId::new(format!("customer_{number}")).unwrap()).collect();
    let calls =
        customers.iter().map(|customer| client.generate_face_verification_link(customer).send()).collect();
    let results = run_at_once(&clock, calls);
    assert_eq!(results.len(), 50);
    results.into_iter().filter_map(Result::err).collect()
}

#[test]
fn fifty_customers_at_once_survive_rate_limiting() {
    let patient = policy().max_attempts(8);
    let failed = fifty_customers(patient.clone(), Reply::too_many_requests(1));
    assert!(failed.is_empty(), "{} of 50 failed, first: {}", failed.len(), failed[0]);

    // A gateway's 429 is not SpherePay's, so its retries are taken from the budget, which ends.
    let gateway = Reply::status(429).header("retry-after", "1").body("text/html", "<html>");
    let failed = fifty_customers(patient.clone(), gateway.clone());
    assert!((1..25).contains(&failed.len()), "{} of 50 failed", failed.len());
    assert!(failed.iter().all(|error| error.stop_reason() == StopReason::RetryBudget));
    assert!(fifty_customers(patient.unlimited_budget(), gateway).is_empty());
}
