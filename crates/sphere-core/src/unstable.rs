//! **Unstable**: this module may change in any release, minor ones included.
//!
//! The state machine of one call, for a driver of another kind than the two clients, or for a test that runs a call
//! by hand. [`Start`] has an example.
//!
//! ```text
//!                          ┌──────────── Wait(delay, Waiting) ◄───────────┐
//!                          │ resume(now)                                  │ may be retried
//!                          ▼                                              │
//! Start ── start(now) ─► Send(request, Sent) ── response(outcome, now) ───┤
//!   │                      │                                              ├─► Succeeded(Success)
//!   └──────────────────────┴──────────────────────────────────────────────┴─► Failed(Error)
//! ```

#[doc(inline)]
pub use crate::machine::{Options, Sent, Start, Step, Success, Waiting};

use crate::call::Call;
use crate::client::Mode;
use crate::config::Config;
use crate::endpoint::Endpoint;
use crate::error::Error;
#[doc(inline)]
pub use crate::mode::output;
use crate::retry::RetryBudget;

/// A full retry budget of the size that the configuration says, as a client makes it for itself.
pub fn new_budget(config: &Config) -> RetryBudget {
    RetryBudget::new(config.retry().budget)
}

/// The texts of an operation's request that its error lines hide, longer ones first: for a program that shows a server's
/// words in another place. Empty if there is no request, because it is invalid.
pub fn private_texts(operation: &impl Endpoint) -> Vec<String> {
    operation.request().map(|request| request.private_texts()).unwrap_or_default()
}

/// Sends a call of either flavour, for a program that is written once for both. The future of a blocking one is ready
/// when it is polled first: [`output`] gives what it holds.
///
/// # Errors
///
/// As for `send` of both flavours.
pub async fn send<M: Mode, E: Endpoint>(call: Call<'_, M, E>) -> Result<E::Output, Error> {
    Ok(call.run().await?.0)
}
