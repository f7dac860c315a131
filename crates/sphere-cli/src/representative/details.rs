//! What a representative is in the business, as options.

use sphere_core::RepresentationDetails;

#[derive(clap::Args)]
#[command(next_help_heading = "In the business")]
pub(crate) struct DetailsArguments {
    /// A role, such as ubo; may be repeated
    #[arg(long, value_name = "ROLE")]
    role: Vec<String>,

    /// How much of the business they own: a number, such as 50
    #[arg(long, value_name = "NUMBER")]
    ownership_percentage: Option<String>,

    /// The title in the business, such as CEO
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// Since when, such as 2020-01-31
    #[arg(long, value_name = "DATE")]
    relationship_established_at: Option<String>,

    /// Whether they control the business
    #[arg(long, value_name = "true|false")]
    control_person: Option<bool>,

    /// Whether they may sign for the business
    #[arg(long, value_name = "true|false")]
    signer: Option<bool>,
}

impl DetailsArguments {
    /// The details, if any is given.
    pub(super) fn details(&self) -> Option<RepresentationDetails> {
        let mut details = RepresentationDetails::new();
        if !self.role.is_empty() {
            details = details.with_roles(&self.role);
        }
        if let Some(number) = &self.ownership_percentage {
            details = details.with_ownership_percentage(number);
        }
        if let Some(title) = &self.title {
            details = details.with_title(title);
        }
        if let Some(date) = &self.relationship_established_at {
            details = details.with_relationship_established_at(date);
        }
        if let Some(is_control_person) = self.control_person {
            details = details.with_is_control_person(is_control_person);
        }
        if let Some(is_signer) = self.signer {
            details = details.with_is_signer(is_signer);
        }
        let is_given = details.member_names().next().is_some();
        is_given.then_some(details)
    }
}
