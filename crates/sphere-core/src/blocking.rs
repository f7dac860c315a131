//! The blocking flavour: [`Client`] with the same methods as the async [`Client`](crate::Client), over any blocking
//! [`Transport`].

use crate::client::{self, Blocking};
pub use crate::clock::blocking::Clock;
use crate::config::Config;
pub use crate::transport::blocking::Transport;

/// A blocking client over any blocking [`Transport`]. Cheap to clone; clones share the transport, and so its
/// connections, and the [`RetryBudget`](crate::RetryBudget).
///
/// Each operation is a method that gives a [`Call`](crate::Call), which `send()` sends. It blocks the calling thread
/// until the call is over: do not use it inside async code. The methods' examples are of the async client: leave out
/// `async` and `.await`.
///
/// # Example
///
/// ```
/// use sphere_core::{blocking, CustomerId, Error, FaceVerificationLink};
///
/// fn link(client: &blocking::Client, customer: &CustomerId) -> Result<FaceVerificationLink, Error> {
///     client.generate_face_verification_link(customer).send()
/// }
/// ```
pub type Client = client::Client<Blocking>;

impl Client {
    /// A client that sends through `transport`, and whose time is that of `clock`.
    pub fn new(config: Config, transport: impl Transport + 'static, clock: impl Clock + 'static) -> Self {
        Self::over(config, Box::new(transport), Box::new(clock))
    }
}
