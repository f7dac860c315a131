//! Which links can be asked for: face links of customers and representatives, terms-of-service links of customers.

use std::hash::Hash;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sphere_core::endpoints::{
    GenerateFaceVerificationLink, GenerateRepresentativeFaceVerificationLink, GenerateTermsOfServiceLink,
};
use sphere_core::{CustomerId, Endpoint, FaceVerificationLink, RepresentativeId, TermsOfServiceLink};

/// Whose link, and of which kind.
pub(crate) trait LinkTarget: Clone + Eq + Hash + Send + Sync + 'static {
    type Link: Link;
    /// The kind's name in a store.
    const KIND: &'static str;

    fn id(&self) -> &str;

    /// The operation that makes such a link.
    fn operation(&self) -> impl Endpoint<Output = Self::Link>;
}

/// A link of any kind.
pub(crate) trait Link: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// How long it still works; `None` if that is not known.
    fn remaining_at(&self, now: SystemTime) -> Option<Duration>;
}

impl LinkTarget for CustomerId {
    type Link = FaceVerificationLink;
    const KIND: &'static str = "face-verification-link";

    fn id(&self) -> &str {
        self.as_str()
    }

    fn operation(&self) -> impl Endpoint<Output = Self::Link> {
        GenerateFaceVerificationLink::new(self)
    }
}

impl LinkTarget for RepresentativeId {
    type Link = FaceVerificationLink;
    const KIND: &'static str = "representative-face-verification-link";

    fn id(&self) -> &str {
        self.as_str()
    }

    fn operation(&self) -> impl Endpoint<Output = Self::Link> {
        GenerateRepresentativeFaceVerificationLink::new(self)
    }
}

/// A customer's terms-of-service link.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Terms(pub(crate) CustomerId);

impl LinkTarget for Terms {
    type Link = TermsOfServiceLink;
    const KIND: &'static str = "terms-of-service-link";

    fn id(&self) -> &str {
        self.0.as_str()
    }

    fn operation(&self) -> impl Endpoint<Output = Self::Link> {
        GenerateTermsOfServiceLink::new(&self.0)
    }
}

impl Link for FaceVerificationLink {
    fn remaining_at(&self, now: SystemTime) -> Option<Duration> {
        self.remaining_at(now)
    }
}

impl Link for TermsOfServiceLink {
    fn remaining_at(&self, now: SystemTime) -> Option<Duration> {
        self.remaining_at(now)
    }
}
