//! The blocking client and its driver: [`Client`] with the same methods as the asynchronous
//! [`crate::Client`], over any [`Transport`].

use std::fmt;
use std::sync::Arc;

use crate::call::{Call, CallOptions, Step};
use crate::config::Config;
use crate::endpoint::Endpoint;
use crate::endpoints::{FaceVerificationLink, GenerateFaceVerificationLink};
use crate::error::Error;
use crate::retry::RetryBudget;
pub use crate::transport::blocking::Transport;
use crate::values::CustomerId;

/// A blocking client over any blocking [`Transport`]. Cheap to clone; clones share the transport, and so its
/// connections, and the [`RetryBudget`].
///
/// It blocks the calling thread until the call is over: do not use it inside asynchronous code.
///
/// # Example
///
/// ```
/// use sphere_core::{blocking, CustomerId, Error, FaceVerificationLink};
///
/// fn link(client: &blocking::Client, customer: &CustomerId) -> Result<FaceVerificationLink, Error> {
///     client.face_verification_link(customer)
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
    pub fn face_verification_link(&self, customer: &CustomerId) -> Result<FaceVerificationLink, Error> {
        self.call(GenerateFaceVerificationLink::new(customer))
    }

    /// Calls any endpoint, your own included.
    ///
    /// # Errors
    ///
    /// [`Error`] with what happened last, how often it was tried, and whether it may have been carried out.
    pub fn call<E: Endpoint>(&self, endpoint: E) -> Result<E::Output, Error> {
        self.call_with(endpoint, CallOptions::default())
    }

    /// Calls any endpoint with options of its own.
    ///
    /// # Errors
    ///
    /// [`Error`] with what happened last, how often it was tried, and whether it may have been carried out.
    pub fn call_with<E: Endpoint>(&self, endpoint: E, options: CallOptions) -> Result<E::Output, Error> {
        let Shared { config, budget, transport } = &*self.shared;
        // Not the box, which is a transport too and would hand on what it is handed.
        let transport = &**transport;
        let mut now = transport.now();
        let mut call = Call::new(config, budget, endpoint, options, crate::seed(), now);
        loop {
            call = match call.step(now) {
                Step::Send(request, sent) => {
                    let outcome = sent.scope().run(|| transport.send(request));
                    sent.answer(outcome)
                }
                Step::Wait(delay, call) => {
                    call.scope().run(|| transport.sleep(delay));
                    call
                }
                Step::Done(result) => return result,
            };
            now = transport.now();
        }
    }
}

/// Shows the configuration, without the key.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("config", &self.shared.config).finish_non_exhaustive()
    }
}
