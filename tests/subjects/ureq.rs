//! sphere-ureq as a subject of the conformance suite.

use sphere_conformance::{Candidate, Setup, serve_stdio};
use sphere_core::clock::SystemClock;
use sphere_ureq::{UreqTransport, UreqTransportBuilder};

fn transport(setup: &Setup) -> UreqTransport {
    let builder = UreqTransport::builder();
    let builder = setup.trusted_pem().into_iter().fold(builder, UreqTransportBuilder::extra_roots_pem);
    builder.build().unwrap()
}

fn main() -> std::io::Result<()> {
    serve_stdio("sphere-ureq", &Candidate::blocking(transport).with_clock(SystemClock::new()))
}
