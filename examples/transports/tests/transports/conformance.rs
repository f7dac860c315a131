//! A blocking transport in async code keeps every contract; one over an agent those of HTTP, but for three.

use sphere_conformance::{BoxFuture, Candidate, Level, Setup};
use sphere_example_transports::spawn_blocking::SpawnBlocking;
use sphere_example_transports::ureq_agent::UreqAgent;
use sphere_ureq::{UreqTransport, UreqTransportBuilder};
use tokio::runtime::Runtime;

fn runtime() -> impl Fn(BoxFuture<'_>) {
    let runtime = Runtime::new().unwrap();
    move |future| runtime.block_on(future)
}

fn blocking(setup: &Setup) -> SpawnBlocking<UreqTransport> {
    let builder = UreqTransport::builder();
    let builder = setup.trusted_pem().into_iter().fold(builder, UreqTransportBuilder::extra_roots_pem);
    SpawnBlocking::new(builder.build().unwrap())
}

mod spawn_blocking {
    sphere_conformance::suite!(
        async,
        super::blocking,
        super::runtime,
        clock: sphere_tokio::TokioClock::new(),
    );
}

#[test]
fn ureq_agent_keeps_the_contracts_of_http() {
    let agent = |_: &Setup| UreqAgent(ureq::Agent::new_with_defaults());
    let groups = ["request", "response", "redirects", "once", "delivery", "time", "truncation"];
    let report = sphere_conformance::run(&Candidate::blocking(agent), |contract| {
        groups.contains(&contract.group()) && contract.level() == Level::Must
    });
    let broken = report.outcomes().iter().filter(|outcome| outcome.failure().is_some());
    let broken: Vec<_> = broken.map(|outcome| outcome.contract().name()).collect();
    // The SDK sets `content-length`; the guide names the others.
    let expected = [
        "only_host_and_framing_headers_are_added",
        "informational_responses_are_skipped",
        "reset_does_not_end_a_body",
    ];
    assert_eq!(broken, expected, "{report}");
}
