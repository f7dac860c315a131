//! How a verification ends: chosen by a test, by a button of the start page, or by an e-mail address.

/// How a person's review ends once nothing is required any more.
///
/// SpherePay documents no way to choose an outcome. This is the sandbox's own. A test chooses with
/// [`Person::outcome`](crate::Person::outcome), somebody at a keyboard with the e-mail address: see
/// [`MAGIC_TAGS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The profile becomes `approved` as soon as every criterion is complete.
    #[default]
    Approved,
    /// The profile becomes `rejected` as soon as every criterion is complete.
    Rejected,
    /// The profile stays `pending`, and what a reviewer looks at (identity document, liveness) is in the list
    /// `pending`. Another outcome ends the review.
    StaysPending,
    /// The first identity document is refused: its criterion moves to `errors`. The next upload is accepted, and
    /// then the profile becomes `approved`.
    DocumentRefusedOnce,
}

/// A word in an e-mail address that chooses what happens to the person; see [`MAGIC_TAGS`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct MagicTag {
    /// The word. It stands between a `+` and the next `+` or the `@`.
    pub tag: &'static str,
    /// What it does.
    pub effect: &'static str,
    /// The outcome that it chooses; `None` if it changes something else.
    pub outcome: Option<Outcome>,
}

/// Words in an e-mail address that choose what happens to a customer or representative, for example
/// `jane+rejected@example.com`. Several can be combined: `jane+codes+rejected@example.com`.
///
/// | tag | effect |
/// | --- | --- |
/// | `rejected` | [`Outcome::Rejected`] |
/// | `pending` | [`Outcome::StaysPending`] |
/// | `document-refused` | [`Outcome::DocumentRefusedOnce`] |
/// | `codes` | `email_verification` and `phone_verification` are required |
pub const MAGIC_TAGS: &[MagicTag] = &[
    MagicTag { tag: "rejected", effect: "the review ends with `rejected`", outcome: Some(Outcome::Rejected) },
    MagicTag { tag: "pending", effect: "the review does not end", outcome: Some(Outcome::StaysPending) },
    MagicTag {
        tag: "document-refused",
        effect: "the first identity document is refused",
        outcome: Some(Outcome::DocumentRefusedOnce),
    },
    MagicTag { tag: CODES, effect: "one-time codes are required for e-mail and phone", outcome: None },
];

const CODES: &str = "codes";

/// The outcome that an e-mail address chooses.
pub(crate) fn outcome_for(email: &str) -> Outcome {
    let chosen = MAGIC_TAGS.iter().find(|magic| magic.outcome.is_some() && has_tag(email, magic.tag));
    chosen.and_then(|magic| magic.outcome).unwrap_or_default()
}

/// Whether an e-mail address asks for one-time codes.
pub(crate) fn needs_codes(email: &str) -> bool {
    has_tag(email, CODES)
}

fn has_tag(email: &str, tag: &str) -> bool {
    let local = email.split_once('@').map_or(email, |(local, _)| local);
    local.split('+').skip(1).any(|word| word == tag)
}

#[cfg(test)]
mod tests {
    use super::{MAGIC_TAGS, Outcome, needs_codes, outcome_for};

    #[test]
    fn tags_stand_between_plus_and_at() {
        for (email, outcome) in [
            ("jane@example.com", Outcome::Approved),
            ("rejected@example.com", Outcome::Approved),
            ("jane@x+rejected.com", Outcome::Approved),
            ("jane+rejectedly@example.com", Outcome::Approved),
            ("jane+rejected@example.com", Outcome::Rejected),
            ("jane+codes+pending@example.com", Outcome::StaysPending),
            ("jane+document-refused@example.com", Outcome::DocumentRefusedOnce),
        ] {
            assert_eq!(outcome_for(email), outcome, "{email}");
        }
        assert!(needs_codes("jane+codes+pending@example.com"));
        assert!(!needs_codes("codes@example.com"));
        assert_eq!(MAGIC_TAGS.len(), 4);
    }
}
