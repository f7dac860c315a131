//! The four lists of a verification profile.

use std::borrow::Cow;
use std::fmt;

use serde_json::value::RawValue;

use crate::json::{List, Object, scan};
use crate::values::open_enum::open_enum;

open_enum! {
    /// The name of a criterion that a verification profile asks for.
    ///
    /// Source: the contract's `CriterionName` (certain).
    CriterionName, Unreadable {
        EmailAddress = "email_address",
        PhoneNumber = "phone_number",
        ResidentialAddress = "residential_address",
        TaxIdentificationNumber = "tax_identification_number",
        IdentityDocument = "identity_document",
        /// The face check by its name of 2026. That the hosted check clears it is inferred.
        LivenessReportDocument = "liveness_report_document",
        /// The face check by its name of 2025 and January 2026.
        LivenessCheck = "liveness_check",
        TermsOfService = "terms_of_service",
        EmailVerification = "email_verification",
        PhoneVerification = "phone_verification",
        IdentityVerification = "identity_verification",
        KycAApproval = "kyc_a_approval",
        ProofOfAddress = "proof_of_address",
        ProofOfAddressDocument = "proof_of_address_document",
        OwnershipPercentage = "ownership_percentage",
        IsControlPerson = "is_control_person",
        IsSigner = "is_signer",
        RelationshipEstablishedAt = "relationship_established_at",
        Title = "title",
    }
}

/// The criteria of a verification profile, in four lists. They are **not disjoint**: one official sample has a
/// criterion in two of them.
///
/// An entry that cannot be read is in its list as [`CriterionName::Unreadable`]; so is a list that is something else.
///
/// Source: the contract's `VerificationProfile` (certain; the entries of `errors` are from older pages).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Criteria {
    /// What is done.
    pub complete: Vec<CriterionName>,
    /// What is under manual review.
    pub pending: Vec<CriterionName>,
    /// What is still to be supplied.
    pub required: Vec<CriterionName>,
    /// What failed or was rejected and must be corrected.
    pub errors: Vec<CriterionError>,
    /// One of the lists is missing or `null`: it counts as empty, which proves little.
    pub is_partial: bool,
}

/// An entry of [`Criteria::errors`]: which criterion, and why.
#[derive(Clone, PartialEq, Eq)]
pub struct CriterionError {
    name: CriterionName,
    detail: Option<String>,
}

impl CriterionError {
    /// An entry, for tests.
    pub fn new(name: impl Into<CriterionName>, detail: Option<String>) -> Self {
        Self { name: name.into(), detail }
    }

    /// The criterion.
    pub fn name(&self) -> &CriterionName {
        &self.name
    }

    /// Why, in the server's words: `detail` (2026) or `message` (2025).
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    fn read(value: &RawValue) -> Self {
        let Some(members) = Object::read(value) else { return Self { name: name(value), detail: None } };
        let detail = members.text("detail").or_else(|| members.text("message"));
        let name = members.only_text("name").map_or(CriterionName::Unreadable, |name| (*name).into());
        Self { name, detail: detail.map(Cow::into_owned) }
    }
}

/// Shows the name: a server may quote personal data in its detail.
impl fmt::Debug for CriterionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CriterionError").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Criteria {
    /// Of criteria that cannot be read: anything may still be required.
    pub(super) fn unreadable() -> Self {
        Self { required: vec![CriterionName::Unreadable], is_partial: true, ..Self::default() }
    }

    /// Reads the lists of an object.
    pub(super) fn read(members: &Object<'_>) -> Self {
        let mut is_partial = false;
        let mut names = |list| entries(members.list(list, name), CriterionName::Unreadable, &mut is_partial);
        let (complete, pending, required) = (names("complete"), names("pending"), names("required"));
        let errors = members.list("errors", CriterionError::read);
        let errors = entries(errors, CriterionError::new(CriterionName::Unreadable, None), &mut is_partial);
        Self { complete, pending, required, errors, is_partial }
    }
}

fn entries<T>(list: List<T>, unreadable: T, is_partial: &mut bool) -> Vec<T> {
    match list {
        List::Entries(entries) => entries,
        List::Missing | List::Null => {
            *is_partial = true;
            Vec::new()
        }
        List::Unreadable => vec![unreadable],
    }
}

fn name(value: &RawValue) -> CriterionName {
    scan::string(value).map_or(CriterionName::Unreadable, |name| (*name).into())
}
