//! Both backends keep every rule that a transport has, also through a proxy, and a recording around them
//! breaks none.

use std::sync::LazyLock;

use sphere_conformance::{BoxFuture, Candidate, Setup};
use sphere_core::testing::Recording;
use sphere_hyper::{HyperTransport, HyperTransportBuilder};
use sphere_tests::relay::Relay;
use sphere_ureq::{UreqTransport, UreqTransportBuilder};
use tokio::runtime::Runtime;

fn hyper_builder(setup: &Setup) -> HyperTransportBuilder {
    let builder = HyperTransport::builder();
    setup.trusted_pem().into_iter().fold(builder, HyperTransportBuilder::extra_roots_pem)
}

fn ureq_builder(setup: &Setup) -> UreqTransportBuilder {
    let builder = UreqTransport::builder();
    setup.trusted_pem().into_iter().fold(builder, UreqTransportBuilder::extra_roots_pem)
}

fn hyper_transport(setup: &Setup) -> HyperTransport {
    hyper_builder(setup).build().unwrap()
}

fn ureq_transport(setup: &Setup) -> UreqTransport {
    ureq_builder(setup).build().unwrap()
}

fn recorded_hyper_transport(setup: &Setup) -> Recording<HyperTransport> {
    Recording::new(hyper_transport(setup))
}

fn recorded_ureq_transport(setup: &Setup) -> Recording<UreqTransport> {
    Recording::new(ureq_transport(setup))
}

fn block_on(future: BoxFuture<'_>) {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
    RUNTIME.block_on(future);
}

mod hyper {
    sphere_conformance::suite!(async, super::hyper_transport, super::block_on);
}

mod ureq {
    sphere_conformance::suite!(blocking, super::ureq_transport);
}

mod recorded_hyper {
    sphere_conformance::suite!(async, super::recorded_hyper_transport, super::block_on);
}

mod recorded_ureq {
    sphere_conformance::suite!(blocking, super::recorded_ureq_transport);
}

/// Contracts that allow a whole call 150 milliseconds and ask what reached the server by then, or three seconds for
/// very many chunks. The proxy's threads must have had their turn before that, so on a busy machine these would
/// judge the proxy. The group `time` is left out for the same reason.
const TOO_HURRIED_FOR_A_PROXY: [&str; 5] = [
    "a_body_that_stops_keeps_the_head",
    "a_deadline_after_the_request_is_of_unknown_delivery",
    "a_handshake_that_stalls_ends_with_the_time_to_connect",
    "a_request_is_not_repeated_when_its_time_is_over",
    "endless_chunks_are_cut_off",
];

/// All others hold through a proxy as well, without a deviation.
fn keeps_the_rules(through_a_proxy: &Candidate) {
    let outcomes = sphere_conformance::run(through_a_proxy, |contract| {
        contract.group() != "time" && !TOO_HURRIED_FOR_A_PROXY.contains(&contract.name())
    });
    let broken = outcomes.iter().filter(|outcome| outcome.failure().is_some());
    let broken: Vec<_> = broken.map(ToString::to_string).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(outcomes.len() > 100, "only {} contracts were run", outcomes.len());
}

#[test]
fn the_contracts_that_are_left_out_through_a_proxy_exist() {
    for name in TOO_HURRIED_FOR_A_PROXY {
        assert!(sphere_conformance::contracts().iter().any(|contract| contract.name() == name), "{name}");
    }
}

#[test]
fn hyper_keeps_the_rules_through_a_proxy() {
    let relay = Relay::start();
    let url = relay.url();
    let transport = move |setup: &Setup| hyper_builder(setup).proxy(&url).build().unwrap();
    keeps_the_rules(&Candidate::asynchronous(transport, block_on));
    assert!(relay.seen().starts_with(b"CONNECT "));
}

#[test]
fn ureq_keeps_the_rules_through_a_proxy() {
    let relay = Relay::start();
    let url = relay.url();
    keeps_the_rules(&Candidate::blocking(move |setup: &Setup| {
        ureq_builder(setup).proxy(&url).build().unwrap()
    }));
    assert!(relay.seen().starts_with(b"CONNECT "));
}
