//! Both clients behind one type, so that a test is written once for both.

pub mod capture;
pub mod carrier;
pub mod outside;
pub mod relay;
pub mod secret;
pub mod transports;

use std::time::Duration;

use sphere_bounded::{LIMIT, within};
use sphere_core::clock::SystemClock;
use sphere_core::endpoint::Endpoint;
use sphere_core::{
    ApiKey, Client, Config, ConfigBuilder, CustomerId, Error, FaceVerificationLink, IdempotencyKey,
    RetryPolicy, blocking,
};
use sphere_hyper::{HyperTransport, HyperTransportBuilder, TokioClock};
use sphere_sandbox::Sandbox;
use sphere_ureq::{UreqTransport, UreqTransportBuilder};

/// The code of the README and of the guides is compiled, and run where it can be, with the other examples.
/// (`your-own-transport.md` and `your-own-operation.md` are crates of their own: `tests/guide.rs`.)
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../README.md")]
    struct Readme;
    #[doc = include_str!("../../crates/sphere-core/README.md")]
    struct CoreReadme;
    #[doc = include_str!("../../crates/sphere-hyper/README.md")]
    struct HyperReadme;
    #[doc = include_str!("../../crates/sphere-ureq/README.md")]
    struct UreqReadme;
    #[doc = include_str!("../../crates/sphere-net/README.md")]
    struct NetReadme;
    #[doc = include_str!("../../crates/sphere-core/guides/diagnosis.md")]
    struct Diagnosis;
    #[doc = include_str!("../../crates/sphere-core/guides/errors.md")]
    struct Errors;
    #[doc = include_str!("../../crates/sphere-core/guides/getting-started.md")]
    struct GettingStarted;
    #[doc = include_str!("../../crates/sphere-core/guides/move-money.md")]
    struct MoveMoney;
    #[doc = include_str!("../../crates/sphere-core/guides/retries-and-deadlines.md")]
    struct RetriesAndDeadlines;
    #[doc = include_str!("../../crates/sphere-core/guides/security.md")]
    struct Security;
    #[doc = include_str!("../../crates/sphere-core/guides/verify-a-customer.md")]
    struct VerifyACustomer;
}

/// A client over one of the transports that the SDK has.
#[derive(Debug)]
pub enum Backend {
    /// The async client over sphere-hyper, and a runtime to run it on.
    Hyper(Client, tokio::runtime::Runtime),
    /// The blocking client over sphere-ureq.
    Ureq(blocking::Client),
}

impl Backend {
    /// Both, with the same configuration, trusting the authority in `extra_roots_pem` as well.
    ///
    /// # Panics
    ///
    /// If one cannot be made.
    #[must_use]
    pub fn both(config: &Config, extra_roots_pem: Option<&str>) -> [Self; 2] {
        let mut hyper = HyperTransport::builder();
        let mut ureq = UreqTransport::builder();
        if let Some(pem) = extra_roots_pem {
            hyper = hyper.extra_roots_pem(pem);
            ureq = ureq.extra_roots_pem(pem);
        }
        Self::over(config, hyper, ureq)
    }

    /// Both, with the same configuration, over what these build.
    ///
    /// # Panics
    ///
    /// If one cannot be built.
    #[must_use]
    pub fn over(config: &Config, hyper: HyperTransportBuilder, ureq: UreqTransportBuilder) -> [Self; 2] {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        [
            Self::Hyper(
                Client::new(config.clone(), hyper.build().unwrap(), TokioClock::new()),
                runtime.unwrap(),
            ),
            Self::Ureq(blocking::Client::new(config.clone(), ureq.build().unwrap(), SystemClock::new())),
        ]
    }

    /// Sends a call of any operation, with an idempotency key if there is one.
    ///
    /// # Errors
    ///
    /// That of the client.
    ///
    /// # Panics
    ///
    /// If the call does not end within its limit.
    pub fn call<E>(&self, endpoint: E, key: Option<IdempotencyKey>) -> Result<E::Output, Error>
    where
        E: Endpoint + 'static,
        E::Output: 'static,
    {
        match self {
            Self::Hyper(client, runtime) => {
                let (client, handle) = (client.clone(), runtime.handle().clone());
                within(LIMIT, move || {
                    let call = client.call(endpoint);
                    let call = match key {
                        Some(key) => call.idempotency_key(key),
                        None => call,
                    };
                    handle.block_on(call.send())
                })
            }
            Self::Ureq(client) => {
                let client = client.clone();
                within(LIMIT, move || {
                    let call = client.call(endpoint);
                    match key {
                        Some(key) => call.idempotency_key(key).send(),
                        None => call.send(),
                    }
                })
            }
        }
    }

    /// Asks for a link.
    ///
    /// # Errors
    ///
    /// What the client says.
    ///
    /// # Panics
    ///
    /// If the call takes longer than [`LIMIT`]: a client that does not keep to its own limits fails a test.
    #[track_caller]
    pub fn link(&self, customer: &CustomerId) -> Result<FaceVerificationLink, Error> {
        let customer = customer.clone();
        match self {
            Self::Hyper(client, runtime) => {
                let (client, runtime) = (client.clone(), runtime.handle().clone());
                within(LIMIT, move || {
                    runtime.block_on(client.generate_face_verification_link(&customer).send())
                })
            }
            Self::Ureq(client) => {
                let client = client.clone();
                within(LIMIT, move || client.generate_face_verification_link(&customer).send())
            }
        }
    }
}

/// A configuration for a sandbox that waits between attempts for no time at all.
///
/// # Panics
///
/// If the sandbox's key or URL is bad.
#[must_use]
pub fn config_for(sandbox: &Sandbox) -> ConfigBuilder {
    Config::builder(ApiKey::new(sandbox.api_key()).unwrap())
        .base_url(sandbox.base_url())
        .retry(without_waits())
}

/// The default policy, but for the time between attempts.
#[must_use]
pub fn without_waits() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::ZERO).max_retry_after(Duration::ZERO)
}
