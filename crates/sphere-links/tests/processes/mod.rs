//! Processes that share a store: links over a fake transport each, async or blocking.
#![allow(dead_code)] // Each test program uses a part of it.

mod memory;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sphere_core::testing::{self, FakeTransport, Reply, block_on};
use sphere_core::{
    Client, Config, ConfigBuilder, CustomerId, FaceVerificationLink, RepresentativeId, TermsOfServiceLink,
};
use sphere_links::{Error, Links, WhenStoreFails, blocking};

pub use memory::Memory;

/// Of a whole call.
pub const TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Async,
    Blocking,
}

pub const BOTH: [Kind; 2] = [Kind::Async, Kind::Blocking];

/// One process.
pub struct Process {
    pub transport: FakeTransport,
    links: AnyLinks,
}

enum AnyLinks {
    Async(Links),
    Blocking(blocking::Links),
}

/// What time it is for all: links of the fake transport are good until 2099.
pub fn date() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

impl Process {
    pub fn new(
        kind: Kind,
        store: &Memory,
        when_store_fails: WhenStoreFails,
        transport: FakeTransport,
    ) -> Self {
        Self::with_config(config().build().unwrap(), kind, Some((store, when_store_fails)), transport)
    }

    pub fn with_config(
        config: Config,
        kind: Kind,
        store: Option<(&Memory, WhenStoreFails)>,
        transport: FakeTransport,
    ) -> Self {
        let (carrier, clock) = (transport.clone(), transport.clock());
        let links = match kind {
            Kind::Async => {
                let links = Links::builder(Client::new(config, carrier, clock)).clock(date);
                AnyLinks::Async(match store {
                    Some((store, when_it_fails)) => links.build_with_store(store.clone(), when_it_fails),
                    None => links.build(),
                })
            }
            Kind::Blocking => {
                let client = sphere_core::blocking::Client::new(config, carrier, clock);
                let links = blocking::Links::builder(client).clock(date);
                AnyLinks::Blocking(match store {
                    Some((store, when_it_fails)) => links.build_with_store(store.clone(), when_it_fails),
                    None => links.build(),
                })
            }
        };
        Self { transport, links }
    }

    pub fn face(&self, customer: &CustomerId) -> Result<FaceVerificationLink, Error> {
        match &self.links {
            AnyLinks::Async(links) => block_on(links.face_verification_link(customer)),
            AnyLinks::Blocking(links) => links.face_verification_link(customer),
        }
    }

    pub fn representative_face(&self, id: &RepresentativeId) -> Result<FaceVerificationLink, Error> {
        match &self.links {
            AnyLinks::Async(links) => block_on(links.representative_face_verification_link(id)),
            AnyLinks::Blocking(links) => links.representative_face_verification_link(id),
        }
    }

    pub fn terms(&self, customer: &CustomerId) -> Result<TermsOfServiceLink, Error> {
        match &self.links {
            AnyLinks::Async(links) => block_on(links.terms_of_service_link(customer)),
            AnyLinks::Blocking(links) => links.terms_of_service_link(customer),
        }
    }

    pub fn forget(&self, customer: &CustomerId) -> Result<(), Error> {
        match &self.links {
            AnyLinks::Async(links) => block_on(links.forget(customer)),
            AnyLinks::Blocking(links) => links.forget(customer),
        }
    }

    pub fn forget_representative(&self, id: &RepresentativeId) -> Result<(), Error> {
        match &self.links {
            AnyLinks::Async(links) => block_on(links.forget_representative(id)),
            AnyLinks::Blocking(links) => links.forget_representative(id),
        }
    }

    /// The async links.
    pub fn links(&self) -> Links {
        match &self.links {
            AnyLinks::Async(links) => links.clone(),
            AnyLinks::Blocking(_) => panic!("the test asked for blocking links"),
        }
    }

    /// How often the service was asked.
    pub fn calls(&self) -> usize {
        self.transport.requests().len()
    }
}

pub fn config() -> ConfigBuilder {
    testing::config().base_url("https://api.example").timeout(TIMEOUT)
}

pub fn customer(id: &str) -> CustomerId {
    CustomerId::new(format!("customer_{id}")).unwrap()
}

/// A service that gives numbered links.
pub fn numbered(name: &str) -> FakeTransport {
    FakeTransport::script(
        (1..10).map(|number| Reply::link(&format!("https://check.example/{name}/{number}"))),
    )
}

/// A service that gives terms-of-service links with the expiry of 2025: none.
pub fn terms_without_expiry(name: &str) -> FakeTransport {
    FakeTransport::script((1..10).map(|number| {
        let body = format!(r#"{{"link":"https://terms.example/{name}/{number}"}}"#);
        Reply::status(201).body("application/json", body)
    }))
}
