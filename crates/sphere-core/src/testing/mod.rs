//! Doubles for your own tests: your code, the whole client, and no socket.
//!
//! A test is three lines: SpherePay's responses, your code, what you expect.
//!
//! ```
//! use sphere_core::testing::{Reply, FakeTransport};
//! # use sphere_core::{CustomerId, Error, blocking::Client};
//! # fn redirect(client: &Client, customer: &CustomerId) -> Result<String, Error> {
//! #     client.generate_face_verification_link(customer).send().map(|link| format!("303 {}", link.url()))
//! # }
//! # let customer = CustomerId::new("customer_1")?;
//!
//! let transport = FakeTransport::script([Reply::unavailable(Some(1)), Reply::link("https://in.sumsub.com/p/1")]);
//! assert_eq!(redirect(&transport.blocking_client(), &customer)?, "303 https://in.sumsub.com/p/1");
//! transport.requests().assert_sent(["POST /v2/customer/customer_1/face-verification-link"; 2]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The client is the real one: it builds requests, retries, keeps deadlines and reads responses as it does in
//! production. Only what is below it is not there, and time is virtual: the second that it waited in that
//! test took no time at all.
//!
//! | you want | take |
//! | --- | --- |
//! | replies in order, by request, or never | [`FakeTransport`] |
//! | SpherePay's responses, and failures of every kind | [`Reply`] |
//! | customers, accounts and transfers as SpherePay shows them | [`Sample`] |
//! | to see what your code sent | [`FakeTransport::requests`], and [`Recording`] around any transport |
//! | to say what time it is | [`VirtualClock`] |
//! | an async test without a runtime | [`block_on`] |
//!
//! In `Cargo.toml`, beside the dependency that you have:
//!
//! ```toml
//! [dev-dependencies]
//! sphere-core = { version = "0.1", features = ["testing"] }
//! ```
//!
//! For a test with real HTTP there is `sphere-sandbox`, which is SpherePay on your own machine. The guide
//! Testing code that uses the SDK (`crates/sphere-core/guides/testing.md`)
//! shows both.

mod block_on;
mod fake_transport;
mod recording;
mod reply;
mod requests;
mod sample;
mod virtual_clock;

use std::time::Duration;

pub use block_on::block_on;
pub use fake_transport::FakeTransport;
pub use recording::Recording;
pub use reply::Reply;
pub use requests::Requests;
pub use sample::Sample;
pub use virtual_clock::VirtualClock;

use crate::config::{ApiKey, Config, ConfigBuilder, RetryPolicy};

/// A configuration for tests: a made-up key, and the defaults but for one: no backoff, which is random. So a
/// call waits as long as `Retry-After` says, and [`VirtualClock::slept`] can be compared.
///
/// # Panics
///
/// Never: the key is a good one.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_core::testing::{self, FakeTransport};
/// use sphere_core::{CustomerId, blocking::Client};
///
/// let transport = FakeTransport::never_responding();
/// let impatient = testing::config().timeout(Duration::from_secs(2)).build()?;
/// let client = Client::new(impatient, transport.clone(), transport.clock());
/// client.generate_face_verification_link(&CustomerId::new("customer_1")?).send().unwrap_err();
/// assert_eq!(transport.clock().elapsed(), Duration::from_secs(2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn config() -> ConfigBuilder {
    match ApiKey::new("sk_test_made_up") {
        Ok(key) => Config::builder(key).retry(RetryPolicy::default().backoff(Duration::ZERO)),
        Err(error) => panic!("the key for tests is bad: {error}"),
    }
}
