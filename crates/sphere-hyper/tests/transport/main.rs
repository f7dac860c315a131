//! What is special to this transport. What every transport must do is in the conformance suite
//! (`tests/both/conformance/` of the workspace).

mod connections;
mod runtime;
mod tls;

use std::sync::mpsc;
use std::time::Duration;

use sphere_core::transport::{
    Delivery, RequestBody, Transport as _, TransportError, TransportErrorKind, TransportRequest,
    TransportResponse,
};
use sphere_hyper::HyperTransport;

/// A time limit that does not run out.
const LONG: Duration = Duration::from_secs(20);

const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

/// Runs a test on its own thread. A transport that hangs fails it.
#[track_caller]
fn bounded(test: impl FnOnce() + Send + 'static) {
    const LIMIT: Duration = Duration::from_secs(30);
    let (done, ended) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        // Dropped at the end, also by a panic.
        let _done: mpsc::Sender<()> = done;
        test();
    });
    let in_time = ended.recv_timeout(LIMIT) != Err(mpsc::RecvTimeoutError::Timeout);
    assert!(in_time, "the test did not end within {LIMIT:?}: the transport hangs");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn transport() -> HyperTransport {
    HyperTransport::new().unwrap()
}

/// `POST /` without a body.
fn post(url: &str) -> TransportRequest {
    let request = http::Request::post(url).header("content-length", "0").body(RequestBody::empty()).unwrap();
    TransportRequest::new(request).with_time_left(LONG)
}

async fn send(transport: &HyperTransport, url: &str) -> Result<TransportResponse, TransportError> {
    transport.send(post(url)).await
}

fn facts(error: &TransportError) -> (TransportErrorKind, Delivery, Option<u16>) {
    (error.kind(), error.delivery(), error.status().map(|status| status.as_u16()))
}
