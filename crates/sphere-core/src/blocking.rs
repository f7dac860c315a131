//! The blocking client and its driver: [`Client`] with the same methods as the async [`crate::Client`], over any
//! [`Transport`].

use std::fmt;
use std::sync::Arc;

use crate::call::Call;
pub use crate::clock::blocking::Clock;
use crate::config::Config;
use crate::endpoint::{ApiRequest, Endpoint, InvalidRequest, Operation};
use crate::error::Error;
use crate::machine::{Options, Start, Step, Success};
use crate::pace::Pace;
use crate::retry::RetryBudget;
use crate::transport::TransportResponse;
pub use crate::transport::blocking::Transport;

/// A blocking client over any blocking [`Transport`]. Cheap to clone; clones share the transport, and so its
/// connections, and the [`RetryBudget`].
///
/// Each operation is a method that gives a [`Call`], which `send()` sends. It blocks the calling thread until
/// the call is over: do not use it inside async code.
///
/// # Example
///
/// ```
/// use sphere_core::{blocking, CustomerId, Error, FaceVerificationLink};
///
/// fn link(client: &blocking::Client, customer: &CustomerId) -> Result<FaceVerificationLink, Error> {
///     client.face_verification_link(customer).send()
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
    fn run(
        &self,
        operation: Operation,
        request: Result<ApiRequest, InvalidRequest>,
        options: Options,
    ) -> Result<Success<'_>, Error> {
        let Shared { config, budget, transport, clock, .. } = &*self.shared;
        let mut step =
            Start::new(config, budget, operation, request, options, fastrand::u64(..)).start(clock.now());
        loop {
            step = match step {
                Step::Send(request, sent) => {
                    let outcome = sent.scope().run(|| transport.send(request));
                    sent.response(outcome, clock.now())
                }
                Step::Wait(delay, waiting) => {
                    waiting.scope().run(|| clock.sleep(delay));
                    waiting.resume(clock.now())
                }
                Step::Succeeded(success) => return Ok(success),
                Step::Failed(error) => return Err(error),
            };
        }
    }
}

impl<E: Endpoint> Call<'_, Client, E> {
    /// Sends it, and blocks until it is over.
    ///
    /// # Errors
    ///
    /// [`Error`] with what happened last, how often it was sent, and whether it may have been processed.
    pub fn send(self) -> Result<E::Output, Error> {
        let success = self.client.run(E::OPERATION, self.endpoint.request(), self.options)?;
        success.decode(|response| self.endpoint.decode(response)).map(|(output, _)| output)
    }

    /// Sends it, and gives the response as it came beside the output: its status, headers, and body, with members that
    /// this SDK does not know.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub fn send_keeping_response(self) -> Result<(E::Output, TransportResponse), Error> {
        let success = self.client.run(E::OPERATION, self.endpoint.request(), self.options)?;
        success.decode(|response| self.endpoint.decode(response))
    }
}

/// Shows the configuration, without the key.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("config", &self.shared.config).finish_non_exhaustive()
    }
}
