//! Both backends keep every rule that a transport has.

use std::sync::LazyLock;

use sphere_conformance::{BoxFuture, Setup};
use sphere_hyper::HyperTransport;
use sphere_ureq::UreqTransport;
use tokio::runtime::Runtime;

fn hyper_transport(setup: &Setup) -> HyperTransport {
    let mut builder = HyperTransport::builder();
    if let Some(pem) = setup.trusted_pem() {
        builder = builder.extra_roots_pem(pem);
    }
    builder.build().unwrap()
}

fn ureq_transport(setup: &Setup) -> UreqTransport {
    let mut builder = UreqTransport::builder();
    if let Some(pem) = setup.trusted_pem() {
        builder = builder.extra_roots_pem(pem);
    }
    builder.build().unwrap()
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
