//! A subject in another language: Python's http.client, `examples/subject.py`.

use std::path::Path;
use std::process::Command;

use sphere_conformance::{Remote, run};

#[test]
#[ignore = "it needs python3: `bash .ci/conformance` runs it"]
fn python_keeps_the_contracts_that_it_should() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/subject.py");
    let mut command = Command::new("python3");
    command.arg(script);
    let subject = Remote::start(command).unwrap();
    let groups = ["request", "redirects", "tls", "clock"];
    let report = run(&subject.candidate(), |contract| groups.contains(&contract.group()));
    assert!(subject.name().is_some_and(|name| name.starts_with("Python 3")), "{report}");
    // It opens a connection for each call, takes a connection that is cut off for the end of a body, and calls an
    // interrupted handshake now a reset and now a TLS error.
    let expected = [
        "body_without_length_needs_a_tls_end",
        "sequential_calls_share_a_tls_connection",
        "second_tls_connection_resumes_the_session",
        "interrupted_handshake_is_a_connect_error",
    ];
    let broken: Vec<_> = report.broken().map(|outcome| outcome.contract().name()).collect();
    assert!(broken.iter().all(|name| expected.contains(name)), "{report}");
    assert!(broken.contains(&expected[0]) && report.tally().kept > 30, "{report}");
}
