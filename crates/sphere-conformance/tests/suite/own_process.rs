//! Contracts about descriptors run in a process of their own, tell what they found, and otherwise say that they did
//! not.

use std::fs::File;
use std::sync::Mutex;

use sphere_conformance::{Candidate, run};
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{TransportError, TransportRequest, TransportResponse};

use crate::minimal::Minimal;

/// It keeps a file open for each call.
#[derive(Default)]
struct Hoarder(Minimal, Mutex<Vec<File>>);

impl Transport for Hoarder {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        self.1.lock().unwrap().extend(File::open("/dev/null"));
        self.0.send(request)
    }
}

const CONTRACT: &str = "ended_runtimes_leave_no_descriptor";

fn hoarder() -> Candidate {
    Candidate::blocking(|_| Hoarder::default())
}

#[test]
#[ignore = "run by the test below, in a process of its own"]
fn ended_runtimes_leave_no_descriptor() {
    sphere_conformance::check(&hoarder().in_tests_of(module_path!()), CONTRACT);
}

#[test]
fn growing_number_of_descriptors_is_found() {
    let report = run(&hoarder().in_tests_of(module_path!()), |contract| contract.name() == CONTRACT);
    let failure = report.broken().next().and_then(|outcome| outcome.failure()).unwrap_or_default();
    assert!(failure.starts_with("after 7 runtimes at most "), "{report}");
}

#[test]
fn without_tests_they_are_not_run() {
    let report = run(&hoarder(), |contract| contract.group() == "descriptors");
    let reason = "it needs a process with few descriptors, which only the tests of `suite!` start";
    assert_eq!(report.tally().not_run, report.outcomes().len());
    assert!(report.outcomes().iter().all(|outcome| outcome.to_string().ends_with(reason)), "{report}");
}

#[test]
#[should_panic(expected = "did not run in a process of its own")]
fn contract_without_a_test_fails() {
    let name = "missing_descriptor_is_a_setup_error";
    sphere_conformance::check(&hoarder().in_tests_of(module_path!()), name);
}
