//! The criteria of a person's verification: what is complete, still required, or failed.

use serde::Serialize;

/// The criterion of the face check and of the liveness report, by its name of 2026.
pub(crate) const LIVENESS: &str = "liveness_report_document";
/// The criterion of the terms of service.
pub(crate) const TERMS: &str = "terms_of_service";
/// The criterion of the identity document.
pub(crate) const IDENTITY: &str = "identity_document";
/// The criterion of the tax number.
pub(crate) const TAX_NUMBER: &str = "tax_identification_number";
/// The criterion of the document that proves an address.
pub(crate) const PROOF_OF_ADDRESS: &str = "proof_of_address_document";

/// What a reviewer looks at, so what stays under review if the review does not end.
const REVIEWED: [&str; 3] = [IDENTITY, LIVENESS, PROOF_OF_ADDRESS];

/// How far one criterion has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Complete,
    Required,
    /// Failed, with what to correct.
    Failed(&'static str),
}

/// Criteria in a fixed order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Criteria(Vec<(&'static str, Progress)>);

/// The four lists of a profile, as the contract names them.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Lists {
    pub(crate) complete: Vec<&'static str>,
    pub(crate) pending: Vec<&'static str>,
    pub(crate) required: Vec<&'static str>,
    pub(crate) errors: Vec<CriterionError>,
}

/// An entry of the list `errors`.
#[derive(Debug, Serialize)]
pub(crate) struct CriterionError {
    pub(crate) name: &'static str,
    pub(crate) detail: &'static str,
}

impl Criteria {
    pub(crate) fn new(complete: &[&'static str], required: &[&'static str]) -> Self {
        let complete = complete.iter().map(|name| (*name, Progress::Complete));
        Self(complete.chain(required.iter().map(|name| (*name, Progress::Required))).collect())
    }

    /// Adds a criterion that is still required, unless it is listed already.
    pub(crate) fn require(&mut self, name: &'static str) {
        if self.get(name).is_none() {
            self.0.push((name, Progress::Required));
        }
    }

    /// Moves a criterion. One that is not listed is not part of this verification and stays out.
    pub(crate) fn set(&mut self, name: &str, progress: Progress) {
        if let Some(entry) = self.0.iter_mut().find(|(listed, _)| *listed == name) {
            entry.1 = progress;
        }
    }

    pub(crate) fn complete_all(&mut self) {
        for (_, progress) in &mut self.0 {
            *progress = Progress::Complete;
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<Progress> {
        self.0.iter().find(|(listed, _)| *listed == name).map(|(_, progress)| *progress)
    }

    pub(crate) fn are_complete(&self) -> bool {
        self.0.iter().all(|(_, progress)| *progress == Progress::Complete)
    }

    /// The lists of a profile. `in_review`: what a reviewer looks at is pending and not complete.
    pub(crate) fn lists(&self, in_review: bool) -> Lists {
        let mut lists = Lists::default();
        for (name, progress) in &self.0 {
            match progress {
                Progress::Complete if in_review && REVIEWED.contains(name) => lists.pending.push(name),
                Progress::Complete => lists.complete.push(name),
                Progress::Required => lists.required.push(name),
                Progress::Failed(detail) => lists.errors.push(CriterionError { name, detail }),
            }
        }
        lists
    }
}
