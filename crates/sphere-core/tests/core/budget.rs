//! The retry budget of a client: what spends it, what refills it, what it stops, and who says so.

use std::time::Duration;

use crate::shared::probe::Plan;
use crate::shared::{blocking_client, config};
use sphere_core::testing::{FakeTransport, Reply};
use sphere_core::{Error, RetryPolicy, StopReason, blocking};

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
        "probe: could not connect: scripted (1 attempt to api.spherepay.co:443, not sent, \
         not retried: earlier calls used up the client's retry budget)"
    );
    let other = Plan::default().run(&blocking_client(
        config().retry(policy().budget(0)),
        &FakeTransport::always(Reply::server_error()),
    ));
    let line = other.unwrap_err().to_string();
    assert!(line.ends_with(", not retried: earlier calls used up the client's retry budget)"), "{line}");
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
