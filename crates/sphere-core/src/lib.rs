//! The transport-agnostic core of the Sphere SDK: what to send to SpherePay, and what its responses mean.
//!
//! A [`Client`] is made of a [`Config`], a [`Transport`] and a [clock](clock::Clock). `sphere-hyper` (async) and
//! `sphere-ureq` (blocking) bring the last two; here they are doubles from the feature `testing`, so that this
//! program runs by itself:
//!
//! ```
//! use sphere_core::testing::{FakeTransport, Reply, block_on};
//! use sphere_core::{ApiKey, Client, Config, CustomerId};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let transport = FakeTransport::always(Reply::link("https://in.sumsub.com/websdk/p/1"));
//!     let config = Config::new(ApiKey::new("sk_live_5a11")?);
//!     let client = Client::new(config, transport.clone(), transport.clock());
//!     let customer: CustomerId = "customer_f31121c389624d3697cbf3ea8830b7a4".parse()?;
//!
//!     match block_on(client.generate_face_verification_link(&customer).send()) {
//!         Ok(link) => println!("send the customer to {}", link.url()),
//!         Err(error) if error.is_not_found() => println!("no such customer"),
//!         Err(error) => return Err(error.into()), // one line with all of it
//!     }
//!     Ok(())
//! }
//! ```
//!
//! This crate opens no socket and needs no runtime. It builds requests, decides about retries, waits and
//! limits, and reads responses and errors. A transport carries one request and returns one response; you can
//! [write your own](transport).
//!
//! Each operation is a method of both clients that gives a [`Call`], and `send()` sends it. Options of one call stand
//! in between: `client.generate_face_verification_link(&customer).timeout(limit).send()`.
//!
//! Longer pages, such as how to verify a customer from nothing to approved, are in [`guides`].
//!
//! # The modules, in the order in which a request meets them
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`config`] | base URL, key, time limits, size limit, retry policy |
//! | [`Client`], [`blocking::Client`] | the two flavours of one [client](client::Client) |
//! | [`Call`] | a call that has not been sent, and its options |
//! | [`endpoint`], [`endpoints`] | an operation as plain data, for your own; the SDK's operations |
//! | [`pages`] | lists, page by page or item by item |
//! | [`verification`] | how far a verification is, and whether the face check was passed |
//! | [`intent`] | moving money without moving it twice |
//! | [`money`] | amounts, currencies, and numbers of accounts |
//! | [`wait`] | waiting for a face check or an approval |
//! | [`clock`] | time |
//! | [`transport`] | the boundary to the network |
//! | [`problem`] | what the server says went wrong |
//! | [`Error`] | what a caller sees |
//! | [`metrics`] | metrics without a tracer |
//! | [`tracing_output`] | spans and events, with the feature `tracing` |
//! | [`unstable`] | what may change in any release: the state machine of one call, for custom drivers; showing text from outside |
//!
//! # Features
//!
//! All are off by default.
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `testing` | the module `testing`: doubles for your own tests |
//! | `tracing` | spans and events, by the crate [`tracing`](https://docs.rs/tracing) |

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod blocking;
mod call;
pub mod client;
pub mod clock;
pub mod config;
pub mod endpoint;
pub mod endpoints;
mod error;
// Not while doctests are collected: the guides' code needs other crates, and is compiled where those are.
#[cfg(all(doc, not(doctest)))]
pub mod guides;
pub mod intent;
mod json;
mod machine;
pub mod metrics;
mod mode;
mod model;
pub mod money;
mod pace;
pub mod pages;
pub mod problem;
mod retry;
#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub mod testing;
mod text;
pub mod tidy;
mod trace;
pub mod tracing_output;
pub mod transport;
pub mod unstable;
mod values;
pub mod verification;
pub mod wait;
mod warm_up;

#[doc(inline)]
pub use call::Call;
#[doc(inline)]
pub use config::{ApiKey, Config, ConfigBuilder, ConfigError, InvalidApiKey, RetryPolicy};
#[doc(inline)]
pub use endpoint::Endpoint;
#[doc(inline)]
pub use endpoints::{
    CreateCustomer, CreateLinkedCustomer, CreateRepresentative, Customer, CustomerType, Document,
    DocumentFile, DocumentFormat, DocumentSide, DocumentType, FaceVerificationLink, IdentityDocumentType,
    InvalidFaceVerificationLink, KycLink, LinkedCustomer, OneTimePasswordChannel, RepresentationDetails,
    Representative, TermsOfServiceLink, UpdateCustomer, UpdateRepresentative, UploadDocument,
    UploadIdentityDocument,
};
#[doc(inline)]
pub use error::{Attempt, Error, ErrorKind};
#[doc(inline)]
pub use machine::{IdempotencyKey, InvalidIdempotencyKey};
#[doc(inline)]
pub use model::{Address, Meta, PersonalInformation, Scalar};
#[doc(inline)]
pub use problem::FieldError;
#[doc(inline)]
pub use retry::RetryBudget;
#[doc(inline)]
pub use transport::Transport;
#[doc(inline)]
pub use values::{
    BankAccountId, CustomerId, ExternalId, IdFault, InvalidExternalId, InvalidId, InvalidTimestamp,
    LinkedCustomerId, OffloaderWalletId, QuoteId, RepresentativeId, StopReason, TimeText, Timestamp,
    TransferId, VirtualAccountId, WalletId,
};

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
///     client.generate_face_verification_link(customer).send().await
/// }
/// ```
pub type Client = client::Client<client::Async>;
