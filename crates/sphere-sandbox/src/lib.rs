//! SpherePay on your own machine.
//!
//! The sandbox is a server for tests and for trying things out: the face verification operation, its errors, and a
//! page in place of the one on which a customer does the check. It is written from SpherePay's contract, and takes
//! only the scripted responses from the SDK ([`Reply`]). It listens on 127.0.0.1 only.
//!
//! # In a test
//!
//! ```
//! use sphere_sandbox::{CheckState, Reply, Sandbox};
//!
//! let sandbox = Sandbox::start()?;
//!
//! // Point the code under test at `sandbox.base_url()`, with `sandbox.api_key()`.
//! // It gets links, unless a test scripts something else:
//! sandbox.reply_next(Reply::too_many_requests(1));
//!
//! // Afterwards, see what arrived and what the customer did.
//! assert!(sandbox.requests().is_empty());
//! assert_eq!(sandbox.check_state("customer_ada"), CheckState::NotStarted);
//! # Ok::<(), sphere_sandbox::StartError>(())
//! ```
//!
//! [`Reply`] has the responses that can be scripted, [`Gate`] shows how to test what happens while a request
//! is in flight, and [`Sandbox::advance`] how links expire without waiting.
//!
//! # As a program
//!
//! `cargo run -p sphere-sandbox` prints where it listens, which key it accepts and a command to
//! try. [`MAGIC_CUSTOMERS`] are customers with which each failure can be seen.
//!
//! # How it responds
//!
//! `POST /v2/customer/{id}/face-verification-link` with `Authorization: Bearer <key>`:
//!
//! | request | response |
//! | --- | --- |
//! | no key, another key, or a header that is not exactly `Bearer <key>` | 403 |
//! | a body that is not empty, or an id that is not UTF-8 | 400, as in the contract |
//! | a [magic](MAGIC_CUSTOMERS) customer | that customer's response |
//! | an unknown customer | 404, as in the contract |
//! | any other customer | 201 with a new link; earlier links still work |
//!
//! The first row that fits decides. Another method gets 405, another path 404, a body over 64 KiB 413. Every error
//! is JSON problem details with a `correlationId` of its own. What SpherePay does not document, such as the lifetime
//! of links, is the sandbox's own choice: do not rely on it.
//!
//! A link leads to `GET /check/{token}`, a page with three buttons that pass, fail or leave the
//! check; see [`CheckState`]. From the page with the result, [`SandboxBuilder::return_to`] leads back.

mod api;
mod builder;
mod check;
mod clock;
mod error;
mod gate;
mod links;
mod magic;
mod pages;
mod problem;
pub mod program;
mod random;
mod received;
mod sandbox;
mod server;
mod tls;
mod turn;
mod world;

/// The responses that a test can script. The fake transport of the SDK takes the same ones.
pub use sphere_core::testing::Reply;

pub use crate::{
    builder::SandboxBuilder,
    error::StartError,
    gate::Gate,
    links::CheckState,
    magic::{MAGIC_CUSTOMERS, MagicCustomer},
    received::ReceivedRequest,
    sandbox::Sandbox,
    turn::Turn,
};

/// The README's example is compiled and run with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
