//! A customer's face verification link, reused while it is good.
//!
//! A customer presses the button twice, or opens the page in two tabs, or your front end asks again: all
//! should be led to the same link, by one call. [`Links`] (asynchronous) and [`blocking::Links`] remember
//! each customer's link and hand it out while it has enough life left. Callers who ask at the same time wait
//! for one call together. A failure goes to each of them and is not remembered.
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
//! let (one, two) = tokio::join!(links.get(&customer), links.get(&customer));
//! assert_eq!(one?.url(), two?.url());
//! # assert_eq!(sandbox.requests().len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # When to use it
//!
//! Wherever customers cause the calls: a web backend that redirects to the link. It keeps impatience from
//! becoming calls (SpherePay allows 100 writes a second for a whole application), and gives a customer one
//! link instead of several.
//!
//! # When not
//!
//! - **If each request must have a link of its own.** SpherePay does not document whether a new link ends
//!   an older one. That is a reason to reuse; but if it does, the link of a customer who got another one
//!   elsewhere (from a second process, or by hand) is dead before its time. [`Links::forget`] it when a
//!   customer comes back and says so.
//! - **If several processes must agree.** Each has its own memory: with four processes a customer may get
//!   four links. A [`FaceVerificationLink`](sphere_core::FaceVerificationLink) can be written and read with
//!   serde, for a store that they share.
//! - **If the memory of your process is not trusted.** A link is a secret of the customer's: whoever has it
//!   can take the check in their place. It lies in memory until it is replaced, [forgotten](Links::forget) or
//!   crowded out, which may be long after its end.
//!
//! It knows what a customer is, not who is asking: that a request comes from the customer whose link it
//! gets is for your session to prove.
//!
//! # What is promised
//!
//! - **One call at a time per customer**, however many ask. (Unless more customers than
//!   [`max_customers`](LinksBuilder::max_customers) are being asked for at the same moment.)
//! - **A link has [`min_remaining`](LinksBuilder::min_remaining) of life left**, or it has just come from the
//!   server. A server whose links live for less than that is asked each time, and never in a loop.
//! - **Nobody waits for a caller who has gone away**: in async code each waiter can drive the call. One whose
//!   future is dropped leaves the call to the others.
//! - `Debug` shows no link and no customer.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod blocking;
mod builder;
mod links;
mod shelf;
#[cfg(test)]
mod tests;

pub use builder::LinksBuilder;
pub use links::Links;

/// The README's example is compiled with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
