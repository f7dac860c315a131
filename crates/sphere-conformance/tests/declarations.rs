//! What the call of `suite!` can say beforehand, and that it cannot be used to look away.

#[path = "minimal/mod.rs"]
mod minimal;

use std::time::Duration;

use sphere_conformance::{Candidate, contracts};
use sphere_core::transport::blocking::Transport;
use sphere_core::transport::{TransportError, TransportRequest, TransportResponse};

use minimal::Minimal;

/// It opens a connection for each call.
struct Forgetful;

impl Transport for Forgetful {
    fn send(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        Minimal::default().send(request)
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// The whole suite for a transport that opens a connection for each call, and says so.
mod forgetful {
    sphere_conformance::suite!(
        blocking,
        |_| super::Forgetful,
        deviations: {
            calls_in_sequence_share_a_connection: "it keeps none",
            error_statuses_keep_the_connection: "it keeps none",
        },
        without: {
            tls: "it speaks plain http only",
            alerts: "it speaks plain http only",
            limits: "it has limits of its own",
            unsendable: "it is only given requests as the SDK makes them",
        },
    );
}

#[test]
#[should_panic(expected = "`every_status_is_an_answer` is declared as a deviation (a lie) and is kept")]
fn a_deviation_that_is_none_fails() {
    let declared =
        sphere_conformance::Declared { deviations: &[("every_status_is_an_answer", "a lie")], without: &[] };
    let candidate = Candidate::blocking(|_| Minimal::default());
    sphere_conformance::check(&candidate, "every_status_is_an_answer", declared);
}

#[test]
fn each_contract_stands_in_the_list_once_and_its_doc_in_the_table() {
    let table = include_str!("../CONTRACTS.md");
    let mut names: Vec<_> = contracts().iter().map(sphere_conformance::Contract::name).collect();
    for name in &names {
        assert!(table.contains(&format!("| `{name}` |")), "CONTRACTS.md lacks {name}");
    }
    assert_eq!(
        table.matches("\n| `").count(),
        names.len(),
        "CONTRACTS.md has rows of contracts that are gone"
    );
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
    assert!(all >= 60);
}
