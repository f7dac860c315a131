//! A blocking transport in async code keeps every contract.

use std::sync::LazyLock;

use sphere_conformance::{BoxFuture, Setup};
use sphere_example_transports::spawn_blocking::SpawnBlocking;
use sphere_ureq::{UreqTransport, UreqTransportBuilder};
use tokio::runtime::Runtime;

fn block_on(future: BoxFuture<'_>) {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
    RUNTIME.block_on(future);
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
        super::block_on,
        clock: sphere_tokio::TokioClock::new(),
    );
}
