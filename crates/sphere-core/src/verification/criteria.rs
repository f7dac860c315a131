//! The four lists of a verification profile.

use std::fmt;

use serde_json::value::RawValue;

use crate::endpoint::Object;
use crate::model::members::Members;
use crate::values::open_enum::open_enum;

open_enum! {
    /// The name of a criterion that a verification profile asks for.
    ///
    /// Source: the contract's `CriterionName` (certain).
    CriterionName {
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

/// The criteria of a verification profile, in four lists. They are **not disjoint**: one official sample has a criterion
/// in two of them.
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

    /// The criterion. Empty if the entry names none.
    pub fn name(&self) -> &CriterionName {
        &self.name
    }

    /// Why, in the server's words: `detail` (2026) or `message` (2025).
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    fn read(value: &RawValue) -> Option<Self> {
        if let Some(name) = name(value) {
            return Some(Self { name, detail: None });
        }
        let members = Members::from(&serde_json::from_str::<Object<'_>>(value.get()).ok()?);
        let detail = members.text("detail").or(members.text("message"));
        Some(Self::new(members.text("name").unwrap_or_default(), detail.map(str::to_owned)))
    }
}

/// Shows the name: a server may quote personal data in its detail.
impl fmt::Debug for CriterionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CriterionError").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Criteria {
    /// Reads the lists of an object. What is not a list is empty, and an entry that cannot be read is left out.
    pub(super) fn read(members: &Members) -> Self {
        Self {
            complete: list(members, "complete", name),
            pending: list(members, "pending", name),
            required: list(members, "required", name),
            errors: list(members, "errors", CriterionError::read),
        }
    }
}

fn list<T>(members: &Members, member: &str, read: fn(&RawValue) -> Option<T>) -> Vec<T> {
    let json = members.raw(member).map(RawValue::get).unwrap_or_default();
    let elements: Vec<&RawValue> = serde_json::from_str(json).unwrap_or_default();
    elements.into_iter().filter_map(read).collect()
}

fn name(value: &RawValue) -> Option<CriterionName> {
    serde_json::from_str::<String>(value.get()).ok().map(CriterionName::from)
}
