//! SpherePay on your own machine.
//!
//! The sandbox is the other side of the SDK: the whole verification journey and the first transfer after it, in memory, with
//! hosted pages for a browser. It is written from SpherePay's contract and uses none of the SDK's types (it only takes [`Reply`],
//! so that scripted responses are the same here and in the SDK's fake transport). It listens on 127.0.0.1 only.
//!
//! # In a test
//!
//! ```
//! use sphere_sandbox::{CheckState, Reply, Sandbox};
//!
//! let sandbox = Sandbox::start()?;
//!
//! // Point the code under test at `sandbox.base_url()`, with `sandbox.api_key()`.
//! // Every request gets its normal response, unless a test scripts something else:
//! sandbox.reply_next(Reply::too_many_requests(1));
//!
//! // Afterwards, see what arrived and what the customer did.
//! assert!(sandbox.requests().is_empty());
//! assert_eq!(sandbox.check_state("customer_ada"), CheckState::NotStarted);
//! # Ok::<(), sphere_sandbox::StartError>(())
//! ```
//!
//! | you want to | use |
//! | --- | --- |
//! | script a response or a failure | [`Sandbox::reply_next`] with a [`Reply`] |
//! | hold a response while a request is in flight | [`Turn`], [`Gate`] |
//! | see what was sent | [`Sandbox::requests`] |
//! | play the customer: accept terms, pass the face check | [`Sandbox::customer`], [`Sandbox::representative`] |
//! | choose how the review ends | [`Person::outcome`], or the e-mail address: [`MAGIC_TAGS`] |
//! | read a one-time code | [`Sandbox::one_time_code`] |
//! | decide what becomes of a transfer | [`Sandbox::transfer`] |
//! | let transfers be listed and read as services have been seen to | [`Sandbox::set_quirks`] |
//! | let links, codes and quotes expire | [`Sandbox::advance`] |
//! | test the other model | [`SandboxBuilder::model`] |
//!
//! # As a program
//!
//! `cargo run -p sphere-sandbox` prints where it listens, which key it accepts and a command to try, and then one
//! line for each request. Its start page lists customers and representatives, with buttons that move them.
//! [`MAGIC_CUSTOMERS`] show each failure without writing code.
//!
//! # How a verification moves
//!
//! A person has one or more profiles, which share their criteria. Each step completes a criterion. The profile
//! stays `incomplete` while a criterion is in `required` or `errors`. Then the [`Outcome`] decides: `approved`,
//! `rejected` or `pending`.
//!
//! | criterion | completed by |
//! | --- | --- |
//! | `email_address`, `phone_number`, `residential_address` | creating the person |
//! | `tax_identification_number` | creating or updating the person with a tax number |
//! | `identity_document` | an upload: one file without `side`, or `front` and `back` |
//! | `liveness_report_document` | passing the face check; Platform-Managed: uploading a `liveness_report` |
//! | `terms_of_service` (individuals, Sphere-Managed) | accepting the terms |
//! | `email_verification`, `phone_verification` (e-mail tag `codes`) | verifying a one-time code |
//! | `proof_of_address_document` (businesses) | uploading a `proof_of_address` |
//!
//! # Operations
//!
//! All operations of the contract but the deprecated one. The checks come in this order:
//!
//! | request | response |
//! | --- | --- |
//! | no `Host`, or several; both `Content-Length` and `Transfer-Encoding` | 400 |
//! | a host that is not `127.0.0.1`, `localhost` or `[::1]` | 421 |
//! | a body that has not arrived after 30 seconds | 408 |
//! | no key, another key, or a header that is not `Bearer <key>` (`bearer` in any case) | 403 |
//! | an id that is not UTF-8 | 400, as in the contract |
//! | a [magic](MAGIC_CUSTOMERS) customer | that customer's response |
//! | a body that is not what the operation takes | 400 |
//! | values that break a rule of the contract | 422 with a JSON Pointer for each value |
//! | an id that does not exist | 404, as in the contract |
//! | a customer of the other flow or model | 422 |
//! | anything else | 200 or 201 |
//!
//! A method that a path does not take gets 405, a path that does not exist 404, a file over 15 MB (15 × 2²⁰
//! bytes) or another body over 64 KiB 413. Every error is JSON problem details with a `correlationId` of its own.
//!
//! Links for the face check and the terms do not need a customer that was created: every id that starts with
//! `customer_` (or `associatedPerson_`) has them, except `customer_unknown…`. So one request is enough to see a
//! link. [`SandboxBuilder::customers`] changes the rule. Every other operation needs somebody who was created.
//!
//! # What is the sandbox's own
//!
//! SpherePay documents no way to simulate outcomes, so everything that chooses one is the sandbox's own: buttons,
//! [`Outcome`], [`MAGIC_TAGS`], [`MAGIC_CUSTOMERS`]. So is everything that no page documents: how long links and
//! codes are good for, the status for a customer of the other flow or model, the order of lists, the second
//! profile of customers in Brazil, that a business that nobody created can have representatives, and the wording
//! of errors. Do not take any of it for a promise of the service.

mod api;
mod builder;
mod clock;
mod doors;
mod error;
mod gate;
mod magic;
mod pages;
mod person;
pub mod program;
mod quirk;
mod random;
mod sandbox;
mod server;
mod tls;
mod transfer;
mod turn;
mod world;

/// The responses that a test can script. The fake transport of the SDK takes the same ones.
pub use sphere_core::testing::Reply;

pub use crate::{
    builder::SandboxBuilder,
    error::StartError,
    gate::Gate,
    magic::{MAGIC_CUSTOMERS, MagicCustomer},
    person::Person,
    quirk::Quirk,
    sandbox::Sandbox,
    transfer::Transfer,
    turn::Turn,
    world::{CheckState, MAGIC_TAGS, MagicTag, Model, Outcome, ReceivedRequest},
};

/// The README's example is compiled and run with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
