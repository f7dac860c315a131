//! A customer or representative as a test sees them: it scripts their outcome and acts for them.

use std::fmt;

use crate::world::{CheckState, Outcome, Purpose, World};

/// A customer or representative that was created through the API; from
/// [`Sandbox::customer`](crate::Sandbox::customer) and
/// [`Sandbox::representative`](crate::Sandbox::representative).
///
/// ```no_run
/// use sphere_sandbox::{CheckState, Outcome, Sandbox};
///
/// let sandbox = Sandbox::start()?;
/// # let id = "customer_f31121c389624d3697cbf3ea8830b7a4";
/// // … the code under test creates a customer. Then the test plays the customer and the reviewer:
/// let customer = sandbox.customer(id);
/// customer.outcome(Outcome::Rejected);
/// customer.accept_terms();
/// customer.finish_face_check(CheckState::Passed);
/// # Ok::<(), sphere_sandbox::StartError>(())
/// ```
pub struct Person<'a> {
    world: &'a World,
    id: String,
}

impl<'a> Person<'a> {
    pub(crate) fn new(world: &'a World, id: &str) -> Self {
        Self { world, id: id.to_owned() }
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Chooses how the review ends. A review that has ended already ends anew.
    pub fn outcome(&self, outcome: Outcome) -> &Self {
        self.world.people(|people, _| {
            if let Some(person) = people.get_mut(&self.id) {
                person.outcome = outcome;
            }
        });
        self
    }

    /// Accepts the terms of service, as the button of their page does.
    pub fn accept_terms(&self) -> &Self {
        self.world.finish(Purpose::Terms, &self.id, CheckState::Passed);
        self
    }

    /// Ends the face check in this way, as a button of its page does.
    pub fn finish_face_check(&self, state: CheckState) -> &Self {
        self.world.finish(Purpose::FaceCheck, &self.id, state);
        self
    }

    /// Does everything on the page of the onboarding link, as its button does.
    pub fn finish_onboarding(&self) -> &Self {
        self.world.finish(Purpose::Onboarding, &self.id, CheckState::Passed);
        self
    }

    /// The status of the verification profiles: `incomplete`, `pending`, `approved` or `rejected`.
    pub fn status(&self) -> &'static str {
        self.world.people(|people, _| people.get(&self.id).map_or("incomplete", |person| person.status()))
    }
}

/// Shows the id.
impl fmt::Debug for Person<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").field("id", &self.id).finish_non_exhaustive()
    }
}
