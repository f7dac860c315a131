//! A verification profile of a customer or a representative.

use std::fmt;

use serde_json::value::RawValue;

use super::{Criteria, FaceCheck};
use crate::json::members::{Members, with_members};
use crate::json::{List, Object};
use crate::values::open_enum::open_enum;

open_enum! {
    /// Which verification a profile is about.
    ///
    /// Source: the contract's `VerificationProfile` (certain), and the guides for what they unlock.
    ProfileName, Unreadable {
        /// Individuals: USD and EUR.
        KycProfileA = "kyc_profile_a",
        /// Individuals: BRL.
        KycProfileB = "kyc_profile_b",
        KycProfileC = "kyc_profile_c",
        /// Businesses.
        KybProfileA = "kyb_profile_a",
        /// Business representatives.
        UboKycProfileA = "ubo_kyc_profile_a",
    }
}

open_enum! {
    /// How far a profile is.
    ///
    /// Source: the contract's `VerificationProfile` (certain).
    ProfileStatus, Unreadable {
        /// Something is still to be supplied.
        Incomplete = "incomplete",
        /// Under review.
        Pending = "pending",
        Approved = "approved",
        Rejected = "rejected",
    }
}

/// A verification profile of a customer or a representative: a name, a status, and the criteria.
///
/// An entry of the list that cannot be read is a profile too, whose name or status is `Unreadable`: a decision over all
/// profiles must not pass it over.
///
/// Source: the contract's `VerificationProfile` (certain).
#[derive(Clone)]
pub struct VerificationProfile {
    name: ProfileName,
    status: ProfileStatus,
    criteria: Criteria,
    members: Members,
}

impl VerificationProfile {
    /// Which verification it stands for.
    pub fn name(&self) -> &ProfileName {
        &self.name
    }

    /// How far it is.
    pub fn status(&self) -> &ProfileStatus {
        &self.status
    }

    /// What is complete, under review, still required or in error.
    pub fn criteria(&self) -> &Criteria {
        &self.criteria
    }

    /// What it says about the face check.
    pub fn face_check(&self) -> FaceCheck {
        FaceCheck::read(&self.status, &self.criteria)
    }

    /// Whether it is the profile of this name, or may be: a name that cannot be read may be any.
    pub fn may_be(&self, name: &ProfileName) -> bool {
        self.name == *name || self.name == ProfileName::Unreadable
    }

    fn read(value: &RawValue) -> Self {
        let Some(object) = Object::read(value) else { return Self::unreadable() };
        let criteria = match (object.raw("criteria"), object.object("criteria")) {
            // One sample of 2025 has the four lists in the profile itself.
            (None, _) => Criteria::read(&object),
            (_, Some(criteria)) if !object.is_repeated("criteria") => Criteria::read(&criteria),
            _ => Criteria::unreadable(),
        };
        let name = object.only_text("name").map_or(ProfileName::Unreadable, |name| (*name).into());
        let status = object.only_text("status").map_or(ProfileStatus::Unreadable, |status| (*status).into());
        Self { name, status, criteria, members: Members::from(&object) }
    }

    fn unreadable() -> Self {
        let (name, status) = (ProfileName::Unreadable, ProfileStatus::Unreadable);
        Self { name, status, criteria: Criteria::unreadable(), members: Members::default() }
    }
}

with_members!(VerificationProfile);

/// Shows names, status and criteria, without what the server wrote about errors.
impl fmt::Debug for VerificationProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerificationProfile")
            .field("name", &self.name)
            .field("status", &self.status)
            .field("criteria", &self.criteria)
            .field("members", &self.members)
            .finish()
    }
}

/// Reads `verificationProfiles`. Without a list, nothing is known: that is one profile that cannot be read.
pub(crate) fn read_profiles(object: &Object<'_>) -> Vec<VerificationProfile> {
    match object.list("verificationProfiles", VerificationProfile::read) {
        List::Entries(profiles) => profiles,
        List::Null => Vec::new(),
        List::Missing | List::Unreadable => vec![VerificationProfile::unreadable()],
    }
}

/// The profile of this name, if exactly one is it or may be it.
pub(crate) fn only_profile<'a>(
    profiles: &'a [VerificationProfile],
    name: &ProfileName,
) -> Option<&'a VerificationProfile> {
    let mut found = profiles.iter().filter(|profile| profile.may_be(name));
    found.next().filter(|profile| profile.name() == name && found.next().is_none())
}
