//! A business representative, as the API shows it.

use std::fmt;

use super::RepresentationDetails;
use crate::endpoint::Object;
use crate::model::Address;
use crate::model::members::{Members, text_readers, with_members};
use crate::values::open_enum::open_enum;
use crate::values::{CustomerId, RepresentativeId, TimeText};
use crate::verification::{ProfileName, VerificationProfile, read_profiles};

open_enum! {
    /// What kind of representative it is.
    ///
    /// Source: the contract's `Representative` (certain).
    RepresentativeType {
        Individual = "individual",
    }
}

/// A representative of a business customer, as the API shows it. `Debug` shows ids, profiles and the names of members
/// only.
///
/// That a response has an id, a customer's id, a type and verification profiles is inferred, so each may be missing.
/// A member of another type than expected costs only itself: [`member`](Self::member) gives the JSON of each, known to
/// this SDK or not.
///
/// Source: the contract's `Representative`.
#[derive(Clone)]
pub struct Representative {
    id: Option<RepresentativeId>,
    profiles: Vec<VerificationProfile>,
    members: Members,
}

impl Representative {
    /// The id.
    pub fn id(&self) -> Option<&RepresentativeId> {
        self.id.as_ref()
    }

    /// The business customer.
    pub fn customer_id(&self) -> Option<CustomerId> {
        self.members.text("customerId").and_then(|id| CustomerId::new(id).ok())
    }

    /// The verification profiles. The one that was seen is `ubo_kyc_profile_a`.
    pub fn verification_profiles(&self) -> &[VerificationProfile] {
        &self.profiles
    }

    /// The verification profile of this name.
    pub fn verification_profile(&self, name: &ProfileName) -> Option<&VerificationProfile> {
        self.profiles.iter().find(|profile| profile.name() == name)
    }

    /// What kind of representative it is.
    pub fn representative_type(&self) -> Option<RepresentativeType> {
        self.members.text("type").map(RepresentativeType::from)
    }

    /// The address.
    pub fn address(&self) -> Option<Address> {
        self.members.object("address").map(Address::from)
    }

    /// What the person is in the business.
    pub fn representation_details(&self) -> Option<RepresentationDetails> {
        self.members.object("representationDetails").map(RepresentationDetails::from)
    }

    /// When it was created.
    pub fn created_at(&self) -> Option<TimeText> {
        self.members.time("createdAt")
    }

    /// When it was last updated.
    pub fn updated_at(&self) -> Option<TimeText> {
        self.members.time("updatedAt")
    }

    pub(super) fn read(object: &Object<'_>) -> Self {
        let members = Members::from(object);
        let id = object.optional("id");
        Self { id, profiles: read_profiles(&members).unwrap_or_default(), members }
    }
}

text_readers! {
    Representative {
        email = "email";
        phone = "phone";
    }
}

with_members!(Representative);

impl fmt::Debug for Representative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Representative")
            .field("id", &self.id)
            .field("verification_profiles", &self.profiles)
            .field("members", &self.members)
            .finish()
    }
}
