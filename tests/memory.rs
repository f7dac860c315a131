//! However large a response is, a client uses little memory: less than 16 MiB more than before, in all contracts
//! of the group `size`, including the scripted server's own memory. It is its own program because it replaces
//! the allocator of the whole process by one that counts.

use std::sync::LazyLock;

use peak_alloc::PeakAlloc;
use sphere_conformance::Candidate;
use sphere_hyper::HyperTransport;
use sphere_ureq::UreqTransport;
use tokio::runtime::Runtime;

#[global_allocator]
static PEAK: PeakAlloc = PeakAlloc;

const LIMIT: usize = 16 << 20;

/// The peak of allocated bytes while the contracts ran, above what was allocated before.
fn peak(candidate: &Candidate) -> usize {
    let contracts: Vec<_> =
        sphere_conformance::contracts().iter().filter(|contract| contract.group() == "size").collect();
    assert!(contracts.len() >= 8, "the group has a new name, or lost its contracts");
    let before = PEAK.current_usage();
    PEAK.reset_peak_usage();
    for contract in contracts {
        let report = sphere_conformance::run(candidate, |one| one.name() == contract.name());
        assert!(report.broken().next().is_none(), "{report}");
    }
    PEAK.peak_usage().saturating_sub(before)
}

/// One test for both: they share the counter.
#[test]
fn size_contracts_use_little_memory() {
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
