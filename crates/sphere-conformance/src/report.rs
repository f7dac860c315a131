//! What a run of the suite found out: the outcome of each contract, a tally, and a verdict.

use std::fmt;

use crate::aspect::Aspect;
use crate::contract::{Contract, Level};

/// The outcome of a run. Its `Display` text has one line for each contract, and ends with the tally.
#[derive(Clone, Debug)]
pub struct Report {
    pub(crate) outcomes: Vec<Outcome>,
}

/// The outcome of one contract.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub(crate) contract: Contract,
    pub(crate) verdict: Verdict,
}

/// Whether a transport keeps a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The transport keeps it.
    Kept,
    /// The transport breaks it, or keeps it although it is declared as a deviation.
    #[non_exhaustive]
    Broken {
        /// What is wrong, as a sentence.
        failure: String,
        /// Whether it is the transport's behaviour or only an error's kind or delivery.
        aspect: Aspect,
    },
    /// The transport breaks it, as was declared.
    #[non_exhaustive]
    Deviation {
        /// Why, as was declared.
        reason: String,
        /// How it fails, as a sentence.
        failure: String,
    },
    /// Its group was left out, so nothing is known.
    #[non_exhaustive]
    NotRun {
        /// Why.
        reason: String,
    },
}

/// How many contracts have which [`Verdict`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Contracts that are kept.
    pub kept: usize,
    /// *Must* contracts that are broken.
    pub must_broken: usize,
    /// *Should* contracts that are broken.
    pub should_broken: usize,
    /// Contracts that are broken as declared.
    pub deviations: usize,
    /// Contracts that were not run.
    pub not_run: usize,
}

impl Report {
    /// The outcome of each contract, in the order of [`contracts`](crate::contracts).
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// The outcomes of the contracts that are broken.
    pub fn broken(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| outcome.failure().is_some())
    }

    /// How many contracts have which verdict.
    pub fn tally(&self) -> Tally {
        tally(self.outcomes.iter())
    }

    /// The same for the outcomes that are about this aspect.
    pub fn tally_of(&self, aspect: Aspect) -> Tally {
        tally(self.outcomes.iter().filter(|outcome| outcome.aspect() == aspect))
    }

    /// Whether no *must* contract is broken. Broken *should* contracts, declared deviations and contracts that
    /// were not run are in the report, but do not change this.
    pub fn passed(&self) -> bool {
        self.tally().must_broken == 0
    }
}

fn tally<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Tally {
    let mut tally = Tally::default();
    for outcome in outcomes {
        *match (&outcome.verdict, outcome.contract.level()) {
            (Verdict::Kept, _) => &mut tally.kept,
            (Verdict::Broken { .. }, Level::Must) => &mut tally.must_broken,
            (Verdict::Broken { .. }, Level::Should) => &mut tally.should_broken,
            (Verdict::Deviation { .. }, _) => &mut tally.deviations,
            (Verdict::NotRun { .. }, _) => &mut tally.not_run,
        } += 1;
    }
    tally
}

impl Outcome {
    /// The contract.
    pub fn contract(&self) -> Contract {
        self.contract
    }

    /// Whether the transport keeps it.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// What is wrong, as a sentence, if it is broken.
    pub fn failure(&self) -> Option<&str> {
        match &self.verdict {
            Verdict::Broken { failure, .. } => Some(failure),
            _ => None,
        }
    }

    /// What the contract is about. If it is broken: whether the transport's behaviour is wrong, or only the kind
    /// or delivery of its error.
    pub fn aspect(&self) -> Aspect {
        match &self.verdict {
            Verdict::Broken { aspect, .. } => *aspect,
            _ => self.contract.aspect(),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let contract = self.contract;
        match (&self.verdict, contract.level()) {
            (Verdict::Kept, _) => write!(f, "kept      {contract:?}"),
            (Verdict::Broken { failure, aspect }, Level::Must) => {
                write!(f, "BROKEN    {contract:?} (must, {aspect})\n          {failure}")
            }
            (Verdict::Broken { failure, aspect }, Level::Should) => {
                write!(f, "broken    {contract:?} (should, {aspect})\n          {failure}")
            }
            (Verdict::Deviation { reason, failure }, _) => {
                write!(f, "deviation {contract:?}: {reason}\n          {failure}")
            }
            (Verdict::NotRun { reason }, _) => write!(f, "not run   {contract:?}: {reason}"),
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} kept, {} broken ({} must, {} should), {} deviations, {} not run",
            self.kept,
            self.must_broken + self.should_broken,
            self.must_broken,
            self.should_broken,
            self.deviations,
            self.not_run
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for outcome in &self.outcomes {
            writeln!(f, "{outcome}")?;
        }
        for aspect in [Aspect::Wire, Aspect::Classification] {
            writeln!(f, "{aspect}: {}", self.tally_of(aspect))?;
        }
        let verdict = if self.passed() { "passed" } else { "FAILED" };
        write!(f, "{verdict}: {}", self.tally())
    }
}
