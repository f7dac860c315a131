//! The asynchronous client and its driver.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::call::{Call, CallOptions, Step};
use crate::config::Config;
use crate::endpoint::Endpoint;
use crate::endpoints::{FaceVerificationLink, GenerateFaceVerificationLink};
use crate::error::Error;
use crate::retry::RetryBudget;
use crate::transport::{Transport, TransportError, TransportErrorKind, TransportResponse};
use crate::values::CustomerId;

/// An asynchronous client over any [`Transport`]. Cheap to clone; clones share the transport, and so its
/// connections, and the [`RetryBudget`].
///
/// # Cancellation
///
/// A call is a future: dropping it stops it where it is. If its request was under way, the server may have
/// carried it out.
///
/// # Example
///
/// ```
/// use sphere_core::{Client, Config, CustomerId, Error, FaceVerificationLink};
///
/// async fn link(client: &Client, customer: &CustomerId) -> Result<FaceVerificationLink, Error> {
///     client.face_verification_link(customer).await
/// }
/// ```
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    config: Config,
    budget: RetryBudget,
    transport: Box<dyn Transport>,
}

impl Client {
    /// A client that sends through `transport`.
    pub fn new(config: Config, transport: impl Transport + 'static) -> Self {
        let budget = RetryBudget::default();
        Self { shared: Arc::new(Shared { config, budget, transport: Box::new(transport) }) }
    }

    /// Asks for a link at which the customer can do the face check.
    /// See [`GenerateFaceVerificationLink`].
    ///
    /// # Errors
    ///
    /// [`Error`] with what happened last, how often it was tried, and whether it may have been carried out.
    pub async fn face_verification_link(&self, customer: &CustomerId) -> Result<FaceVerificationLink, Error> {
        self.call(GenerateFaceVerificationLink::new(customer)).await
    }

    /// Calls any endpoint, your own included.
    ///
    /// # Errors
    ///
    /// [`Error`] with what happened last, how often it was tried, and whether it may have been carried out.
    pub async fn call<E: Endpoint>(&self, endpoint: E) -> Result<E::Output, Error> {
        self.call_with(endpoint, CallOptions::default()).await
    }

    /// Calls any endpoint with options of its own.
    ///
    /// # Errors
    ///
    /// [`Error`] with what happened last, how often it was tried, and whether it may have been carried out.
    pub async fn call_with<E: Endpoint>(
        &self,
        endpoint: E,
        options: CallOptions,
    ) -> Result<E::Output, Error> {
        let Shared { config, budget, transport } = &*self.shared;
        // Not the box, which is a transport too and would put each of its futures into another.
        let transport = &**transport;
        let mut now = transport.now();
        let mut call = Call::new(config, budget, endpoint, options, crate::seed(), now);
        loop {
            call = match call.step(now) {
                Step::Send(request, sent) => {
                    let time_left = request.time_left();
                    let sending = sent.scope().run(|| transport.send(request));
                    let outcome = sent.scope().watch(in_time(transport, time_left, sending)).await;
                    sent.answer(outcome)
                }
                Step::Wait(delay, call) => {
                    call.scope().watch(transport.sleep(delay)).await;
                    call
                }
                Step::Done(result) => return result,
            };
            now = transport.now();
        }
    }
}

/// The transport's answer, or an error when time is up even if the transport goes on: the second net under
/// [`TransportRequest::time_left`](crate::transport::TransportRequest::time_left).
async fn in_time(
    transport: &dyn Transport,
    time_left: Duration,
    mut answer: impl Future<Output = Result<TransportResponse, TransportError>> + Unpin,
) -> Result<TransportResponse, TransportError> {
    // Begun only when the transport has begun, so that its own timer, which knows more, is the earlier one.
    let mut time_is_up = pin!(sleep_later(transport, time_left));
    poll_fn(|context| {
        if let Poll::Ready(outcome) = Pin::new(&mut answer).poll(context) {
            return Poll::Ready(outcome);
        }
        time_is_up.as_mut().poll(context).map(|()| {
            let fault = "the transport did not keep to its time";
            Err(TransportError::new(TransportErrorKind::Timeout, fault))
        })
    })
    .await
}

/// Asks for the sleep when first polled, and not before.
async fn sleep_later(transport: &dyn Transport, duration: Duration) {
    transport.sleep(duration).await;
}

/// Shows the configuration, without the key.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("config", &self.shared.config).finish_non_exhaustive()
    }
}
