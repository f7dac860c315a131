//! What can be declared about a transport, what the report says about it, and that no declaration hides a fault.

#[path = "minimal/mod.rs"]
mod minimal;

use sphere_conformance::{Candidate, Level, Verdict, contracts, run};
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{TransportError, TransportRequest, TransportResponse};

use minimal::Minimal;

/// It opens a connection for each call.
struct Forgetful;

impl Transport for Forgetful {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        Minimal::default().send(request)
    }
}

/// The whole suite for a transport that opens a connection for each call, as declared.
mod forgetful {
    sphere_conformance::suite!(
        blocking,
        |_| super::Forgetful,
        deviations: {
            sequential_calls_share_a_connection: "it keeps no connection",
            error_statuses_keep_the_connection: "it keeps no connection",
        },
        without: {
            tls: "it supports plain http only",
            alerts: "it supports plain http only",
            limits: "it has its own limits",
            early: "it writes the whole request before it reads",
            idle: "it keeps no connection",
            unsendable: "it is only given requests that the SDK makes",
        },
    );
}

/// This program again, listing its tests or running one.
fn this_program(arguments: &[&str]) -> String {
    let program = std::env::current_exe().unwrap();
    let output = std::process::Command::new(program).args(arguments).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn contracts_that_are_not_run_show_as_ignored() {
    let ignored = this_program(&["--list", "--ignored"]);
    let ignored: Vec<_> = ignored.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    for contract in contracts().iter().filter(|contract| !contract.is_async_only()) {
        let test = format!("forgetful::{}", contract.name());
        let is_declared = ["tls", "alerts", "limits", "early", "idle", "unsendable", "clock"]
            .contains(&contract.group())
            || ["sequential_calls_share_a_connection", "error_statuses_keep_the_connection"]
                .contains(&contract.name());
        assert_eq!(ignored.contains(&&*test), is_declared, "{test}");
    }
    for (test, reason) in [
        ("tls_1_2_is_supported", "it supports plain http only"),
        ("sequential_calls_share_a_connection", "it keeps no connection"),
        ("sleep_waits", "no clock was given"),
    ] {
        let shown = this_program(&["--exact", &format!("forgetful::{test}")]);
        assert!(shown.contains(&format!("test forgetful::{test} ... ignored, {reason}")), "{shown}");
    }
}

#[test]
fn ignored_contracts_fail_when_they_are_run() {
    let test = "forgetful::sequential_calls_share_a_connection";
    let shown = this_program(&["--exact", test, "--ignored"]);
    let failure = "the number of connections for 4 calls must be 1, but is 4";
    assert!(shown.contains("... FAILED") && shown.contains(failure), "{shown}");
}

#[test]
#[should_panic(
    expected = "`every_status_is_a_response` is declared as a deviation (a lie), but the transport \
                           keeps it: remove the declaration"
)]
fn declared_deviation_that_is_kept_fails() {
    let name = "every_status_is_a_response";
    let candidate = Candidate::blocking(|_| Minimal::default()).with_deviation(name, "a lie");
    sphere_conformance::check_deviations(&candidate, &[name]);
}

#[test]
#[should_panic(expected = "there is no contract `every_status`")]
fn unknown_contract_cannot_be_declared() {
    let _ = Candidate::blocking(|_| Minimal::default()).with_deviation("every_status", "a typing error");
}

/// Five contracts: one for each verdict, where *broken* has two levels.
const FIVE: [&str; 5] = [
    "error_statuses_keep_the_connection",
    "every_status_is_a_response",
    "sequential_calls_share_a_connection",
    "empty_201_is_a_response",
    "sleep_waits",
];

#[test]
fn report_ends_with_a_tally() {
    let candidate = Candidate::blocking(|_| Forgetful)
        .with_deviation("sequential_calls_share_a_connection", "it keeps none")
        .with_deviation("empty_201_is_a_response", "a lie");
    let report = run(&candidate, |contract| FIVE.contains(&contract.name()));
    let text = report.to_string();
    assert_eq!(
        text.lines().last(),
        Some("FAILED: 1 kept, 2 broken (1 must, 1 should), 1 deviations, 1 not run"),
        "{text}"
    );
    for line in [
        "kept      response::every_status_is_a_response",
        "BROKEN    response::empty_201_is_a_response (must)",
        "broken    connections::error_statuses_keep_the_connection (should)",
        "          the number of connections for 6 calls must be 1, but is 6",
        "deviation connections::sequential_calls_share_a_connection: it keeps none",
        "not run   clock::sleep_waits: no clock was given",
    ] {
        assert!(text.lines().any(|shown| shown == line), "{line:?} is missing in\n{text}");
    }
    let not_run = report.outcomes().iter().find(|outcome| outcome.contract().name() == "sleep_waits");
    assert!(matches!(not_run.unwrap().verdict(), Verdict::NotRun { .. }));
}

#[test]
fn only_broken_must_contracts_fail_a_run() {
    let candidate = Candidate::blocking(|_| Forgetful).without("tls", "it supports plain http only");
    let should_only =
        run(&candidate, |contract| contract.group() == "connections" || contract.group() == "tls");
    assert!(should_only.passed() && should_only.tally().should_broken == 2, "{should_only}");
    assert!(should_only.broken().all(|outcome| outcome.contract().level() == Level::Should));
}
