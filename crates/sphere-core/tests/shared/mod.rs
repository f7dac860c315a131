//! What the tests of this crate share.
#![allow(dead_code)] // Each test program uses a part of it.

pub mod journey;
pub mod probe;

use sphere_core::testing::{FakeTransport, Reply, block_on};
use sphere_core::{
    ApiKey, Client, Config, ConfigBuilder, CustomerId, Error, FaceVerificationLink, RetryPolicy, blocking,
};

pub const KEY: &str = "sk_live_canary_5a11b0a7";

/// The defaults, backoff included, with a key to look for.
pub fn config() -> ConfigBuilder {
    Config::builder(ApiKey::new(KEY).unwrap())
}

/// A blocking client over this transport and its clock.
pub fn blocking_client(config: ConfigBuilder, transport: &FakeTransport) -> blocking::Client {
    blocking::Client::new(config.build().unwrap(), transport.clone(), transport.clock())
}

/// An async client over this transport and its clock.
pub fn async_client(config: ConfigBuilder, transport: &FakeTransport) -> Client {
    Client::new(config.build().unwrap(), transport.clone(), transport.clock())
}

/// A client that retries by this policy.
pub fn client_with(policy: RetryPolicy, transport: &FakeTransport) -> blocking::Client {
    blocking_client(config().retry(policy), transport)
}

/// Result of a call whose every attempt gets this reply.
pub fn link(reply: Reply) -> Result<FaceVerificationLink, Error> {
    let client = async_client(config(), &FakeTransport::always(reply));
    block_on(client.generate_face_verification_link(&CustomerId::new("customer_1").unwrap()).send())
}

/// Cases per property: `PROPTEST_CASES`, or 1,000.
pub fn cases() -> proptest::prelude::ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1000);
    proptest::prelude::ProptestConfig::with_cases(cases)
}
