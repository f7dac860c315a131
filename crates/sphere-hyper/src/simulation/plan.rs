//! What a seed decides at the start.

use std::time::Duration;

use fastrand::Rng;
use sphere_net::pool::Limits;

/// What may go wrong. Each seed allows some of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// An address refuses.
    Refuses,
    /// Nobody responds at an address.
    Silent,
    /// The server closes the connection before it has read the request, or before it responds.
    Cut,
    /// The connection is reset before a response.
    Reset,
    /// The connection ends within a response.
    CutResponse,
    /// No response ever comes, or not all of it.
    Hang,
    /// The response takes long.
    Slow,
    /// A 503, and nothing is processed.
    Unavailable,
    /// A response comes before the end of the request.
    Early,
    /// `Connection: close`.
    Close,
    /// A second response, which belongs to no request, right after the first.
    Surplus,
    /// Idle connections are closed after a short time, sometimes with an announcement.
    ClosesIdle,
}

const FAULTS: [Fault; 12] = [
    Fault::Refuses,
    Fault::Silent,
    Fault::Cut,
    Fault::Reset,
    Fault::CutResponse,
    Fault::Hang,
    Fault::Slow,
    Fault::Unavailable,
    Fault::Early,
    Fault::Close,
    Fault::Surplus,
    Fault::ClosesIdle,
];

/// What a seed decides at the start.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) limits: Limits,
    pub(super) addresses: u8,
    /// Whether nobody ever responds at the first of several addresses.
    pub(super) has_dead_address: bool,
    pub(super) faults: Vec<Fault>,
    pub(super) callers: usize,
    pub(super) calls: usize,
    pub(super) cancels: bool,
    /// How often, in percent, a socket is not ready though it could be.
    pub(super) hiccups: u8,
}

impl Plan {
    pub(super) fn draw(rng: &mut Rng) -> Self {
        let faults = FAULTS.into_iter().filter(|_| rng.u8(..3) == 0).collect();
        Self {
            faults,
            limits: Limits {
                idle_timeout: Duration::from_millis([50_000, 50_000, 5000, 1000, 0][rng.usize(..5)]),
                max_idle: [usize::MAX, usize::MAX, usize::MAX, 1, 2, 0][rng.usize(..6)],
                max_open: [usize::MAX, usize::MAX, 1, 1, 2, 3][rng.usize(..6)],
            },
            addresses: rng.u8(1..=3),
            has_dead_address: rng.u8(..4) == 0,
            callers: rng.usize(1..=5),
            calls: rng.usize(1..=4),
            cancels: rng.bool(),
            hiccups: [0, 10, 40][rng.usize(..3)],
        }
    }

    /// Nothing fails and nobody loses interest.
    pub(super) fn without_faults(rng: &mut Rng) -> Self {
        Self { faults: Vec::new(), cancels: false, ..Self::draw(rng) }
    }

    /// Whether connections are kept at all.
    pub(super) fn keeps(&self) -> bool {
        self.limits.max_idle > 0 && !self.limits.idle_timeout.is_zero()
    }
}
