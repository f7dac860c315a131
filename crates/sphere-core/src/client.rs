//! The client, once for both flavours: [`Client`](crate::Client) and [`blocking::Client`](crate::blocking::Client) are
//! this one in two modes.

use std::fmt;
use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Config;
use crate::endpoint::{ApiRequest, InvalidRequest, Operation};
use crate::error::Error;
use crate::machine::{Options, Start, Step, Success};
pub use crate::mode::{Async, Blocking, Mode};
use crate::pace::Pace;
use crate::retry::RetryBudget;
use crate::transport::Transport;

/// A client over any transport of its mode. Cheap to clone; clones share the transport, and so its connections, and the
/// [`RetryBudget`].
///
/// Each operation is a method that gives a [`Call`](crate::Call), which `send()` sends. Write the name of one flavour,
/// [`sphere_core::Client`](crate::Client) or [`sphere_core::blocking::Client`](crate::blocking::Client), unless your
/// code is for both.
pub struct Client<M: Mode> {
    shared: Arc<Shared<M>>,
}

struct Shared<M: Mode> {
    config: Config,
    budget: RetryBudget,
    transport: Box<M::Transport>,
    clock: Box<M::Clock>,
    pace: Pace,
}

impl Client<Async> {
    /// A client that sends through `transport`, and whose time is that of `clock`.
    pub fn new(config: Config, transport: impl Transport + 'static, clock: impl Clock + 'static) -> Self {
        Self::over(config, Box::new(transport), Box::new(clock))
    }
}

impl<M: Mode> Client<M> {
    pub(crate) fn over(config: Config, transport: Box<M::Transport>, clock: Box<M::Clock>) -> Self {
        let budget = RetryBudget::new(config.retry().budget);
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
    pub fn clock(&self) -> &M::Clock {
        &self.shared.clock
    }

    pub(crate) fn transport(&self) -> &M::Transport {
        &self.shared.transport
    }

    /// The pace of all waits of this client and its clones.
    pub(crate) fn pace(&self) -> &Pace {
        &self.shared.pace
    }

    /// Runs a call up to a 2xx response: everything that does not depend on the operation's types.
    pub(crate) async fn run(
        &self,
        operation: Operation,
        request: Result<ApiRequest, InvalidRequest>,
        options: Options,
    ) -> Result<Success<'_>, Error> {
        let Shared { config, budget, transport, clock, .. } = &*self.shared;
        let start = Start::new(config, budget, operation, request, options, fastrand::u64(..));
        let mut step = start.start(M::now(clock));
        loop {
            // A blocking mode works while its future is made, an async one while it is polled: both inside the span.
            step = match step {
                Step::Send(request, sent) => {
                    let sending = sent.scope().run(|| M::send(transport, clock, request));
                    let outcome = sent.scope().watch(sending).await;
                    sent.response(outcome, M::now(clock))
                }
                Step::Wait(delay, waiting) => {
                    let sleeping = waiting.scope().run(|| M::sleep(clock, delay));
                    waiting.scope().watch(sleeping).await;
                    waiting.resume(M::now(clock))
                }
                Step::Succeeded(success) => return Ok(success),
                Step::Failed(error) => return Err(error),
            };
        }
    }
}

/// By hand: `derive` would ask for `M: Clone`.
impl<M: Mode> Clone for Client<M> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

/// Shows the configuration, without the key.
impl<M: Mode> fmt::Debug for Client<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("config", &self.shared.config).finish_non_exhaustive()
    }
}
