//! What a representative is in the business.

use crate::json::members::{Members, debug_names, text_members, with_members};

/// What a representative is in the business, in requests and in responses. `Debug` shows the names of its members only.
///
/// Source: the contract's `RepresentationDetails` (certain; no member is required).
///
/// # Example
///
/// ```
/// use sphere_core::endpoints::RepresentationDetails;
///
/// let details = RepresentationDetails::new()
///     .with_roles(["ubo"])
///     .with_ownership_percentage("50")
///     .with_is_signer(true);
/// assert_eq!(details.roles().as_deref(), Some(&["ubo".to_owned()][..]));
/// ```
#[derive(Clone, Default)]
pub struct RepresentationDetails {
    members: Members,
}

impl RepresentationDetails {
    /// Without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `roles`. Seen: `ubo`. An open set.
    pub fn with_roles<R: Into<String>>(mut self, roles: impl IntoIterator<Item = R>) -> Self {
        let roles: Vec<String> = roles.into_iter().map(Into::into).collect();
        self.members.set_json("roles", &roles);
        self
    }

    /// Sets `isControlPerson`.
    pub fn with_is_control_person(mut self, is_control_person: bool) -> Self {
        self.members.set_json("isControlPerson", &is_control_person);
        self
    }

    /// Sets `isSigner`.
    pub fn with_is_signer(mut self, is_signer: bool) -> Self {
        self.members.set_json("isSigner", &is_signer);
        self
    }

    /// The member `roles`, if it is there and a list of strings.
    pub fn roles(&self) -> Option<Vec<String>> {
        self.members.read("roles")
    }

    /// The member `isControlPerson`, if it is there and a boolean.
    pub fn is_control_person(&self) -> Option<bool> {
        self.members.read("isControlPerson")
    }

    /// The member `isSigner`, if it is there and a boolean.
    pub fn is_signer(&self) -> Option<bool> {
        self.members.read("isSigner")
    }
}

text_members! {
    RepresentationDetails {
        /// A number as text, such as `50`.
        with_ownership_percentage, ownership_percentage = "ownershipPercentage";
        /// A date, such as `2020-01-31`.
        with_relationship_established_at, relationship_established_at = "relationshipEstablishedAt";
        with_title, title = "title";
    }
}

with_members!(RepresentationDetails);
debug_names!(RepresentationDetails);

impl From<Members> for RepresentationDetails {
    fn from(members: Members) -> Self {
        Self { members }
    }
}
