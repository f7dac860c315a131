//! Whether the face check was passed, as far as a profile says so.

use super::{Criteria, CriterionName, ProfileStatus};

/// What a verification profile says about the face check: a verdict, and the lists that it was read from.
///
/// No field and no event of the API says whether a face check was passed. So it is read from the criteria
/// `liveness_check` (the name until January 2026) and `liveness_report_document` (2026), in this order, since the lists
/// are not disjoint:
///
/// | the criterion is | verdict |
/// | --- | --- |
/// | in `errors` | [`Failed`](FaceCheckVerdict::Failed) |
/// | in `required` | [`Outstanding`](FaceCheckVerdict::Outstanding) |
/// | in `pending` | [`InReview`](FaceCheckVerdict::InReview) |
/// | in `complete` | [`Passed`](FaceCheckVerdict::Passed) |
/// | in no list | by the profile's status: `approved` passed, `pending` in review, `rejected` refused, else unknown |
///
/// What cannot be read is not true: with an unreadable entry in `errors`, `required` or `pending`, the verdict is
/// failed, outstanding or [`Unknown`](FaceCheckVerdict::Unknown); and that a check is in review is not concluded from
/// its absence if one of the lists is absent too.
///
/// That the hosted check clears `liveness_report_document` is inferred. A customer can have several profiles: ask each.
///
/// # Example
///
/// ```
/// use sphere_core::verification::{Criteria, CriterionName, FaceCheck, FaceCheckVerdict, ProfileStatus};
///
/// let mut criteria = Criteria::default();
/// criteria.required.push(CriterionName::LivenessCheck);
/// let check = FaceCheck::read(&ProfileStatus::Incomplete, &criteria);
/// assert_eq!(check.verdict(), FaceCheckVerdict::Outstanding);
/// assert!(check.is_required() && !check.is_complete());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaceCheck {
    verdict: FaceCheckVerdict,
    lists: Lists,
}

/// Result of reading a profile for the face check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaceCheckVerdict {
    /// The check was passed.
    Passed,
    /// The check was done, and is under review.
    InReview,
    /// The customer still has to do the check.
    Outstanding,
    /// The check failed and must be done again.
    Failed,
    /// No list has the check, and the profile was rejected.
    Refused,
    /// No list has the check and the status says nothing about it, or something that decides cannot be read.
    Unknown,
}

/// Which lists have the criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
// Four lists that are not disjoint: each is a fact of its own.
#[allow(clippy::struct_excessive_bools)]
struct Lists {
    errors: bool,
    required: bool,
    pending: bool,
    complete: bool,
}

impl FaceCheck {
    /// Reads the lists of a profile with this status.
    pub fn read(status: &ProfileStatus, criteria: &Criteria) -> Self {
        let has = |list: &[CriterionName]| list.iter().any(is_face_check);
        let lists = Lists {
            errors: criteria.errors.iter().any(|error| is_face_check(error.name())),
            required: has(&criteria.required),
            pending: has(&criteria.pending),
            complete: has(&criteria.complete),
        };
        Self { verdict: verdict(lists.errors, status, criteria), lists }
    }

    /// Whether the check was passed.
    pub fn verdict(self) -> FaceCheckVerdict {
        self.verdict
    }

    /// Whether the criterion is in `errors`.
    pub fn is_in_errors(self) -> bool {
        self.lists.errors
    }

    /// Whether the criterion is in `required`.
    pub fn is_required(self) -> bool {
        self.lists.required
    }

    /// Whether the criterion is in `pending`.
    pub fn is_pending(self) -> bool {
        self.lists.pending
    }

    /// Whether the criterion is in `complete`.
    pub fn is_complete(self) -> bool {
        self.lists.complete
    }
}

/// Whether this criterion is the face check, by any of its names.
pub(crate) fn is_face_check(name: &CriterionName) -> bool {
    matches!(name, CriterionName::LivenessCheck | CriterionName::LivenessReportDocument)
}

/// The verdict by the table of [`FaceCheck`]; `has_failed` says whether `errors` counts.
pub(crate) fn verdict(has_failed: bool, status: &ProfileStatus, criteria: &Criteria) -> FaceCheckVerdict {
    let has = |list: &[CriterionName]| list.iter().any(is_face_check);
    let unreadable = CriterionName::Unreadable;
    if has_failed {
        FaceCheckVerdict::Failed
    } else if has(&criteria.required) {
        FaceCheckVerdict::Outstanding
    } else if criteria.errors.iter().any(|error| *error.name() == unreadable)
        || criteria.required.contains(&unreadable)
        || criteria.pending.contains(&unreadable)
    {
        FaceCheckVerdict::Unknown
    } else if has(&criteria.pending) {
        FaceCheckVerdict::InReview
    } else if has(&criteria.complete) {
        FaceCheckVerdict::Passed
    } else {
        match status {
            ProfileStatus::Approved => FaceCheckVerdict::Passed,
            ProfileStatus::Pending if !criteria.is_partial => FaceCheckVerdict::InReview,
            ProfileStatus::Rejected => FaceCheckVerdict::Refused,
            _ => FaceCheckVerdict::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::CriterionError;
    use super::*;

    fn name() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "liveness_check",
            "liveness_report_document",
            "identity_document",
            "Liveness_check",
            "x",
            "",
        ])
    }

    proptest! {
        #[test]
        fn the_verdict_is_the_first_list_in_order(
            lists in vec(vec(name(), 0..4), 4),
            status in prop::sample::select(vec!["approved", "pending", "rejected", "incomplete", "new", ""]),
        ) {
            let names = |index: usize| lists[index].iter().map(|name| CriterionName::from(*name)).collect();
            let criteria = Criteria {
                errors: lists[0].iter().map(|name| CriterionError::new(*name, None)).collect(),
                required: names(1),
                pending: names(2),
                complete: names(3),
                is_partial: false,
            };
            let check = FaceCheck::read(&status.into(), &criteria);
            let found: Vec<bool> = lists.iter().map(|list| list.iter().any(|name| name.starts_with("liveness"))).collect();
            let expected = match (found.iter().position(|found| *found), status) {
                (Some(0), _) => FaceCheckVerdict::Failed,
                (Some(1), _) => FaceCheckVerdict::Outstanding,
                (Some(2), _) | (None, "pending") => FaceCheckVerdict::InReview,
                (Some(_), _) | (None, "approved") => FaceCheckVerdict::Passed,
                (None, "rejected") => FaceCheckVerdict::Refused,
                (None, _) => FaceCheckVerdict::Unknown,
            };
            prop_assert_eq!(check.verdict(), expected);
            let lists = [check.is_in_errors(), check.is_required(), check.is_pending(), check.is_complete()];
            prop_assert_eq!(&found, &lists);
        }
    }
}
