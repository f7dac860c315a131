//! What the tests of this crate share.
#![allow(dead_code)] // Each test program uses a part of it.

use sphere_core::testing::{Answer, FakeTransport, block_on};
use sphere_core::{ApiKey, Client, Config, ConfigBuilder, CustomerId, Error, FaceVerificationLink};

pub const KEY: &str = "sk_live_canary_5a11b0a7";

/// The defaults, backoff included, with a key to look for.
pub fn config() -> ConfigBuilder {
    Config::builder(ApiKey::new(KEY).unwrap())
}

/// What a call comes to that is answered so, every time.
pub fn link(answer: Answer) -> Result<FaceVerificationLink, Error> {
    let client = Client::new(config().build().unwrap(), FakeTransport::always(answer));
    block_on(client.face_verification_link(&CustomerId::new("customer_1").unwrap()).send())
}

/// Cases per property: `PROPTEST_CASES`, or 1,000.
pub fn cases() -> proptest::prelude::ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1000);
    proptest::prelude::ProptestConfig::with_cases(cases)
}
