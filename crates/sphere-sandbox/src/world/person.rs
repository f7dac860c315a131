//! The record of a customer or representative: what was sent about them, and how far their verification has come.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    Model,
    code::{Channel, Code},
    criteria::{Criteria, IDENTITY, LIVENESS, Lists, PROOF_OF_ADDRESS, Progress, TAX_NUMBER, TERMS},
    links::{CheckState, Purpose},
    outcome::{self, Outcome},
};

/// What a person is to SpherePay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Individual,
    Business,
    /// An individual of the onboarding-link flow. The hosted page does everything for them.
    Onboarding,
    Representative {
        customer: String,
    },
}

/// What the sandbox knows about a customer or representative.
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    /// What was sent, as JSON. Validated when it came in.
    pub(crate) members: Map<String, Value>,
    pub(crate) criteria: Criteria,
    pub(crate) outcome: Outcome,
    /// The last code that was sent and not used yet.
    pub(crate) code: Option<Code>,
    sides: Vec<String>,
    document_was_refused: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Record {
    pub(crate) fn new(
        id: String,
        kind: Kind,
        model: Model,
        members: Map<String, Value>,
        now: Timestamp,
    ) -> Self {
        let mut criteria = match kind {
            Kind::Business => Criteria::new(&["email_address", "phone_number"], &[PROOF_OF_ADDRESS]),
            _ => Criteria::new(
                &["email_address", "phone_number", "residential_address"],
                &[TAX_NUMBER, IDENTITY, LIVENESS],
            ),
        };
        if model == Model::SphereManaged && kind == Kind::Individual {
            criteria.require(TERMS);
        }
        let email = members.get("email").and_then(Value::as_str).unwrap_or_default();
        if outcome::needs_codes(email) {
            criteria.require(Channel::Email.criterion());
            criteria.require(Channel::Phone.criterion());
        }
        let outcome = outcome::outcome_for(email);
        let mut person = Self {
            id,
            kind,
            members,
            criteria,
            outcome,
            code: None,
            sides: Vec::new(),
            document_was_refused: false,
            created_at: now,
            updated_at: now,
        };
        person.read_tax_number();
        person
    }

    /// The text at a JSON Pointer without escapes.
    pub(crate) fn text(&self, pointer: &str) -> Option<&str> {
        let mut names = pointer.split('/').skip(1);
        let first = self.members.get(names.next()?)?;
        names.try_fold(first, |value, name| value.get(name))?.as_str()
    }

    /// Replaces the named members, as `PATCH` does.
    pub(crate) fn update(&mut self, members: Map<String, Value>, now: Timestamp) {
        self.members.extend(members);
        self.updated_at = now;
        self.read_tax_number();
    }

    fn read_tax_number(&mut self) {
        if self.text("/personalInformation/taxIdentificationNumber").is_some() {
            self.criteria.set(TAX_NUMBER, Progress::Complete);
        }
    }

    /// What happened on a hosted page.
    pub(crate) fn finish(&mut self, purpose: Purpose, state: CheckState, now: Timestamp) {
        match (purpose, state) {
            (Purpose::FaceCheck, CheckState::Passed) => self.criteria.set(LIVENESS, Progress::Complete),
            (Purpose::FaceCheck, CheckState::Failed) => {
                self.criteria.set(LIVENESS, Progress::Failed("The face check failed"));
            }
            (Purpose::Terms, CheckState::Passed) => self.criteria.set(TERMS, Progress::Complete),
            (Purpose::Onboarding, CheckState::Passed) if self.kind == Kind::Onboarding => {
                self.criteria.complete_all();
            }
            _ => return,
        }
        self.updated_at = now;
    }

    /// Stores an identity document. A two-sided one is complete when both sides are there.
    pub(crate) fn store_identity_document(&mut self, side: Option<&str>, now: Timestamp) {
        self.updated_at = now;
        if let Some(side) = side {
            if !self.sides.iter().any(|stored| stored == side) {
                self.sides.push(side.to_owned());
            }
            if self.sides.len() < 2 {
                return;
            }
        }
        if self.outcome == Outcome::DocumentRefusedOnce && !self.document_was_refused {
            self.document_was_refused = true;
            self.sides.clear();
            self.criteria.set(IDENTITY, Progress::Failed("The document could not be read"));
        } else {
            self.criteria.set(IDENTITY, Progress::Complete);
        }
    }

    /// Completes a criterion.
    pub(crate) fn complete(&mut self, criterion: &str, now: Timestamp) {
        self.criteria.set(criterion, Progress::Complete);
        self.updated_at = now;
    }

    /// The status of each profile: all of them share the criteria.
    pub(crate) fn status(&self) -> &'static str {
        if !self.criteria.are_complete() {
            return "incomplete";
        }
        match self.outcome {
            Outcome::Approved | Outcome::DocumentRefusedOnce => "approved",
            Outcome::Rejected => "rejected",
            Outcome::StaysPending => "pending",
        }
    }

    /// The four lists of each profile.
    pub(crate) fn lists(&self) -> Lists {
        self.criteria.lists(self.outcome == Outcome::StaysPending)
    }

    /// The profiles by name. A customer in Brazil has the one for BRL besides.
    fn profiles(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Business => &["kyb_profile_a"],
            Kind::Representative { .. } => &["ubo_kyc_profile_a"],
            _ if self.text("/address/country") == Some("BRA") => &["kyc_profile_a", "kyc_profile_b"],
            _ => &["kyc_profile_a"],
        }
    }

    /// The JSON that the API shows. It never has the tax number, and the address for representatives only.
    pub(crate) fn view(&self) -> Value {
        let criteria = self.lists();
        let profiles = self.profiles().iter();
        let profiles: Vec<_> = profiles
            .map(|name| json!({"name": name, "status": self.status(), "criteria": criteria}))
            .collect();
        let mut view = Map::new();
        let mut put = |name: &str, value: Value| view.insert(name.to_owned(), value);
        put("id", json!(self.id));
        for name in ["type", "email", "phone", "meta", "representationDetails"] {
            if let Some(value) = self.members.get(name) {
                put(name, value.clone());
            }
        }
        match &self.kind {
            Kind::Representative { customer } => {
                put("customerId", json!(customer));
                put("address", self.members.get("address").cloned().unwrap_or_default());
            }
            Kind::Individual | Kind::Onboarding => {
                let accepted = self.criteria.get(TERMS) == Some(Progress::Complete);
                put("tosStatus", json!(if accepted { "approved" } else { "incomplete" }));
                if let Some(Value::Object(information)) = self.members.get("personalInformation") {
                    let mut shown = information.clone();
                    shown.remove("taxIdentificationNumber");
                    for name in ["firstName", "lastName", "dateOfBirth"] {
                        if let Some(value) = shown.remove(name) {
                            put(name, value);
                        }
                    }
                    put("personalInformation", Value::Object(shown));
                }
            }
            Kind::Business => {}
        }
        put("verificationProfiles", json!(profiles));
        put("createdAt", json!(format!("{:.3}", self.created_at)));
        put("updatedAt", json!(format!("{:.3}", self.updated_at)));
        Value::Object(view)
    }
}
