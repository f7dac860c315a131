//! A customer of the direct flow, as the API shows it.

use std::fmt;

use crate::endpoint::{DecodeError, Object};
use crate::model::members::{Members, text_readers, with_members};
use crate::model::{Meta, PersonalInformation};
use crate::values::open_enum::open_enum;
use crate::values::{CustomerId, TimeText};
use crate::verification::{ProfileName, VerificationProfile, read_profiles};

open_enum! {
    /// What kind of customer it is.
    ///
    /// Source: the contract's `CustomerResponse` (certain).
    CustomerType {
        Individual = "individual",
        Business = "business",
    }
}

open_enum! {
    /// How far a customer is with the terms of service.
    ///
    /// Source: only `incomplete` was seen; the others are inferred from the older API.
    TermsOfServiceStatus {
        Incomplete = "incomplete",
        Pending = "pending",
        Approved = "approved",
    }
}

/// A customer of the direct flow, as the API shows it. `Debug` shows the id, the profiles and the names of members only.
///
/// Certain are the id and the verification profiles: without them a response cannot be read. Any other member may be
/// missing or of another type, which costs only itself: [`member`](Self::member) gives the JSON of each, known to this
/// SDK or not. The tax number and the address are never sent back.
///
/// Source: the contract's `CustomerResponse`.
#[derive(Clone)]
pub struct Customer {
    id: CustomerId,
    profiles: Vec<VerificationProfile>,
    members: Members,
}

impl Customer {
    /// The id.
    pub fn id(&self) -> &CustomerId {
        &self.id
    }

    /// The verification profiles: a customer can have several.
    pub fn verification_profiles(&self) -> &[VerificationProfile] {
        &self.profiles
    }

    /// The verification profile of this name.
    pub fn verification_profile(&self, name: &ProfileName) -> Option<&VerificationProfile> {
        self.profiles.iter().find(|profile| profile.name() == name)
    }

    /// Individual or business.
    pub fn customer_type(&self) -> Option<CustomerType> {
        self.members.text("type").map(CustomerType::from)
    }

    /// How far the customer is with the terms of service. On the newest pages only.
    pub fn terms_of_service_status(&self) -> Option<TermsOfServiceStatus> {
        self.members.text("tosStatus").map(TermsOfServiceStatus::from)
    }

    /// Personal information, without the tax number.
    pub fn personal_information(&self) -> Option<PersonalInformation> {
        self.members.object("personalInformation").map(PersonalInformation::from)
    }

    /// Your own data, if all its values are scalars.
    pub fn meta(&self) -> Option<Meta> {
        self.members.raw("meta").and_then(Meta::read)
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
        let id = object.required("id")?;
        let members = Members::from(object);
        Ok(Self { id, profiles: read_profiles(&members)?, members })
    }
}

text_readers! {
    Customer {
        email = "email";
        phone = "phone";
        /// Individuals only.
        first_name = "firstName";
        /// Individuals only.
        last_name = "lastName";
        /// A date such as `1990-12-31`. On the newest pages only.
        date_of_birth = "dateOfBirth";
        /// In a sample of January 2026 only.
        business_legal_name = "businessLegalName";
        /// In a sample of January 2026 only.
        business_trade_name = "businessTradeName";
    }
}

with_members!(Customer);

impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customer")
            .field("id", &self.id)
            .field("verification_profiles", &self.profiles)
            .field("members", &self.members)
            .finish()
    }
}
