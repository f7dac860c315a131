//! What a record means for a wait: pure, and the same for both clients.

use super::cadence::Cadence;
use super::state::{WaitState, fingerprint};
use crate::clock::Moment;
use crate::verification::{
    CriterionName, FaceCheckVerdict, ProfileName, ProfileStatus, VerificationProfile, is_face_check, verdict,
};

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// Liveness has left `required`.
    FaceCheck,
    /// The profile is approved or rejected.
    Approval,
}

/// What a record means for the wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Decided,
    CorrectionNeeded,
    NotYet,
}

/// A wait in progress.
#[derive(Debug)]
pub(super) struct Machine {
    goal: Goal,
    /// Empty: all that there are.
    profiles: Vec<ProfileName>,
    state: WaitState,
    pub(super) cadence: Cadence,
}

impl Machine {
    pub(super) fn new(goal: Goal, profiles: Vec<ProfileName>, state: WaitState, cadence: Cadence) -> Self {
        Self { goal, profiles, state, cadence }
    }

    /// Takes what was read.
    pub(super) fn received(&mut self, profiles: &[VerificationProfile], now: Moment) -> Verdict {
        self.cadence.received(now);
        let is_selected = |profile: &&VerificationProfile| {
            self.profiles.is_empty() || self.profiles.iter().any(|name| profile.may_be(name))
        };
        let selected: Vec<_> = profiles.iter().filter(is_selected).collect();
        let (mut entries, mut has_new) = (Vec::new(), false);
        for profile in &selected {
            for error in &profile.criteria().errors {
                let entry = fingerprint(profile.name(), error);
                let matters = self.goal == Goal::Approval
                    || is_face_check(error.name())
                    || *error.name() == CriterionName::Unreadable;
                has_new |= matters && !self.state.has_seen(entry);
                entries.push(entry);
            }
        }
        self.state = WaitState::of(entries);
        let has_all = self.profiles.iter().all(|name| selected.iter().any(|profile| profile.name() == name));
        if has_new {
            Verdict::CorrectionNeeded
        } else if has_all && !selected.is_empty() && selected.iter().all(|profile| self.is_decided(profile)) {
            Verdict::Decided
        } else {
            Verdict::NotYet
        }
    }

    /// Whether the profile is where the wait wants it, errors aside: those that it still has were seen before.
    fn is_decided(&self, profile: &VerificationProfile) -> bool {
        // Nobody knows whose status it is.
        if *profile.name() == ProfileName::Unreadable {
            return false;
        }
        match self.goal {
            Goal::Approval => matches!(profile.status(), ProfileStatus::Approved | ProfileStatus::Rejected),
            Goal::FaceCheck => !matches!(
                verdict(false, profile.status(), profile.criteria()),
                FaceCheckVerdict::Outstanding | FaceCheckVerdict::Unknown
            ),
        }
    }

    pub(super) fn has_read(&self) -> bool {
        self.state.has_read()
    }

    pub(super) fn state(&self) -> WaitState {
        self.state.clone()
    }
}
