//! sphere-hyper as a subject of the conformance suite.

use sphere_conformance::{BoxFuture, Candidate, Setup, serve_stdio};
use sphere_hyper::{HyperTransport, HyperTransportBuilder, TokioClock};

fn transport(setup: &Setup) -> HyperTransport {
    let builder = HyperTransport::builder();
    let builder = setup.trusted_pem().into_iter().fold(builder, HyperTransportBuilder::extra_roots_pem);
    builder.build().unwrap()
}

fn runtime() -> impl Fn(BoxFuture<'_>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    move |future| runtime.block_on(future)
}

fn main() -> std::io::Result<()> {
    let candidate = Candidate::asynchronous(transport, runtime);
    serve_stdio("sphere-hyper", &candidate.with_async_clock(TokioClock::new()))
}
