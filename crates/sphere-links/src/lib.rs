//! Links to SpherePay's hosted pages, reused while they are good.
//!
//! A customer presses the button twice, opens the page in two tabs, or reloads it: one call and one link are
//! enough. [`Links`] (async) and [`blocking::Links`] remember each link and hand it out while it works
//! for long enough. Callers who ask at the same time wait for one call together. If it fails, each of them gets
//! the error, and it is not remembered.
//!
//! | link | method |
//! | --- | --- |
//! | a customer's face check | [`Links::face_verification_link`] |
//! | a representative's face check | [`Links::representative_face_verification_link`] |
//! | a customer's terms of service | [`Links::terms_of_service_link`] |
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
//! let (one, two) =
//!     tokio::join!(links.face_verification_link(&customer), links.face_verification_link(&customer));
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
//! # Several processes
//!
//! Each process has its own memory: with four processes a customer may get four links, and SpherePay does not document
//! whether a new link ends an older one. A [store] that they share ends that: a link is then kept there, and only the
//! process that holds its lock asks SpherePay. `sphere-links-redis` is a store in Redis or Valkey; [`store::Store`] is
//! the interface for another one.
//!
//! - **Waiting for another process**: a caller looks into the store again after 10 to 250 milliseconds, by the client's
//!   clock, for at most five seconds, and at most half of its call's time. Then it asks SpherePay without the lock. Its
//!   link is not stored.
//! - **A second link is possible** then: the process with the lock is slow, or was killed. This does no harm, since
//!   asking for a link is [`Repeatable`](sphere_core::endpoint::Safety). After a kill, callers for that link wait five
//!   seconds each until the lock ends, which is five seconds after the time limit of the killed call. A call that
//!   fails, or whose future is dropped, releases the lock at once.
//! - **Links belong to an API key**: processes with different API keys share no link, even in one store. The name of an
//!   entry has a [label of the API key](store::Key). With a new API key, or after an update from a version without the
//!   label, old entries are not found, and new links are made.
//! - **A failure is not shared**: the next process tries for itself.
//! - **What a dead store means** is yours to say: [`WhenStoreFails`].
//! - [`Links::forget`] removes the link for all processes.
//!
//! # When not
//!
//! - **If each request must have a link of its own.** A link that is kept here may stop working early when the customer
//!   gets another one elsewhere, for instance by hand. Call [`Links::forget`] when a customer reports that.
//! - **If the memory of your process is not trusted.** A link is a secret of the customer's: anyone who has it
//!   can do the check in their place. It stays in memory until it is replaced, [forgotten](Links::forget) or
//!   dropped because there are too many, which may be long after its expiry.
//!
//! It does not know who is asking. Your session must prove that a request comes from the customer whose link it
//! gets.
//!
//! # What is promised
//!
//! - **One call at a time per link**, however many ask. (Unless more customers than
//!   [`max_customers`](LinksBuilder::max_customers) are being asked for at the same moment.)
//! - **A link works for at least [`min_remaining`](LinksBuilder::min_remaining)**, or it has just come from the
//!   server. If a server's links work for less than that, each caller causes one call, and never a loop of calls.
//! - **A link whose expiry is not known is not kept.** Only callers who wait at the same time share it, across
//!   processes too. SpherePay's terms-of-service links had no expiry in 2025.
//! - **Nobody waits for a caller who has gone**: in async code each waiting caller can drive the call. If the
//!   future of one is dropped, the others go on.
//! - `Debug` shows no link and no customer.
//!
//! # Trace events
//!
//! With the feature `tracing`, which turns on that of `sphere-core` too, a store emits these events, under the target
//! `sphere_links`. Neither link nor id is in them.
//!
//! | event | level | what it holds |
//! | --- | --- | --- |
//! | `store failed` | WARN | `store.operation` (`load`, `lock` or `save`), `store.error` (the store's own line) |
//! | `unreadable entry` | WARN | the entry counts as none; encrypted with another key, perhaps |
//! | `lock lost` | WARN | a link was made and not saved: it was forgotten meanwhile, or the process stood still for too long |

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod blocking;
mod builder;
mod cache;
mod error;
mod fetch;
mod inner;
mod links;
pub mod store;
mod target;
#[cfg(test)]
mod tests;
mod trace;

pub use builder::LinksBuilder;
pub use error::{Error, WhenStoreFails};
pub use links::Links;

/// The README's example is compiled with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
