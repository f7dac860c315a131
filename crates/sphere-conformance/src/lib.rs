//! Tests whether an HTTP transport does what the Sphere SDK needs.
//!
//! [`sphere_core::transport`] says what a transport must do. This crate tests yours: each rule is a *contract*
//! with a name, run against a [scripted server](server) over real sockets. Add the crate to your
//! dev-dependencies and write, in a file under `tests/`:
//!
//! ```
//! # use sphere_core::transport::{TransportError, TransportRequest, TransportResponse, blocking::Transport};
//! # struct Mine;
//! # impl Transport for Mine {
//! #     fn send(&self, _: TransportRequest) -> Result<TransportResponse, TransportError> {
//! #         Err(TransportError::other("not written yet").not_sent())
//! #     }
//! # }
//! # fn my_transport(_: &sphere_conformance::Setup) -> Box<dyn Transport> { Box::new(Mine) }
//! mod mine {
//!     sphere_conformance::suite!(blocking, super::my_transport);
//! }
//! # fn main() {}
//! ```
//!
//! `my_transport` is a function that makes your transport, with the [`Setup`] that a contract requires.
//! `cargo test` then names the contract that is broken, and says how:
//!
//! ```text
//! test mine::redirects_are_returned_not_followed ... FAILED
//! ```
//!
//! [`suite!`] says more, also how to declare what your transport cannot do. [`run_all`] runs everything without
//! a test harness. Each contract is marked *must* or *should*: see [`Level`].
//!
//! A transport that is no Rust, or that cannot run in a test, is a subject in another process: [`Remote`] runs the
//! suite over a protocol of one JSON document a line, and so does the command `sphere-conformance`.
//!
//! The crate has no async runtime in its tree, so it also serves blocking transports.

#![allow(clippy::doc_markdown)]

mod aspect;
mod block_on;
mod clock;
mod contract;
mod contracts;
mod declaration;
mod export;
mod failure;
mod list;
#[doc(hidden)]
pub mod names;
mod own_process;
mod remote;
mod report;
mod runner;
pub mod server;
mod subject;
mod suite;

/// The README's code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use aspect::Aspect;
pub use block_on::BoxFuture;
pub use contract::{Contract, Level};
pub use list::contracts;
#[doc(hidden)]
pub use remote::{Remote, serve, serve_stdio};
pub use report::{Outcome, Report, Tally, Verdict};
#[doc(hidden)]
pub use runner::{check, check_deviations};
pub use runner::{run, run_all};
pub use subject::{Candidate, Setup};
