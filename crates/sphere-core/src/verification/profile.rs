//! A verification profile of a customer or a representative.

use std::fmt;

use serde_json::value::RawValue;

use super::{Criteria, FaceCheck};
use crate::endpoint::{DecodeError, Object};
use crate::model::members::{Members, with_members};
use crate::values::open_enum::open_enum;

open_enum! {
    /// Which verification a profile is about.
    ///
    /// Source: the contract's `VerificationProfile` (certain), and the guides for what they unlock.
    ProfileName {
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
    ProfileStatus {
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

    fn read(json: &RawValue) -> Option<Self> {
        let members = Members::from(&serde_json::from_str::<Object<'_>>(json.get()).ok()?);
        // One sample of 2025 has the four lists in the profile itself.
        let criteria = match members.object("criteria") {
            Some(criteria) => Criteria::read(&criteria),
            None => Criteria::read(&members),
        };
        let (name, status) = (members.text("name")?.into(), members.text("status")?.into());
        Some(Self { name, status, criteria, members })
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

/// Reads `verificationProfiles`. A profile without name or status is left out; the member's JSON still has it.
pub(crate) fn read_profiles(members: &Members) -> Result<Vec<VerificationProfile>, DecodeError> {
    const MEMBER: &str = "verificationProfiles";
    let Some(json) = members.raw(MEMBER) else {
        let is_there = members.text(MEMBER).is_some();
        return Err(DecodeError::field(MEMBER, if is_there { "has the wrong type" } else { "is missing" }));
    };
    let profiles: Vec<&RawValue> =
        serde_json::from_str(json.get()).map_err(|_| DecodeError::field(MEMBER, "has the wrong type"))?;
    Ok(profiles.into_iter().filter_map(VerificationProfile::read).collect())
}
