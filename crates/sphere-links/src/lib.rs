//! A customer's face verification link, reused while it is good.
//!
//! A customer presses the button twice, opens the page in two tabs, or reloads it: one call and one link are
//! enough. [`Links`] (async) and [`blocking::Links`] remember each customer's link and hand it out while it works
//! for long enough. Callers who ask at the same time wait for one call together. If it fails, each of them gets
//! the error, and it is not remembered.
//!
//! ```
//! use sphere_core::{Config, CustomerId};
//! use sphere_links::Links;
//! # use sphere_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start()?;
//! # let key = sphere_core::ApiKey::new(sandbox.api_key())?;
//! # let config = Config::builder(key).base_url(sandbox.base_url()).build()?;
//! let links = Links::new(sphere_hyper::client(config)?);
//!
//! let customer: CustomerId = "customer_f31121c389624d3697cbf3ea8830b7a4".parse()?;
//! let (one, two) = tokio::join!(links.face_verification_link(&customer), links.face_verification_link(&customer));
//! assert_eq!(one?.url(), two?.url());
//! # assert_eq!(sandbox.requests().len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # When to use it
//!
//! Wherever customers cause the calls, such as in a web backend that redirects to the link. A customer who presses
//! twice does not cause a second call (SpherePay allows 100 writes a second for a whole application), and gets
//! one link instead of several.
//!
//! # When not
//!
//! - **If each request must have a link of its own.** SpherePay does not document whether a new link ends an
//!   older one. If it does, a link that is kept here stops working early when the customer gets another one
//!   elsewhere, from a second process or by hand. Call [`Links::forget`] when a customer reports that.
//! - **If several processes must agree.** Each has its own memory: with four processes a customer may get
//!   four links. A [`FaceVerificationLink`](sphere_core::FaceVerificationLink) can be written and read with
//!   serde, for a store that they share.
//! - **If the memory of your process is not trusted.** A link is a secret of the customer's: anyone who has it
//!   can do the check in their place. It stays in memory until it is replaced, [forgotten](Links::forget) or
//!   dropped because there are too many, which may be long after its expiry.
//!
//! It does not know who is asking. Your session must prove that a request comes from the customer whose link it
//! gets.
//!
//! # What is promised
//!
//! - **One call at a time per customer**, however many ask. (Unless more customers than
//!   [`max_customers`](LinksBuilder::max_customers) are being asked for at the same moment.)
//! - **A link works for at least [`min_remaining`](LinksBuilder::min_remaining)**, or it has just come from the
//!   server. If a server's links work for less than that, each caller causes one call, and never a loop of calls.
//! - **Nobody waits for a caller who has gone**: in async code each waiting caller can drive the call. If the
//!   future of one is dropped, the others go on.
//! - `Debug` shows no link and no customer.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod blocking;
mod builder;
mod error;
mod fetch;
mod links;
mod shelf;
pub mod store;
#[cfg(test)]
mod tests;
mod trace;
mod wanted;

pub use builder::LinksBuilder;
pub use error::Error;
pub use fetch::WhenStoreFails;
pub use links::Links;

/// The README's example is compiled with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
