//! A business representative, as the API shows it.

use std::fmt;

use super::RepresentationDetails;
use crate::json::members::{Members, read_back, text_readers, with_members};
use crate::json::{DecodeError, Object};
use crate::model::Address;
use crate::values::open_enum::open_enum;
use crate::values::{CustomerId, RepresentativeId, TimeText};
use crate::verification::{ProfileName, VerificationProfile, only_profile, read_profiles};

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
/// Without an id, a response cannot be read. That it has a customer's id, a type and verification profiles is inferred,
/// so each may be missing. A member of another type than expected costs only itself: [`member`](Self::member) gives the
/// JSON of each, known to this SDK or not.
///
/// Source: the contract's `Representative`.
#[derive(Clone)]
pub struct Representative {
    id: RepresentativeId,
    profiles: Vec<VerificationProfile>,
    members: Members,
}

impl Representative {
    /// The id.
    pub fn id(&self) -> &RepresentativeId {
        &self.id
    }

    /// The business customer.
    pub fn customer_id(&self) -> Option<CustomerId> {
        self.members.text("customerId").and_then(|id| CustomerId::new(id).ok())
    }

    /// The verification profiles, read as those of a [`Customer`](crate::Customer::verification_profiles). The one that
    /// was seen is `ubo_kyc_profile_a`.
    pub fn verification_profiles(&self) -> &[VerificationProfile] {
        &self.profiles
    }

    /// The verification profile of this name, if there is exactly one, and no other whose name cannot be read.
    pub fn verification_profile(&self, name: &ProfileName) -> Option<&VerificationProfile> {
        only_profile(&self.profiles, name)
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

    pub(super) fn read(object: &Object<'_>) -> Result<Self, DecodeError> {
        let (id, profiles) = (object.required("id")?, read_profiles(object));
        Ok(Self { id, profiles, members: Members::from(object) })
    }

    /// Reads a response that must be about this representative.
    pub(super) fn read_of(
        object: &Object<'_>,
        representative: &RepresentativeId,
    ) -> Result<Self, DecodeError> {
        object.require_id("id", representative.as_str())?;
        Self::read(object)
    }
}

text_readers! {
    Representative {
        email = "email";
        phone = "phone";
    }
}

with_members!(Representative);
read_back!(Representative);

impl fmt::Debug for Representative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Representative")
            .field("id", &self.id)
            .field("verification_profiles", &self.profiles)
            .field("members", &self.members)
            .finish()
    }
}
