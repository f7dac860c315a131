//! Both backends keep every contract as subjects in another process.

use std::process::Command;

use sphere_conformance::{Remote, Verdict, run_all};

/// All contracts are kept, but those about futures and descriptors, which are not run.
#[track_caller]
fn keeps_every_contract(program: &str, name: &str) {
    let subject = Remote::start(Command::new(program)).unwrap();
    assert_eq!(subject.name(), Some(name));
    let report = run_all(&subject.candidate());
    for outcome in report.outcomes() {
        let contract = outcome.contract();
        let needs_the_same_process = contract.is_async_only() || contract.group() == "descriptors";
        let is_expected = match outcome.verdict() {
            Verdict::Kept => !needs_the_same_process,
            Verdict::NotRun { .. } => needs_the_same_process,
            _ => false,
        };
        assert!(is_expected, "{report}");
    }
    assert!(report.tally().kept > 100, "{report}");
}

#[test]
fn hyper_keeps_every_contract_in_another_process() {
    keeps_every_contract(env!("CARGO_BIN_EXE_subject-hyper"), "sphere-hyper");
}

#[test]
fn ureq_keeps_every_contract_in_another_process() {
    keeps_every_contract(env!("CARGO_BIN_EXE_subject-ureq"), "sphere-ureq");
}
