//! Calls on `wasm32-unknown-unknown`, which has no clock, no threads and no sockets. A failed assertion is a trap,
//! and its stack names the function.

mod remote;
mod single_threaded;

use std::process::ExitCode;
use std::time::Duration;

use sphere_core::testing::{FakeTransport, Reply, block_on};
use sphere_core::{CustomerId, Error, FaceVerificationLink};

const URL: &str = "https://check.example/1";

fn main() -> ExitCode {
    link_is_returned();
    error_is_returned();
    failed_attempt_is_retried();
    date_in_retry_after_is_understood();
    call_ends_at_its_deadline();
    single_threaded::transport_that_is_not_send_makes_a_call();
    single_threaded::dropped_call_stops_its_sending();
    ExitCode::SUCCESS
}

fn customer() -> CustomerId {
    "customer_ada".parse().unwrap()
}

fn call(transport: &FakeTransport) -> Result<FaceVerificationLink, Error> {
    let outcome = block_on(transport.client().generate_face_verification_link(&customer()).send());
    let blocking = transport.blocking_client().generate_face_verification_link(&customer()).send();
    assert_eq!(outcome.is_ok(), blocking.is_ok());
    outcome
}

fn link_is_returned() {
    assert_eq!(call(&FakeTransport::always(Reply::link(URL))).unwrap().url(), URL);
}

fn error_is_returned() {
    let error = call(&FakeTransport::always(Reply::unprocessable())).unwrap_err();
    assert!(error.is_validation());
    assert!(error.to_string().contains("422"));
    assert_eq!(error.attempts(), 1);
}

fn failed_attempt_is_retried() {
    let replies = || [Reply::unavailable(None), Reply::link(URL)];
    let transport = FakeTransport::script(replies().into_iter().chain(replies()));
    assert_eq!(call(&transport).unwrap().url(), URL);
    transport.requests().assert_count(4);
    assert!(!transport.clock().slept().is_empty());
}

/// Read against the response's own `Date`, since there is no clock that knows the date.
fn date_in_retry_after_is_understood() {
    let busy = Reply::status(503)
        .header("date", "Mon, 09 Mar 2026 20:46:00 GMT")
        .header("retry-after", "Mon, 09 Mar 2026 20:46:02 GMT");
    let transport = FakeTransport::script([busy, Reply::link(URL)]);
    block_on(transport.client().generate_face_verification_link(&customer()).send()).unwrap();
    assert!(transport.clock().slept()[0] >= Duration::from_secs(2));
}

fn call_ends_at_its_deadline() {
    let error = call(&FakeTransport::never_responding()).unwrap_err();
    assert!(error.may_have_been_processed());
}
