//! However large an answer is, a client takes little memory: less than 16 MiB above what it had, through all
//! contracts of the group `size`, the scripted server's own memory included. A program of its own, since it
//! replaces the allocator of the whole process by one that counts.

use std::sync::LazyLock;

use peak_alloc::PeakAlloc;
use sphere_conformance::Candidate;
use sphere_hyper::HyperTransport;
use sphere_ureq::UreqTransport;
use tokio::runtime::Runtime;

#[global_allocator]
static PEAK: PeakAlloc = PeakAlloc;

const LIMIT: usize = 16 << 20;

/// The most that was allocated at once while the contracts ran, above what was before, in bytes.
fn peak(candidate: &Candidate) -> usize {
    let contracts: Vec<_> =
        sphere_conformance::contracts().iter().filter(|contract| contract.group() == "size").collect();
    assert!(contracts.len() >= 8, "the group has a new name, or lost its contracts");
    let before = PEAK.current_usage();
    PEAK.reset_peak_usage();
    for contract in contracts {
        for outcome in sphere_conformance::run(candidate, |one| one.name() == contract.name()) {
            assert!(outcome.failure().is_none(), "{outcome}");
        }
    }
    PEAK.peak_usage().saturating_sub(before)
}

/// One test for both: they share the counter.
#[test]
fn the_size_contracts_take_little_memory() {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
    let hyper =
        Candidate::asynchronous(|_| HyperTransport::new().unwrap(), |future| RUNTIME.block_on(future));
    let ureq = Candidate::blocking(|_| UreqTransport::new().unwrap());
    for (name, candidate) in [("hyper", hyper), ("ureq", ureq)] {
        let peak = peak(&candidate);
        println!("{name}: {} KiB", peak >> 10);
        assert!(peak < LIMIT, "{name}: {peak} bytes");
    }
}
