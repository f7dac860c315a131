//! Makes a transport out of a function whose futures cannot leave their thread.

use std::future::Future;
use std::pin::pin;

use async_trait::async_trait;
use futures_channel::{mpsc, oneshot};
use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use sphere_core::Transport;
use sphere_core::transport::{TransportError, TransportRequest, TransportResponse};

pub type Outcome = Result<TransportResponse, TransportError>;

/// A request, and where its outcome goes.
type Job = (TransportRequest, oneshot::Sender<Outcome>);

/// The transport. It holds one end of a channel, so it and its futures are `Send`.
pub struct Remote(mpsc::UnboundedSender<Job>);

/// A transport, and the task that sends for it. Spawn the task on the thread that `send` belongs to.
pub fn remote<F: Future<Output = Outcome>>(
    send: impl Fn(TransportRequest) -> F,
) -> (Remote, impl Future<Output = ()>) {
    let (sender, jobs) = mpsc::unbounded::<Job>();
    let task = jobs.for_each_concurrent(None, move |(request, mut reply)| {
        let sending = send(request);
        async move {
            // A call that is dropped stops its sending.
            let outcome = match select(pin!(sending), reply.cancellation()).await {
                Either::Left((outcome, _)) => outcome,
                Either::Right(_) => return,
            };
            // An error means that the caller has gone.
            let _ = reply.send(outcome);
        }
    });
    (Remote(sender), task)
}

#[async_trait]
impl Transport for Remote {
    async fn send(&self, request: TransportRequest) -> Outcome {
        const ENDED: &str = "the task that sends has ended";
        let (reply, replied) = oneshot::channel();
        self.0.unbounded_send((request, reply)).map_err(|_| TransportError::other(ENDED).not_sent())?;
        replied.await.map_err(|_| TransportError::other(ENDED))?
    }
}
