//! What a customer has to do next, read from the verification profiles.

use super::{
    CriterionError, CriterionName, ProfileName, ProfileStatus, VerificationProfile, is_face_check,
    only_profile,
};
use crate::endpoints::OneTimePasswordChannel;

/// What has to happen next before all profiles that are asked for are approved: of a customer
/// ([`Customer::next_step`](crate::Customer::next_step)), or of anybody with profiles.
///
/// What cannot be read is not true: [`Approved`](Self::Approved) says that each of them is, and
/// [`WaitForReview`](Self::WaitForReview) that nothing is left to supply.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NextStep {
    /// Something failed and must be corrected: what, and why in the server's words.
    Correct(Vec<CriterionError>),
    /// Details are missing, such as the address or the tax number: update the customer.
    SupplyDetails(Vec<CriterionName>),
    /// A code must be sent to the e-mail address or the phone, and typed.
    VerifyContact(OneTimePasswordChannel),
    /// The terms of service must be accepted on their page.
    AcceptTerms,
    /// An identity document must be uploaded. Which one, and whether both its sides, is the customer's to say.
    UploadIdentityDocument,
    /// The face check must be done on its page, or its report uploaded in the Platform-Managed model.
    DoFaceCheck,
    /// A document that proves the address must be uploaded.
    UploadProofOfAddress,
    /// Something is required for which the SDK knows no operation.
    Supply(Vec<CriterionName>),
    /// Everything was supplied: wait for the review.
    WaitForReview,
    /// All profiles that were asked for are approved.
    Approved,
    /// A profile that was asked for is rejected.
    Rejected,
    /// A profile that was asked for is missing, is there twice or cannot be read, or its status is not known.
    NotKnown,
}

/// The place of a criterion in the order in which people are best asked.
fn rank(criterion: &CriterionName) -> u8 {
    match criterion {
        CriterionName::EmailAddress
        | CriterionName::PhoneNumber
        | CriterionName::ResidentialAddress
        | CriterionName::TaxIdentificationNumber => 0,
        CriterionName::EmailVerification => 1,
        CriterionName::PhoneVerification => 2,
        CriterionName::TermsOfService => 3,
        CriterionName::IdentityDocument => 4,
        name if is_face_check(name) => 5,
        CriterionName::ProofOfAddressDocument => 6,
        CriterionName::Unreadable => 8,
        _ => 7,
    }
}

impl NextStep {
    /// Reads it from the profiles of these names, or from all of them if none is named.
    pub fn of(profiles: &[VerificationProfile], names: &[ProfileName]) -> Self {
        let by_name = names.iter().map(|name| only_profile(profiles, name));
        let asked: Vec<_> =
            if names.is_empty() { profiles.iter().map(Some).collect() } else { by_name.collect() };
        if asked.iter().flatten().any(|profile| *profile.status() == ProfileStatus::Rejected) {
            return Self::Rejected;
        }
        let is_open = |profile: &&VerificationProfile| *profile.status() != ProfileStatus::Approved;
        let open: Vec<_> = asked.iter().copied().flatten().filter(is_open).collect();
        let errors: Vec<_> = open.iter().flat_map(|profile| profile.criteria().errors.clone()).collect();
        if !errors.is_empty() {
            return Self::Correct(errors);
        }
        let required = || open.iter().flat_map(|profile| &profile.criteria().required);
        if let Some(first) = required().map(rank).min() {
            return Self::supply(first, required().filter(|name| rank(name) == first));
        }
        let is_in_review = |profile: &&VerificationProfile| {
            let has_begun = matches!(profile.status(), ProfileStatus::Incomplete | ProfileStatus::Pending);
            has_begun && !profile.criteria().is_partial
        };
        if asked.is_empty() || asked.iter().any(Option::is_none) || !open.iter().all(is_in_review) {
            return Self::NotKnown;
        }
        if open.is_empty() { Self::Approved } else { Self::WaitForReview }
    }

    /// What the criteria of this rank ask for.
    fn supply<'a>(rank: u8, criteria: impl Iterator<Item = &'a CriterionName>) -> Self {
        let names = || criteria.cloned().collect();
        match rank {
            0 => Self::SupplyDetails(names()),
            1 => Self::VerifyContact(OneTimePasswordChannel::Email),
            2 => Self::VerifyContact(OneTimePasswordChannel::Phone),
            3 => Self::AcceptTerms,
            4 => Self::UploadIdentityDocument,
            5 => Self::DoFaceCheck,
            6 => Self::UploadProofOfAddress,
            7 => Self::Supply(names()),
            _ => Self::NotKnown,
        }
    }
}
