//! Times and peaks of memory. They differ from run to run, so every client runs once in each of several rounds,
//! and a ratio is taken within a round and then the median of those.

use sphere_benches::work::Failure;

use super::programs::Programs;
use super::server::Server;

pub(crate) const ROUNDS: usize = 7;

/// A median, and the median of the ratios to the one by hand.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Median {
    pub(crate) figure: f64,
    pub(crate) ratio: f64,
}

/// The times of one client.
pub(crate) struct Times {
    /// In nanoseconds.
    pub(crate) median: Median,
    /// The 99th percentile, in nanoseconds.
    pub(crate) tail: Median,
    /// Calls a second.
    pub(crate) throughput: Median,
}

/// Measures programs, each given with the one that its ratios are to.
pub(crate) fn measure(
    programs: &Programs,
    server: &Server,
    pairs: &[(&str, &str)],
) -> Result<Vec<Times>, Failure> {
    let one_core = programs.on_one_core();
    let near = Server::start(&one_core)?;
    let latency = rounds(&one_core, near.plain(), pairs, "latency", "3000", ROUNDS)?;
    let throughput = rounds(programs, server.plain(), pairs, "throughput", "25600", ROUNDS)?;
    let times = latency.iter().zip(&throughput).map(|(latency, throughput)| Times {
        median: latency.first().copied().unwrap_or_default(),
        tail: latency.get(1).copied().unwrap_or_default(),
        throughput: throughput.first().copied().unwrap_or_default(),
    });
    Ok(times.collect())
}

/// Peaks of memory in KiB, with so many calls in flight.
pub(crate) fn peaks(
    programs: &Programs,
    server: &Server,
    pairs: &[(&str, &str)],
    calls: &str,
    how_many: usize,
) -> Result<Vec<Median>, Failure> {
    let rows = rounds(programs, server.plain(), pairs, "held", calls, how_many)?;
    Ok(rows.iter().map(|row| row.first().copied().unwrap_or_default()).collect())
}

/// For each program, a median of every number that it prints.
pub(crate) fn rounds(
    programs: &Programs,
    (base_url, root): (&str, &str),
    pairs: &[(&str, &str)],
    run: &str,
    count: &str,
    how_many: usize,
) -> Result<Vec<Vec<Median>>, Failure> {
    // By round, program and number.
    let mut printed: Vec<Vec<Vec<f64>>> = Vec::new();
    for _ in 0..how_many {
        let mut round = Vec::new();
        for (program, _) in pairs {
            let text = programs.output(program, &[base_url, root, run, count])?;
            round.push(text.split_whitespace().map(str::parse).collect::<Result<Vec<f64>, _>>()?);
        }
        printed.push(round);
    }
    let base_of = |name| pairs.iter().position(|(program, _)| *program == name);
    let mut rows = Vec::new();
    for (at, (_, by_hand)) in pairs.iter().enumerate() {
        let base = base_of(*by_hand).ok_or("the one by hand is not measured")?;
        let numbers = printed.first().and_then(|round| round.get(at)).map_or(0, Vec::len);
        rows.push(
            (0..numbers)
                .map(|number| Median {
                    figure: median(printed.iter().map(|round| round[at][number])),
                    ratio: median(printed.iter().map(|round| round[at][number] / round[base][number])),
                })
                .collect(),
        );
    }
    Ok(rows)
}

pub(crate) fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<_> = figures.collect();
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
