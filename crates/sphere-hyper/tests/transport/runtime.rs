//! What depends on the tokio runtime.

use std::task::{Context, Poll, Waker};

use sphere_core::clock::Clock as _;
use sphere_hyper::TokioClock;

use super::*;

#[test]
fn missing_runtime_is_an_error() {
    let mut context = Context::from_waker(Waker::noop());
    let transport = transport();
    let mut sending = transport.send(post("http://127.0.0.1:1/"));
    let Poll::Ready(outcome) = sending.as_mut().poll(&mut context) else {
        panic!("`send` must fail at once without a runtime, but it waits")
    };
    assert_eq!(facts(&outcome.unwrap_err()), (TransportErrorKind::Setup, Delivery::NotSent, None));
    // There is nothing to wait on, so a sleep ends at once.
    assert!(TokioClock::new().sleep(LONG).as_mut().poll(&mut context).is_ready());
}
