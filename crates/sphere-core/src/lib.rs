//! The transport-agnostic core of the Sphere SDK: what to say to SpherePay, and what its answers mean.
//!
//! This crate opens no socket and needs no runtime. It builds requests, decides about attempts, waits and
//! limits, and reads answers and errors; a [`Transport`] does the rest. `sphere-hyper` (asynchronous) and
//! `sphere-ureq` (blocking) bring one each, and you can [write your own](transport).
//!
//! ```
//! use sphere_core::transport::Transport;
//! use sphere_core::{Client, Config, CustomerId};
//!
//! async fn run(transport: impl Transport + 'static) -> Result<(), Box<dyn std::error::Error>> {
//!     let client = Client::new(Config::from_env()?, transport);
//!     let customer: CustomerId = "customer_f31121c389624d3697cbf3ea8830b7a4".parse()?;
//!
//!     match client.face_verification_link(&customer).await {
//!         Ok(link) => println!("send the customer to {}, before {}", link.url(), link.expires_at()),
//!         Err(error) if error.is_not_found() => println!("no such customer"),
//!         Err(error) => return Err(error.into()), // one line with all of it
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # The rooms, in the order in which a request meets them
//!
//! | module | what is there |
//! | --- | --- |
//! | [`config`] | base URL, key, time limits, size limit |
//! | [`Client`], [`blocking::Client`] | the two clients |
//! | [`endpoint`], [`endpoints`] | an operation as plain data; the operations there are |
//! | [`call`] | the state machine of one call |
//! | [`RetryPolicy`], [`RetryBudget`] | when and how often a call is tried again |
//! | [`transport`] | the boundary to the network |
//! | [`problem`] | what the server says went wrong |
//! | [`Error`] | what a caller sees |
//!
//! # Features
//!
//! Both are off by default.
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `testing` | the module `testing`: doubles for your own tests |
//! | `tracing` | spans and events, by the crate [`tracing`](https://docs.rs/tracing) |
//!
//! # Seeing what happens
//!
//! With the feature `tracing`, every call over every transport tells of itself, under the target `sphere_core`.
//! Names and attributes are those of OpenTelemetry's semantic conventions for HTTP clients, so that a layer such
//! as `tracing-opentelemetry` needs no translation.
//!
//! | | level | what it holds |
//! | --- | --- | --- |
//! | span `call` | INFO | `otel.name` (the operation), `otel.kind` = `internal`, `sphere.attempts`; if it failed, `otel.status_code` = `ERROR`, `error.type`, `sphere.may_have_been_processed` |
//! | span `attempt`, one for each request, inside the call's | INFO | `otel.name` and `http.request.method`, `otel.kind` = `client`, `url.scheme`, `server.address`, `server.port`, `http.response.status_code`; from the second on `http.request.resend_count`; if it failed, `otel.status_code` = `ERROR`, `error.type` |
//! | event `trying again`, in the call's span | WARN | `retry.reason` (an `error.type`), `retry.delay_ms` |
//!
//! `error.type` is the status, such as `503`, or one of `connect`, `timeout`, `tls`, `protocol`, `too_large`,
//! `interrupted`, `setup` and `other` for a transport's error; `cancelled` if the call was dropped before its
//! end; and, on a call only, `invalid_request` and `invalid_answer`. On an attempt, as the conventions want it, a
//! status below 400 is no error; whether it was one, the call's span says.
//!
//! A transport runs inside its attempt's span, so that what it logs itself is found there. The wait between two
//! attempts lies in the call's span.
//!
//! **The key, the link and the customer's id are not in there**, and no text that a server wrote. So there is
//! neither `url.full`, which the conventions ask for, nor the path; the operation's name says what was asked. A
//! call's [`Error`] is yours to log: its `Display` is safe, and has the correlation id.
//!
//! The backends log too, with the feature or without:
//!
//! | who | through | level | what it holds |
//! | --- | --- | --- | --- |
//! | sphere-hyper, by hyper-util | `tracing` | DEBUG, TRACE | hosts and addresses of connections |
//! | sphere-ureq, by ureq | `log` | DEBUG | hosts, a few headers, no path |
//! | sphere-ureq, by ureq | `log` | **TRACE** | **all traffic, with the API key and the link in it** |
//!
//! Wherever TRACE is on, keep that last row off:
//!
//! ```text
//! RUST_LOG=trace,ureq_proto=off,ureq=debug
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod blocking;
pub mod call;
mod client;
pub mod config;
pub mod endpoint;
pub mod endpoints;
mod error;
mod json;
pub mod problem;
mod retry;
#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub mod testing;
pub mod text;
mod trace;
pub mod transport;
mod values;

pub use call::{CallOptions, IdempotencyKey, InvalidIdempotencyKey};
pub use client::Client;
pub use config::{ApiKey, Config, ConfigBuilder, ConfigError, InvalidApiKey};
pub use endpoint::Endpoint;
pub use endpoints::{FaceVerificationLink, InvalidFaceVerificationLink};
pub use error::{Error, ErrorKind};
pub use problem::FieldError;
pub use retry::{RetryBudget, RetryPolicy, Safety};
pub use transport::Transport;
pub use values::{CustomerId, IdFault, InvalidId, InvalidTimestamp, TimeText, Timestamp};

/// A random number for one call's jitter, from a generator that each thread has for itself.
fn seed() -> u64 {
    fastrand::u64(..)
}
