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
pub use values::{CustomerId, InvalidCustomerId, InvalidTimestamp, Timestamp};

/// A random number for one call's jitter, from the standard library's own source of random keys.
fn seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(())
}
