//! A report for programs: JSON, and a badge.

use serde_json::{Value, json};

use crate::aspect::Aspect;
use crate::report::{Outcome, Report, Tally, Verdict};

impl Report {
    /// The report as one JSON document: what `Display` shows, for programs.
    ///
    /// ```
    /// # use sphere_core::transport::blocking::Transport;
    /// # fn my_transport(_: &sphere_conformance::Setup) -> Box<dyn Transport> { unimplemented!() }
    /// use sphere_conformance::{Candidate, run};
    ///
    /// let report = run(&Candidate::blocking(my_transport), |_| false);
    /// assert!(report.to_json("mine 1.0").starts_with(r#"{"classification":{"#));
    /// ```
    pub fn to_json(&self, subject: &str) -> String {
        let report = json!({
            "subject": subject,
            "passed": self.passed(),
            "tally": tally(self.tally()),
            "wire": tally(self.tally_of(Aspect::Wire)),
            "classification": tally(self.tally_of(Aspect::Classification)),
            "contracts": self.outcomes().iter().map(outcome).collect::<Vec<_>>(),
        });
        report.to_string()
    }

    /// A badge that says how many contracts are kept, of those that were run, as JSON for
    /// [shields.io](https://shields.io/badges/endpoint-badge). It is green if none is broken, yellow if only
    /// *should* contracts are, red otherwise.
    pub fn to_badge(&self) -> String {
        let tally = self.tally();
        let run = self.outcomes().len() - tally.not_run;
        let color = match (tally.must_broken, tally.should_broken) {
            (0, 0) => "brightgreen",
            (0, _) => "yellow",
            _ => "red",
        };
        let message = format!("{} of {run} kept", tally.kept);
        let badge =
            json!({ "schemaVersion": 1, "label": "sphere conformance", "message": message, "color": color });
        badge.to_string()
    }
}

fn tally(tally: Tally) -> Value {
    json!({
        "kept": tally.kept,
        "must_broken": tally.must_broken,
        "should_broken": tally.should_broken,
        "deviations": tally.deviations,
        "not_run": tally.not_run,
    })
}

fn outcome(outcome: &Outcome) -> Value {
    let contract = outcome.contract();
    let (verdict, failure, reason) = match outcome.verdict() {
        Verdict::Kept => ("kept", None, None),
        Verdict::Broken { failure, .. } => ("broken", Some(failure), None),
        Verdict::Deviation { failure, reason } => ("deviation", Some(failure), Some(reason)),
        Verdict::NotRun { reason } => ("not_run", None, Some(reason)),
    };
    let mut shown = json!({
        "group": contract.group(),
        "name": contract.name(),
        "level": contract.level().to_string(),
        "aspect": outcome.aspect().to_string(),
        "verdict": verdict,
    });
    for (member, text) in [("failure", failure), ("reason", reason)] {
        if let Some(text) = text {
            shown[member] = json!(text);
        }
    }
    shown
}
