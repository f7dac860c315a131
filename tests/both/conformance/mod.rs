//! Both backends keep every contract, also through a proxy and in another process, and so does a recording around them.

mod out_of_process;

use sphere_conformance::{BoxFuture, Candidate, Report, Setup};
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

fn runtime() -> impl Fn(BoxFuture<'_>) {
    let runtime = Runtime::new().unwrap();
    move |future| runtime.block_on(future)
}

mod hyper {
    sphere_conformance::suite!(
        async,
        super::hyper_transport,
        super::runtime,
        clock: sphere_hyper::TokioClock::new(),
    );
}

mod ureq {
    sphere_conformance::suite!(
        blocking,
        super::ureq_transport,
        clock: sphere_core::clock::SystemClock::new(),
    );
}

/// All contracts that were run are kept, *must* and *should*.
#[track_caller]
fn all_kept(report: &Report) {
    let tally = report.tally();
    assert!(tally.must_broken + tally.should_broken + tally.deviations == 0, "{report}");
    assert!(tally.kept > 100, "too few contracts were run: {tally}");
}

#[test]
fn recording_around_hyper_keeps_every_contract() {
    let make = |setup: &Setup| Recording::new(hyper_transport(setup));
    all_kept(&sphere_conformance::run_all(&Candidate::asynchronous(make, runtime)));
}

#[test]
fn recording_around_ureq_keeps_every_contract() {
    let make = |setup: &Setup| Recording::new(ureq_transport(setup));
    all_kept(&sphere_conformance::run_all(&Candidate::blocking(make)));
}

/// Contracts that require that bytes pass in a certain time: a request within the time limit of its call, or what the
/// server did while the connection was idle. On a busy machine they would test the proxy's threads. The group `time` is
/// left out for the same reason.
const TOO_SHORT_FOR_A_PROXY: [&str; 5] = [
    "stalled_handshake_ends_with_the_connect_timeout",
    "endless_chunks_are_cut_off",
    "connection_closed_while_idle_fails_no_call",
    "bytes_while_idle_are_never_returned",
    "bytes_before_the_first_request_are_never_returned",
];

/// All other contracts are kept through a proxy as well.
fn kept_through_a_proxy(candidate: &Candidate) {
    all_kept(&sphere_conformance::run(candidate, |contract| {
        contract.group() != "time" && !TOO_SHORT_FOR_A_PROXY.contains(&contract.name())
    }));
}

#[test]
fn contracts_left_out_through_a_proxy_exist() {
    for name in TOO_SHORT_FOR_A_PROXY {
        assert!(sphere_conformance::contracts().iter().any(|contract| contract.name() == name), "{name}");
    }
}

#[test]
fn hyper_keeps_the_contracts_through_a_proxy() {
    let relay = Relay::start();
    let url = relay.url();
    let transport = move |setup: &Setup| hyper_builder(setup).proxy(&url).build().unwrap();
    kept_through_a_proxy(&Candidate::asynchronous(transport, runtime));
    assert!(relay.seen().starts_with(b"CONNECT "));
}

#[test]
fn ureq_keeps_the_contracts_through_a_proxy() {
    let relay = Relay::start();
    let url = relay.url();
    kept_through_a_proxy(&Candidate::blocking(move |setup: &Setup| {
        ureq_builder(setup).proxy(&url).build().unwrap()
    }));
    assert!(relay.seen().starts_with(b"CONNECT "));
}
