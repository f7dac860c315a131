//! A transport whose inside cannot leave its thread, such as one that holds a JavaScript value, makes calls through
//! `remote`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use futures_channel::oneshot;
use futures_executor::LocalPool;
use futures_util::FutureExt as _;
use futures_util::task::LocalSpawnExt as _;
use sphere_core::testing::VirtualClock;
use sphere_core::transport::TransportRequest;
use sphere_core::{ApiKey, Client, Config, RetryPolicy, Transport as _};

use super::remote::{Outcome, remote};

/// Stands for what really sends: it is busy at first, and neither it nor its futures are `Send`.
#[derive(Clone, Default)]
struct Local(Rc<RefCell<Vec<String>>>);

impl Local {
    async fn fetch(&self, request: &TransportRequest) -> Outcome {
        let sent = Rc::clone(&self.0);
        yield_once().await;
        sent.borrow_mut().push(request.http().uri().path().to_owned());
        let (status, body) = match sent.borrow().len() {
            1 => (503, ""),
            _ => (201, r#"{"url":"https://check.example/1","expiresAt":"2099-01-01T00:00:00Z"}"#),
        };
        Ok(http::Response::builder().status(status).body(body.into()).unwrap().into())
    }
}

/// Gives the other tasks of the thread a turn.
async fn yield_once() {
    let (sender, receiver) = oneshot::channel();
    sender.send(()).unwrap();
    receiver.await.unwrap();
}

pub fn transport_that_is_not_send_makes_a_call() {
    let mut pool = LocalPool::new();
    let local = Local::default();
    let sending = local.clone();
    let (transport, task) = remote(move |request| {
        let local = sending.clone();
        async move { local.fetch(&request).await }
    });
    pool.spawner().spawn_local(task).unwrap();

    let outcome = Rc::new(Cell::new(None));
    let slot = Rc::clone(&outcome);
    let config = Config::builder(ApiKey::new("sk_test_1").unwrap())
        .retry(RetryPolicy::default().backoff(Duration::ZERO))
        .build()
        .unwrap();
    // Time stands still: the deadline never comes, and the retry needs no wait.
    let client = Client::new(config, transport, VirtualClock::stopped());
    let call = async move {
        slot.set(Some(client.generate_face_verification_link(&super::customer()).send().await))
    };
    pool.spawner().spawn_local(call).unwrap();

    // Not `run`, which would wait for a thread to wake it.
    pool.run_until_stalled();
    let link = outcome.take().expect("the call ends without help from outside").unwrap();
    assert_eq!(link.url(), super::URL);
    assert_eq!(local.0.borrow()[..], ["/v2/customer/customer_ada/face-verification-link"; 2]);
}

/// Says when it is dropped.
struct Guard(Rc<Cell<bool>>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

pub fn dropped_call_stops_its_sending() {
    let mut pool = LocalPool::new();
    let stopped = Rc::new(Cell::new(false));
    let flag = Rc::clone(&stopped);
    let (transport, task) = remote(move |_| {
        let guard = Guard(Rc::clone(&flag));
        async move {
            let _guard = guard;
            std::future::pending().await
        }
    });
    pool.spawner().spawn_local(task).unwrap();

    let request = TransportRequest::new(http::Request::new(sphere_core::transport::RequestBody::empty()));
    let mut call = Box::pin(transport.send(request));
    assert!(call.as_mut().now_or_never().is_none());
    pool.run_until_stalled();
    assert!(!stopped.get());
    drop(call);
    pool.run_until_stalled();
    assert!(stopped.get());
}
