//! A transport whose inside cannot leave its thread, such as one that holds a JavaScript value.
//!
//! `Transport` and its futures are `Send`, and no `unsafe` code is needed to meet that: the transport is one end of a
//! channel, and a local task at the other end owns what is not `Send`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use async_trait::async_trait;
use futures_channel::{mpsc, oneshot};
use futures_executor::LocalPool;
use futures_util::StreamExt as _;
use futures_util::task::LocalSpawnExt as _;
use sphere_core::testing::VirtualClock;
use sphere_core::transport::{TransportError, TransportRequest, TransportResponse};
use sphere_core::{ApiKey, Client, Config, RetryPolicy, Transport};

type Outcome = Result<TransportResponse, TransportError>;

/// A request, and where its outcome goes.
type Job = (TransportRequest, oneshot::Sender<Outcome>);

/// The end that the client has.
struct Remote(mpsc::UnboundedSender<Job>);

#[async_trait]
impl Transport for Remote {
    async fn send(&self, request: TransportRequest) -> Outcome {
        const ENDED: &str = "the task that sends has ended";
        let (reply, replied) = oneshot::channel();
        self.0.unbounded_send((request, reply)).map_err(|_| TransportError::other(ENDED).not_sent())?;
        replied.await.map_err(|_| TransportError::other(ENDED))?
    }
}

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
    let (sender, mut jobs) = mpsc::unbounded::<Job>();

    let sending = local.clone();
    let serve = async move {
        while let Some((request, reply)) = jobs.next().await {
            // An error means that the caller has gone.
            let _ = reply.send(sending.fetch(&request).await);
        }
    };
    pool.spawner().spawn_local(serve).unwrap();

    let outcome = Rc::new(Cell::new(None));
    let slot = Rc::clone(&outcome);
    let config = Config::builder(ApiKey::new("sk_test_1").unwrap())
        .retry(RetryPolicy::default().backoff(Duration::ZERO))
        .build()
        .unwrap();
    // Time stands still: the deadline never comes, and the retry needs no wait.
    let client = Client::new(config, Remote(sender), VirtualClock::stopped());
    let call = async move { slot.set(Some(client.face_verification_link(&super::customer()).send().await)) };
    pool.spawner().spawn_local(call).unwrap();

    // Not `run`, which would wait for a thread to wake it.
    pool.run_until_stalled();
    let link = outcome.take().expect("the call ends without help from outside").unwrap();
    assert_eq!(link.url(), super::URL);
    assert_eq!(local.0.borrow()[..], ["/v2/customer/customer_ada/face-verification-link"; 2]);
}
