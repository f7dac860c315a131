//! Both backends keep every rule that a transport has, also through a proxy.

use std::sync::LazyLock;

use sphere_conformance::{BoxFuture, Setup};
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

/// One proxy for all contracts.
static RELAY: LazyLock<Relay> = LazyLock::new(Relay::start);

fn hyper_through_the_relay(setup: &Setup) -> HyperTransport {
    hyper_builder(setup).proxy(RELAY.url()).build().unwrap()
}

fn ureq_through_the_relay(setup: &Setup) -> UreqTransport {
    ureq_builder(setup).proxy(RELAY.url()).build().unwrap()
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

mod hyper_through_a_proxy {
    sphere_conformance::suite!(async, super::hyper_through_the_relay, super::block_on);
}

mod ureq_through_a_proxy {
    sphere_conformance::suite!(blocking, super::ureq_through_the_relay);
}
