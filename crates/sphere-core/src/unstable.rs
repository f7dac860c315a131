//! **Unstable**: this module may change in any release, minor ones included.
//!
//! It has what the SDK's other crates need of this one beside its public API, and the state machine of one call, for a
//! driver of another kind than the two clients, or for a test that runs a call by hand. [`Start`] has an example.
//!
//! ```text
//!                          ┌──────────── Wait(delay, Waiting) ◄───────────┐
//!                          │ resume(now)                                  │ may be retried
//!                          ▼                                              │
//! Start ── start(now) ─► Send(request, Sent) ── response(outcome, now) ───┤
//!   │                      │                                              ├─► Succeeded(Success)
//!   └──────────────────────┴──────────────────────────────────────────────┴─► Failed(Error)
//! ```

use std::time::Duration;

#[doc(inline)]
pub use crate::machine::{Options, Sent, Start, Step, Success, Waiting};

use crate::call::Call;
use crate::client::{Client, Mode};
use crate::clock::Moment;
use crate::config::Config;
use crate::endpoint::Endpoint;
#[doc(inline)]
pub use crate::endpoints::document::DocumentTarget;
use crate::error::Error;
#[doc(inline)]
pub use crate::mode::output;
use crate::retry::RetryBudget;

/// Showing text that came from outside, as an error's line does: the API key hidden, everything escaped that could
/// reorder or hide text, and bounded.
///
/// ```
/// use sphere_core::unstable::text;
///
/// let mut line = String::from("the server says: ");
/// text::push(&mut line, "bad key sk_live_1\u{1b}[2J", 40, "sk_live_1");
/// assert_eq!(line, "the server says: bad key [redacted]\\u{1b}[2J");
/// ```
pub mod text {
    #[doc(inline)]
    pub use crate::text::{REDACTED, is_plain, push, redact, redact_texts};
}

/// A full retry budget of the size that the configuration says, as a client makes it for itself.
pub fn new_budget(config: &Config) -> RetryBudget {
    RetryBudget::new(config.retry().budget)
}

/// The texts of an operation's request that its error lines hide, longer ones first: for a program that shows a
/// server's words in another place. Empty if there is no request, because it is invalid.
pub fn private_texts(operation: &impl Endpoint) -> Vec<String> {
    operation.request().map(|request| request.private_texts()).unwrap_or_default()
}

/// A label of whoever has this API key, for the names of records that several of them keep in one place: 32 hexadecimal
/// digits.
///
/// The same key has the same label for the same `purpose`, in every process. Another key or purpose has another one.
/// The label is half of an HMAC-SHA256 (RFC 2104) of the purpose under the API key, so it shows nothing of the key.
///
/// ```
/// use sphere_core::{ApiKey, Config, unstable::key_label};
///
/// let [one, two] = ["sk_live_1", "sk_live_2"].map(|key| Config::new(ApiKey::new(key).unwrap()));
/// assert_eq!(key_label(&one, "links"), key_label(&one, "links"));
/// assert_ne!(key_label(&one, "links"), key_label(&two, "links"));
/// assert_ne!(key_label(&one, "links"), key_label(&one, "transfers"));
/// ```
pub fn key_label(config: &Config, purpose: &str) -> String {
    config.api_key().label(purpose)
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

/// The time by the client's clock.
pub fn now<M: Mode>(client: &Client<M>) -> Moment {
    M::now(client.clock())
}

/// Sleeps by the client's clock, in a program that is written once for both flavours, as [`send`] is.
pub async fn sleep<M: Mode>(client: &Client<M>, duration: Duration) {
    M::sleep(client.clock(), duration).await;
}
