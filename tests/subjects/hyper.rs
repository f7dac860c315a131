//! sphere-hyper as a subject of the conformance suite.

use sphere_conformance::{Candidate, Setup, serve_stdio};
use sphere_hyper::{HyperTransport, HyperTransportBuilder, TokioClock};

fn transport(setup: &Setup) -> HyperTransport {
    let builder = HyperTransport::builder();
    let builder = setup.trusted_pem().into_iter().fold(builder, HyperTransportBuilder::extra_roots_pem);
    builder.build().unwrap()
}

fn main() -> std::io::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let candidate = Candidate::asynchronous(transport, move |future| runtime.block_on(future));
    serve_stdio("sphere-hyper", &candidate.with_async_clock(TokioClock::new()))
}
