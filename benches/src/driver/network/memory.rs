//! The peak of memory with many calls in flight, to hyper by hand.

use sphere_benches::work::Failure;

use super::CLIENTS;
use super::row::{Part, Row, Unit};
use crate::driver::programs::{BY_HAND_ASYNC, Programs};
use crate::driver::server::Server;
use crate::driver::times;

const ROUNDS: usize = 3;

pub(super) fn measure(programs: &Programs, server: &mut Server) -> Result<Vec<Row>, Failure> {
    let pairs: Vec<_> = CLIENTS
        .iter()
        .filter(|client| client.is_async)
        .map(|client| (client.program, BY_HAND_ASYNC))
        .collect();
    let mut rows = Vec::new();
    for (calls, name, goal) in [
        ("1000", "memory with 1,000 calls in flight, to hyper by hand", None),
        ("10000", "with 10,000", Some(0.95)),
    ] {
        let peaks = match times::peaks(programs, server, &pairs, calls, ROUNDS) {
            Ok(peaks) => peaks,
            // A matter of how many files a process may open.
            Err(error) if calls == "10000" => {
                eprintln!("no memory with {calls} calls in flight: {error}");
                continue;
            }
            Err(error) => return Err(error),
        };
        let mut ratios = [None; 6];
        for (client, ratio) in CLIENTS.iter().zip(&mut ratios) {
            let at = pairs.iter().position(|(program, _)| *program == client.program);
            *ratio = at.and_then(|at| peaks.get(at)).map(|peak| peak.ratio);
        }
        rows.push(Row::new(Part::Memory, name, Unit::Ratio, ratios, goal));
    }
    Ok(rows)
}
