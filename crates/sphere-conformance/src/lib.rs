//! Proves that an HTTP transport keeps the rules of the Sphere SDK.
//!
//! [`sphere_core::transport`] says what a transport must do. This crate finds out whether yours does it: each
//! rule is a *contract* with a name, played against a [scripted server](server) over real sockets. Add it to
//! your dev-dependencies and write, in a file under `tests/`:
//!
//! ```
//! # use sphere_core::transport::blocking::Transport;
//! # fn my_transport(_: &sphere_conformance::Setup) -> Box<dyn Transport> { unimplemented!() }
//! mod mine {
//!     sphere_conformance::suite!(blocking, super::my_transport);
//! }
//! # fn main() {}
//! ```
//!
//! `my_transport` is a function that makes your transport, with the [`Setup`] that a contract asks for.
//! `cargo test` then says which rule is broken, by name:
//!
//! ```text
//! test mine::redirects_are_returned_not_followed ... FAILED
//! ```
//!
//! [`suite!`] tells more, also how to declare what your transport cannot do. [`run_all`] runs everything
//! without a test harness.
//!
//! The crate has no async runtime in its tree, so blocking transports can use it as well.

// What the macros find here.
#![allow(clippy::doc_markdown)]

mod contracts;
mod list;
mod runner;
pub mod server;
mod subject;
mod suite;

/// The README's code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use list::contracts;
#[doc(hidden)]
pub use list::names;
pub use runner::{Contract, Outcome, run, run_all};
#[doc(hidden)]
pub use runner::{Declared, check};
pub use subject::{BoxFuture, Candidate, Setup};
