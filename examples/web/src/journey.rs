//! Which step is next, as SpherePay sees it: read from the customer's verification profile, and from nothing else.

use sphere_core::Customer;
use sphere_core::verification::{CriterionName, NextStep, ProfileName};

use crate::Model;

/// The profile that this platform needs: it unlocks USD and EUR.
pub(crate) const PROFILE: ProfileName = ProfileName::KycProfileA;

/// A step of the journey, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Details,
    /// Only for customers of whom SpherePay asks for it, so it counts as a part of the details.
    Codes,
    Terms,
    Document,
    Face,
    Review,
}

impl Step {
    /// The steps that everybody takes, by model.
    pub(crate) fn all(model: Model) -> &'static [Self] {
        match model {
            Model::SphereManaged => &[Self::Details, Self::Terms, Self::Document, Self::Face, Self::Review],
            Model::PlatformManaged => &[Self::Details, Self::Document, Self::Face, Self::Review],
        }
    }

    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Details => "/details",
            Self::Codes => "/codes",
            Self::Terms => "/terms",
            Self::Document => "/document",
            Self::Face => "/face",
            Self::Review => "/review",
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Details => "Your details",
            Self::Codes => "Codes",
            Self::Terms => "Terms of service",
            Self::Document => "Identity document",
            Self::Face => "Face check",
            Self::Review => "Review",
        }
    }

    /// The step that completes a criterion; `None` if no page of ours does.
    pub(crate) fn completing(criterion: &CriterionName) -> Option<Self> {
        match criterion {
            CriterionName::ResidentialAddress | CriterionName::TaxIdentificationNumber => Some(Self::Details),
            CriterionName::EmailVerification | CriterionName::PhoneVerification => Some(Self::Codes),
            CriterionName::TermsOfService => Some(Self::Terms),
            CriterionName::IdentityDocument => Some(Self::Document),
            CriterionName::LivenessCheck | CriterionName::LivenessReportDocument => Some(Self::Face),
            _ => None,
        }
    }
}

/// What the customer has to do next.
pub(crate) fn next(customer: &Customer) -> NextStep {
    customer.next_step(&[PROFILE])
}

/// The page for it.
pub(crate) fn path(next: &NextStep) -> &'static str {
    step(next).unwrap_or(Step::Review).path()
}

/// The step of ours in which it is done; `None` if none is, or nothing is to be done.
pub(crate) fn step(next: &NextStep) -> Option<Step> {
    match next {
        NextStep::SupplyDetails(_) => Some(Step::Details),
        NextStep::VerifyContact(_) => Some(Step::Codes),
        NextStep::AcceptTerms => Some(Step::Terms),
        NextStep::UploadIdentityDocument => Some(Step::Document),
        NextStep::DoFaceCheck => Some(Step::Face),
        _ => None,
    }
}

/// What a step's page must know.
pub(crate) enum Need {
    /// The step is required.
    Required,
    /// It failed, and why, if SpherePay says so.
    Failed(Option<String>),
}

/// Whether a step has something to do; `None` if it is done.
pub(crate) fn need(customer: &Customer, step: Step) -> Option<Need> {
    let criteria = customer.verification_profile(&PROFILE)?.criteria();
    let failed = criteria.errors.iter().find(|error| Step::completing(error.name()) == Some(step));
    let is_required = || criteria.required.iter().any(|name| Step::completing(name) == Some(step));
    match failed {
        Some(error) => Some(Need::Failed(error.detail().map(str::to_owned))),
        None => is_required().then_some(Need::Required),
    }
}

/// Whether SpherePay still asks for this criterion, or asks for it again.
pub(crate) fn is_required(customer: &Customer, name: &CriterionName) -> bool {
    customer.verification_profile(&PROFILE).is_some_and(|profile| {
        let criteria = profile.criteria();
        criteria.required.contains(name) || criteria.errors.iter().any(|error| error.name() == name)
    })
}

#[cfg(test)]
mod tests {
    use sphere_core::testing::{FakeTransport, Reply};
    use sphere_core::{ApiKey, Config, CustomerId, blocking};
    use sphere_meanings::{Case, DAMAGES, ID};

    use super::*;

    #[test]
    fn no_damage_shows_the_page_of_the_verified() {
        let id = CustomerId::new(ID).unwrap();
        let mut random = fastrand::Rng::with_seed(20);
        for damage in DAMAGES.into_iter().cycle().take(10_000) {
            let Some(case) = Case::draw(damage, &mut random) else { continue };
            let is_approved = |body: &serde_json::Value| {
                let reply = Reply::status(200).body("application/json", body.to_string());
                let transport = FakeTransport::always(reply);
                let config = Config::builder(ApiKey::new("sk_test_1").unwrap()).build().unwrap();
                let client = blocking::Client::new(config, transport.clone(), transport.clock());
                let customer = client.get_customer(&id).send();
                customer.is_ok_and(|customer| next(&customer) == NextStep::Approved)
            };
            assert!(case.may_mean(is_approved(&case.before)) || !is_approved(&case.after), "{case}");
        }
    }
}
