//! What can be declared about a transport, what the report says about it, and that no declaration hides a fault.

use sphere_conformance::{Aspect, Candidate, Level, Verdict, contracts, run};
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{TransportError, TransportRequest, TransportResponse};

use crate::minimal::Minimal;

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
            descriptors: "it has no idle connections to close if descriptors run out",
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
        let test = format!("declarations::forgetful::{}", contract.name());
        let is_declared = ["tls", "alerts", "limits", "early", "idle", "descriptors", "clock"]
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
        let shown = this_program(&["--exact", &format!("declarations::forgetful::{test}")]);
        assert!(
            shown.contains(&format!("test declarations::forgetful::{test} ... ignored, {reason}")),
            "{shown}"
        );
    }
}

#[test]
fn ignored_contracts_fail_when_they_are_run() {
    let test = "declarations::forgetful::sequential_calls_share_a_connection";
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
        "BROKEN    response::empty_201_is_a_response (must, wire)",
        "broken    connections::error_statuses_keep_the_connection (should, wire)",
        "          the number of connections for 6 calls must be 1, but is 6",
        "deviation connections::sequential_calls_share_a_connection: it keeps none",
        "not run   clock::sleep_waits: no clock was given",
        "wire: 1 kept, 2 broken (1 must, 1 should), 1 deviations, 1 not run",
        "classification: 0 kept, 0 broken (0 must, 0 should), 0 deviations, 0 not run",
    ] {
        assert!(text.lines().any(|shown| shown == line), "{line:?} is missing in\n{text}");
    }
    let not_run = report.outcomes().iter().find(|outcome| outcome.contract().name() == "sleep_waits");
    assert!(matches!(not_run.unwrap().verdict(), Verdict::NotRun { .. }));
}

/// It claims of every error that the request was not sent, or gives every error the same kind.
struct Misclassifying(fn(TransportError) -> TransportError);

impl Transport for Misclassifying {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        Minimal::default().send(request).map_err(self.0)
    }
}

#[test]
fn wrong_kind_or_delivery_is_no_wire_failure() {
    let names =
        ["silent_server_ends_in_time", "delivery_is_unknown_after_close", "every_status_is_a_response"];
    let tallies = |change: fn(TransportError) -> TransportError| {
        let candidate = Candidate::blocking(move |_| Misclassifying(change));
        let report = run(&candidate, |contract| names.contains(&contract.name()));
        let of = |aspect| (report.tally_of(aspect).kept, report.tally_of(aspect).must_broken);
        (of(Aspect::Wire), of(Aspect::Classification))
    };
    assert_eq!(tallies(|error| error), ((2, 0), (1, 0)));
    assert_eq!(tallies(TransportError::not_sent), ((2, 0), (0, 1)));
    // A contract about the wire is broken by its error's kind alone.
    assert_eq!(tallies(|error| TransportError::other(error.to_string())), ((1, 0), (1, 1)));
}

#[test]
fn json_has_what_the_report_shows() {
    let candidate = Candidate::blocking(|_| Forgetful)
        .with_deviation("sequential_calls_share_a_connection", "it keeps none")
        .with_deviation("empty_201_is_a_response", "a lie");
    let report = run(&candidate, |contract| FIVE.contains(&contract.name()));
    let json: serde_json::Value = serde_json::from_str(&report.to_json("forgetful 1")).unwrap();
    assert_eq!((&json["subject"], &json["passed"]), (&"forgetful 1".into(), &false.into()));
    let tally = serde_json::json!(
        { "kept": 1, "must_broken": 1, "should_broken": 1, "deviations": 1, "not_run": 1 });
    assert_eq!((&json["tally"], &json["wire"]), (&tally, &tally));
    assert_eq!(json["classification"]["kept"], 0);
    let of = |name: &str| {
        let contracts = json["contracts"].as_array().unwrap();
        contracts.iter().find(|contract| contract["name"] == name).unwrap().clone()
    };
    assert_eq!(
        of("sequential_calls_share_a_connection"),
        serde_json::json!({
            "group": "connections", "name": "sequential_calls_share_a_connection", "level": "should",
            "aspect": "wire", "verdict": "deviation", "reason": "it keeps none",
            "failure": "the number of connections for 4 calls must be 1, but is 4",
        })
    );
    assert_eq!(
        (&of("sleep_waits")["verdict"], &of("sleep_waits")["reason"]),
        (&"not_run".into(), &"no clock was given".into())
    );
}

#[test]
fn badge_color_tells_must_from_should() {
    let badge = |names: &[&str], candidate: &Candidate| -> serde_json::Value {
        let report = run(candidate, |contract| names.contains(&contract.name()));
        serde_json::from_str(&report.to_badge()).unwrap()
    };
    let forgetful = Candidate::blocking(|_| Forgetful);
    let expected = |message: &str, color: &str| {
        serde_json::json!(
            { "schemaVersion": 1, "label": "sphere conformance", "message": message, "color": color })
    };
    let kept = ["every_status_is_a_response", "sleep_waits"];
    assert_eq!(badge(&kept, &forgetful), expected("1 of 1 kept", "brightgreen"));
    let should = ["every_status_is_a_response", "sequential_calls_share_a_connection"];
    assert_eq!(badge(&should, &forgetful), expected("1 of 2 kept", "yellow"));
    let must = forgetful.with_deviation("every_status_is_a_response", "a lie");
    assert_eq!(badge(&should, &must), expected("0 of 2 kept", "red"));
}

#[test]
fn only_broken_must_contracts_fail_a_run() {
    let candidate = Candidate::blocking(|_| Forgetful).without("tls", "it supports plain http only");
    let should_only =
        run(&candidate, |contract| contract.group() == "connections" || contract.group() == "tls");
    assert!(should_only.passed() && should_only.tally().should_broken == 2, "{should_only}");
    assert!(should_only.broken().all(|outcome| outcome.contract().level() == Level::Should));
}
