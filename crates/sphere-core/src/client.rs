//! The async client and its driver.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::call::Call;
use crate::clock::Clock;
use crate::config::Config;
use crate::endpoint::{ApiRequest, Endpoint, InvalidRequest, Operation};
use crate::error::Error;
use crate::machine::{Options, Start, Step, Success};
use crate::pace::Pace;
use crate::retry::RetryBudget;
use crate::transport::{Transport, TransportError, TransportErrorKind, TransportResponse};

/// An async client over any [`Transport`]. Cheap to clone; clones share the transport, and so its connections,
/// and the [`RetryBudget`].
///
/// Each operation is a method that gives a [`Call`], which `send()` sends.
///
/// # Cancellation
///
/// A call is a future: dropping it stops it where it is. If its request was in flight, the server may have
/// processed it.
///
/// # Example
///
/// ```
/// use sphere_core::{Client, CustomerId, Error, FaceVerificationLink};
///
/// async fn link(client: &Client, customer: &CustomerId) -> Result<FaceVerificationLink, Error> {
///     client.face_verification_link(customer).send().await
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
    clock: Box<dyn Clock>,
    pace: Pace,
}

impl Client {
    /// A client that sends through `transport`, and whose time is that of `clock`.
    pub fn new(config: Config, transport: impl Transport + 'static, clock: impl Clock + 'static) -> Self {
        let budget = RetryBudget::new(config.retry().budget);
        let (transport, clock) = (Box::new(transport), Box::new(clock));
        Self { shared: Arc::new(Shared { config, budget, transport, clock, pace: Pace::default() }) }
    }

    /// The configuration that it was made with.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// The retries that this client and its clones have left.
    pub fn retry_budget(&self) -> &RetryBudget {
        &self.shared.budget
    }

    /// The clock that it was made with.
    pub fn clock(&self) -> &dyn Clock {
        &*self.shared.clock
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.shared.transport
    }

    /// The pace of all waits of this client and its clones.
    pub(crate) fn pace(&self) -> &Pace {
        &self.shared.pace
    }

    /// A call of any operation, your own included.
    pub fn call<E: Endpoint>(&self, endpoint: E) -> Call<'_, Self, E> {
        Call::new(self, endpoint)
    }

    /// Runs a call up to a 2xx response: everything that does not depend on the operation's types.
    async fn run(
        &self,
        operation: Operation,
        request: Result<ApiRequest, InvalidRequest>,
        options: Options,
    ) -> Result<Success<'_>, Error> {
        let Shared { config, budget, transport, clock, .. } = &*self.shared;
        // Deref the box: its own `Transport` impl would box every future twice.
        let (transport, clock) = (&**transport, &**clock);
        let mut step =
            Start::new(config, budget, operation, request, options, fastrand::u64(..)).start(clock.now());
        loop {
            step = match step {
                Step::Send(request, sent) => {
                    let time_left = request.time_left();
                    let sending = sent.scope().run(|| transport.send(request));
                    let outcome = sent.scope().watch(in_time(clock, time_left, sending)).await;
                    sent.response(outcome, clock.now())
                }
                Step::Wait(delay, waiting) => {
                    waiting.scope().watch(clock.sleep(delay)).await;
                    waiting.resume(clock.now())
                }
                Step::Succeeded(success) => return Ok(success),
                Step::Failed(error) => return Err(error),
            };
        }
    }
}

impl<E: Endpoint> Call<'_, Client, E> {
    /// Sends it.
    ///
    /// # Errors
    ///
    /// [`Error`] with what happened last, how often it was sent, and whether it may have been processed.
    pub async fn send(self) -> Result<E::Output, Error> {
        let success = self.client.run(E::OPERATION, self.endpoint.request(), self.options).await?;
        success.decode(|response| self.endpoint.decode(response)).map(|(output, _)| output)
    }

    /// Sends it, and gives the response as it came beside the output: its status, headers, and body, with members that
    /// this SDK does not know.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::{Client, CustomerId, Error};
    ///
    /// async fn show(client: &Client, customer: &CustomerId) -> Result<(), Error> {
    ///     let (link, response) = client.face_verification_link(customer).send_keeping_response().await?;
    ///     println!("{}: {:?} and {} bytes", link.expires_at_text(), response.headers().get("date"), response.body().len());
    ///     Ok(())
    /// }
    /// ```
    pub async fn send_keeping_response(self) -> Result<(E::Output, TransportResponse), Error> {
        let success = self.client.run(E::OPERATION, self.endpoint.request(), self.options).await?;
        success.decode(|response| self.endpoint.decode(response))
    }
}

/// The transport's outcome, or an error when time is up even if the transport goes on: the second net under
/// [`TransportRequest::time_left`](crate::transport::TransportRequest::time_left).
fn in_time(
    clock: &dyn Clock,
    time_left: Duration,
    mut sending: impl Future<Output = Result<TransportResponse, TransportError>> + Unpin,
) -> impl Future<Output = Result<TransportResponse, TransportError>> {
    // Started after the transport's first poll, so that its more specific timeout fires first.
    let mut time_is_up = None;
    poll_fn(move |context| {
        if let Poll::Ready(outcome) = Pin::new(&mut sending).poll(context) {
            return Poll::Ready(outcome);
        }
        let time_is_up = time_is_up.get_or_insert_with(|| clock.sleep(time_left));
        time_is_up.as_mut().poll(context).map(|()| {
            let fault = "the transport exceeded its time limit";
            Err(TransportError::new(TransportErrorKind::Timeout, fault))
        })
    })
}

/// Shows the configuration, without the key.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("config", &self.shared.config).finish_non_exhaustive()
    }
}
