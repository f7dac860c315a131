//! What depends on the tokio runtime, and requests that are refused before one is used.

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

#[test]
fn invalid_urls_are_refused_unsent() {
    bounded(|| {
        for url in ["ftp://host/", "/path/only", "https://999.999.999.999:1/", "http://user:pw@127.0.0.1:1/"]
        {
            let error = runtime().block_on(send(&transport(), url)).unwrap_err();
            assert_eq!(error.delivery(), Delivery::NotSent, "{url}");
        }
    });
}
