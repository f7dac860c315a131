//! Records as SpherePay shows them, for tests of a journey without a socket.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Reply;
use crate::endpoints::TransferStatus;
use crate::values::{BankAccountId, CustomerId, QuoteId, RepresentativeId, TransferId, WalletId};
use crate::verification::{CriterionName, ProfileName, ProfileStatus};

const TIME: &str = "2026-03-09T20:46:31.305Z";

/// A record as SpherePay shows it, whole by the contract, to be changed where a test needs it. The sandbox's records have
/// the same members.
///
/// Into a [`Reply`] it is a 200; [`Reply::page`] makes a list of several. `Debug` shows the names of members.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use sphere_core::CustomerId;
/// use sphere_core::testing::{FakeTransport, Reply, Sample};
/// use sphere_core::verification::{CriterionName, NextStep, ProfileName, ProfileStatus};
/// use sphere_core::wait::Outcome;
///
/// let id = CustomerId::new("customer_1")?;
/// let jane = |status| Sample::customer(&id).profile(ProfileName::KycProfileA, status);
/// let transport = FakeTransport::script([
///     jane(ProfileStatus::Incomplete).required([CriterionName::TermsOfService]).into(),
///     Reply::page([jane(ProfileStatus::Pending)]),
///     jane(ProfileStatus::Pending).into(),
///     jane(ProfileStatus::Approved).into(),
/// ]);
/// let client = transport.blocking_client();
///
/// assert_eq!(client.get_customer(&id).send()?.next_step(&[]), NextStep::AcceptTerms);
/// assert_eq!(client.list_customers().collect::<Result<Vec<_>, _>>()?.len(), 1);
/// let outcome = client.wait_for_approval(&id, Duration::from_secs(600)).outcome()?;
/// assert!(matches!(outcome, Outcome::Decided { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "a sample does nothing until it is a reply"]
pub struct Sample {
    members: Map<String, Value>,
    /// The member of a page that has such records.
    list: &'static str,
}

impl Sample {
    fn new(list: &'static str, members: Value) -> Self {
        let members = match members {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        Self { members, list }
    }

    /// A customer without a profile: an individual.
    pub fn customer(id: &CustomerId) -> Self {
        Self::new(
            "customers",
            json!({
                "id": id, "type": "individual", "email": "jane@example.com", "phone": "+14155550123",
                "tosStatus": "incomplete", "verificationProfiles": [], "createdAt": TIME, "updatedAt": TIME,
            }),
        )
    }

    /// A representative of this business, without a profile.
    pub fn representative(id: &RepresentativeId, business: &CustomerId) -> Self {
        Self::new(
            "data",
            json!({
                "id": id, "customerId": business, "type": "individual", "email": "jane@example.com",
                "phone": "+14155550123", "verificationProfiles": [], "createdAt": TIME, "updatedAt": TIME,
                "address": {"line1": "1 Main Street", "city": "Chicago", "country": "USA"},
            }),
        )
    }

    /// An active bank account for US dollars.
    pub fn bank_account(id: &BankAccountId, customer: &CustomerId) -> Self {
        Self::new(
            "data",
            json!({
                "id": id, "customerId": customer, "status": "active", "bankName": "Bank", "accountName": "Checking",
                "currency": "usd", "networks": ["ach"], "created": TIME, "updated": TIME,
                "accountDetails": {"accountNumber": "****7890", "routingNumber": "021000021", "accountType": "checking"},
                "accountOwner": {"accountHolderName": "Jane Smith", "relationship": "self"},
            }),
        )
    }

    /// A wallet on Base.
    pub fn wallet(id: &WalletId, customer: &CustomerId) -> Self {
        let address = "0x0Cd3dADeDC7B32FC212e9EAB2EF83c98e990aAFf";
        Self::new(
            "data",
            json!({
                "id": id, "customerId": customer, "address": address, "network": "base", "created": TIME,
                "updated": TIME,
            }),
        )
    }

    /// A quote for 500 US dollars by ACH, in USDC on Base.
    pub fn quote(id: &QuoteId, customer: &CustomerId) -> Self {
        Self::new(
            "data",
            json!({
                "id": id, "type": "on_ramp", "customerId": customer, "created": TIME,
                "expiresAt": "2026-03-09T20:51:31.305Z",
                "source": {"currency": "usd", "network": "ach", "amount": "500.00"},
                "destination": {"currency": "usdc", "network": "base", "amount": "498.50", "exchangeRate": "1.00"},
            }),
        )
    }

    /// A transfer. Set `externalId` to that of your intent with [`with`](Self::with).
    pub fn transfer(id: &TransferId, customer: &CustomerId, status: &TransferStatus) -> Self {
        Self::new(
            "data",
            json!({
                "id": id, "type": "on_ramp", "customer": customer, "status": status.as_str(), "created": TIME,
                "updated": TIME,
                "depositAccount": {
                    "type": "bank_account",
                    "bankDetails": {
                        "bankName": "Bank", "accountHolderName": "Payments Inc.", "accountNumber": "000123456789",
                        "routingNumber": "021000089", "memo": "A1B2C3D4E5",
                    },
                },
            }),
        )
    }

    /// Sets a member.
    ///
    /// # Panics
    ///
    /// If the value cannot be written as JSON.
    #[track_caller]
    pub fn with(mut self, member: &str, value: impl Serialize) -> Self {
        let Ok(value) = serde_json::to_value(value) else { panic!("`{member}` cannot be written as JSON") };
        self.members.insert(member.to_owned(), value);
        self
    }

    /// Adds a verification profile, in which nothing is listed.
    pub fn profile(mut self, name: impl Into<ProfileName>, status: impl Into<ProfileStatus>) -> Self {
        let (name, status) = (name.into(), status.into());
        let criteria = json!({"complete": [], "pending": [], "required": [], "errors": []});
        let profile = json!({"name": name, "status": status, "criteria": criteria});
        if let Some(Value::Array(profiles)) = self.members.get_mut("verificationProfiles") {
            profiles.push(profile);
        }
        self
    }

    /// Requires these of the profile that was added last.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[track_caller]
    pub fn required(self, criteria: impl IntoIterator<Item = CriterionName>) -> Self {
        self.listed("required", criteria.into_iter().map(|name| json!(name)))
    }

    /// Lists this among the errors of the profile that was added last.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[track_caller]
    pub fn failed(self, criterion: impl Into<CriterionName>, detail: &str) -> Self {
        self.listed("errors", [json!({"name": criterion.into(), "detail": detail})])
    }

    #[track_caller]
    fn listed(mut self, list: &str, entries: impl IntoIterator<Item = Value>) -> Self {
        let profiles = self.members.get_mut("verificationProfiles").and_then(Value::as_array_mut);
        let newest = profiles.and_then(|profiles| profiles.last_mut());
        let Some(Value::Array(found)) = newest.and_then(|profile| profile.get_mut("criteria")?.get_mut(list))
        else {
            panic!("there is no profile to add to: call `profile` before")
        };
        found.extend(entries);
        self
    }
}

/// 200 with the record.
impl From<Sample> for Reply {
    fn from(sample: Sample) -> Self {
        Self::json(200, &sample)
    }
}

impl Serialize for Sample {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.members.serialize(serializer)
    }
}

impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.members.keys()).finish()
    }
}

impl Reply {
    /// 200 with the only page of a list. Samples of one kind go together.
    pub fn page(samples: impl IntoIterator<Item = Sample>) -> Self {
        let samples: Vec<_> = samples.into_iter().collect();
        let list = samples.first().map_or("data", |sample| sample.list);
        let pagination = json!({
            "page": 1, "limit": 10, "total": samples.len(), "totalPages": 1, "hasNext": false, "hasPrevious": false,
        });
        Self::json(200, &json!({list: samples, "pagination": pagination}))
    }
}
