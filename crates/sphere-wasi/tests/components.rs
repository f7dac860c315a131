//! Components in Node, run by jco, and in wasmtime: the five cases beside the native transport, the whole verification
//! journey, and by jco every contract of the suite that is kept or declared.
//!
//! `bash .ci/wasip2` builds the components of `tests/wasm/wasip2`, names their folder in `COMPONENTS`, and runs this
//! for each host.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use sphere_bounded::LIMIT;
use sphere_bounded::program::{Running, command, run};
use sphere_conformance::{Candidate, Remote, Verdict, run as run_chosen};
use sphere_platforms::native::{Servers, connection_is_closed_when_time_is_over, native, without_causes};
use sphere_sandbox::{CheckState, Sandbox};

/// Contracts that are not kept under jco 1.35 and Node 20, and why. Those with `x-many` are checked further: the
/// repeated header alone must be what breaks them.
const DEVIATIONS: [(&str, &str); 20] = [
    ("only_host_and_framing_headers_are_added", "Node adds `connection: keep-alive`"),
    ("request_header_bytes_are_sent_unchanged", "jco takes header values for UTF-8 text"),
    ("repeated_response_headers_keep_their_order", JOINED),
    ("non_utf8_header_values_are_kept", "jco converts header values to UTF-8"),
    ("body_shorter_than_its_length_is_an_interruption", JOINED),
    ("incomplete_chunks_are_an_interruption", JOINED),
    ("timeout_within_a_body_keeps_the_head", JOINED),
    ("too_large_body_keeps_the_head", JOINED),
    ("reset_within_a_body_keeps_the_head", JOINED),
    ("invalid_chunk_keeps_the_head", "jco does not say why a body broke"),
    ("reset_does_not_end_a_body", "Node takes a reset for the end of such a body, or never ends it"),
    ("unanswered_connect_ends_with_the_connect_timeout", "jco counts the time to respond as well"),
    ("endless_header_is_cut_off", NO_CODE),
    ("endless_headers_are_cut_off", NO_CODE),
    ("invalid_http_is_a_protocol_error", NO_CODE),
    ("required_fresh_connection_is_opened", "wasi:http has no way to ask for one"),
    ("bytes_while_idle_are_never_returned", "Node sends over such a connection: the call ends with its time"),
    ("early_response_is_returned_and_ends_the_connection", "it is returned; Node keeps the connection"),
    (
        "response_without_refusal_does_not_end_the_upload",
        "Node takes nothing more of a request whose response is complete",
    ),
    ("invalid_server_names_are_setup_errors", "Node looks them up"),
];

/// Not run: it depends on how soon Node notices that the server has closed an idle connection.
const BY_CHANCE: &str = "connection_closed_while_idle_fails_no_call";

const JOINED: &str = "jco joins repeated header lines (`x-many`)";
const NO_CODE: &str = "jco has no code for it: the kind is `Other`";

/// A component of `tests/wasm/wasip2` in the host whose command is `HOST`.
fn component(name: &str) -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let variable = |name| std::env::var(name).expect("`bash .ci/wasip2` sets it");
    let (host, folder) = (variable("HOST"), variable("COMPONENTS"));
    let (program, script) = host.split_once(' ').expect("a program and its script");
    let mut host = command(program);
    host.arg(root.join(script)).arg(root.join(folder).join(name).with_extension("wasm"));
    host
}

fn declared(candidate: Candidate) -> Candidate {
    let candidate = candidate
        .without("tls", "the host decides whom to trust")
        .without("alerts", "the host has the TLS")
        .without("limits", "the host has its own limits")
        .without("idle", "the host keeps its connections as it likes, and opens none before a request");
    DEVIATIONS
        .into_iter()
        .fold(candidate, |candidate, (contract, reason)| candidate.with_deviation(contract, reason))
}

#[test]
#[ignore = "it needs components and node: `bash .ci/wasip2` runs it"]
fn contracts_are_kept_or_declared_under_jco() {
    let subject = Remote::start(component("subject")).unwrap();
    let report = run_chosen(&declared(subject.candidate()), |contract| contract.name() != BY_CHANCE);
    println!("{report}");
    assert_eq!(
        report.broken().map(|outcome| outcome.contract().name()).collect::<Vec<_>>(),
        [""; 0],
        "{report}"
    );
    for outcome in report.outcomes() {
        if let Verdict::Deviation { reason, failure, .. } = outcome.verdict() {
            assert!(
                reason != JOINED || failure.contains("x-many"),
                "{}: {failure}",
                outcome.contract().name()
            );
        }
    }
    assert!(report.tally().kept > 100, "{report}");
}

#[test]
#[ignore = "it needs components and node: `bash .ci/wasip2` runs it"]
fn five_cases_end_as_natively() {
    let (native, received) = native();
    let servers = Servers::start();
    let output = run(component("five_cases").env("FIVE_CASES", servers.urls().join(" ")));
    assert!(output.status.success(), "{output:?}");
    let lines = servers.without_ports(&String::from_utf8(output.stdout).unwrap());
    println!("{native}\n{lines}");
    assert_eq!(without_causes(&lines), without_causes(&native));
    assert_eq!(servers.received(), received);
}

#[test]
#[ignore = "it needs components and node: `bash .ci/wasip2` runs it"]
fn journey_is_walked_in_a_component() {
    let sandbox = Sandbox::start().unwrap();
    let mut host = component("journey");
    host.env("SPHEREPAY_API_KEY", sandbox.api_key()).env("SPHEREPAY_BASE_URL", sandbox.base_url());
    let mut journey = Running::start(host.stdin(Stdio::piped()));
    let (mut input, output) = (journey.take_stdin(), journey.lines());
    let next = || output.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("{:?}", sandbox.requests()));

    let customer = next().strip_prefix("created ").unwrap().to_owned();
    assert!(next().starts_with("terms at "));
    sandbox.customer(&customer).accept_terms();
    assert_eq!(next(), "passport uploaded");
    assert!(next().starts_with("face check at "));
    sandbox.customer(&customer).finish_face_check(CheckState::Passed);
    assert!(next().starts_with("Press Enter"));
    input.write_all(b"\n").unwrap();
    assert_eq!(next(), "kyc_profile_a approved");
    assert!(journey.wait(LIMIT).status.success());
}

/// jco does not end what a component gave up, but its own limit is only a second longer.
#[test]
#[ignore = "it needs components and node: `bash .ci/wasip2` runs it"]
fn connection_closes_soon_after_time_is_over() {
    connection_is_closed_when_time_is_over(&mut component("subject"));
}
