//! A customer of the direct flow, as the API shows it.

use std::fmt;

use crate::json::members::{Members, read_back, text_readers, with_members};
use crate::json::{DecodeError, Object};
use crate::model::{Meta, PersonalInformation};
use crate::values::open_enum::open_enum;
use crate::values::{CustomerId, TimeText};
use crate::verification::{NextStep, ProfileName, VerificationProfile, only_profile, read_profiles};

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

/// A customer of the direct flow, as the API shows it. `Debug` shows the id, the profiles and the names of members
/// only.
///
/// Without an id, a response cannot be read. Any other member may be missing or of another type, which costs only
/// itself: [`member`](Self::member) gives the JSON of each, known to this SDK or not. The tax number and the address
/// are never sent back.
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

    /// The verification profiles: a customer can have several. Each entry of the server's list, those that cannot be
    /// read included; one unreadable profile if there is no list. So "each is approved" is never true of what was not
    /// read.
    pub fn verification_profiles(&self) -> &[VerificationProfile] {
        &self.profiles
    }

    /// The verification profile of this name, if there is exactly one, and no other whose name cannot be read.
    pub fn verification_profile(&self, name: &ProfileName) -> Option<&VerificationProfile> {
        only_profile(&self.profiles, name)
    }

    /// What has to happen next before the profiles of these names are approved, or all profiles if none is named.
    ///
    /// A profile that is asked for and is not there is [`NextStep::NotKnown`], once nothing is left to do for the others.
    ///
    /// ```
    /// use sphere_core::verification::{NextStep, ProfileName};
    /// use sphere_core::{Client, CustomerId, Error};
    ///
    /// async fn next(client: &Client, id: &CustomerId) -> Result<&'static str, Error> {
    ///     let customer = client.get_customer(id).send().await?;
    ///     Ok(match customer.next_step(&[ProfileName::KycProfileA]) {
    ///         NextStep::Approved => "may move money",
    ///         NextStep::DoFaceCheck => "generate a link, and send the browser there",
    ///         NextStep::WaitForReview => "wait",
    ///         _ => "another step",
    ///     })
    /// }
    /// ```
    pub fn next_step(&self, profiles: &[ProfileName]) -> NextStep {
        NextStep::of(&self.profiles, profiles)
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
        let (id, profiles) = (object.required("id")?, read_profiles(object));
        Ok(Self { id, profiles, members: Members::from(object) })
    }

    /// Reads a response that must be about this customer.
    pub(super) fn read_of(object: &Object<'_>, customer: &CustomerId) -> Result<Self, DecodeError> {
        object.require_id("id", customer.as_str())?;
        Self::read(object)
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
read_back!(Customer);

impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customer")
            .field("id", &self.id)
            .field("verification_profiles", &self.profiles)
            .field("members", &self.members)
            .finish()
    }
}
