//! The first call, calls one after the other, and a call after a pause, behind a slow network. All clients and all
//! pauses run at the same time, so that the whole takes little longer than the longest pause.

use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use sphere_benches::network::WARM_CALLS;
use sphere_benches::work::Failure;

use super::row::{Part, Row, Unit};
use super::{CLIENTS, Client, command, each, milliseconds, parse};
use crate::driver::programs::Programs;
use crate::driver::server::Server;
use crate::driver::times::median;

/// In seconds.
const PAUSES: [&str; 3] = ["5", "20", "45"];

/// How many processes of each kind. The table shows medians.
const SAMPLES: usize = 5;

/// Processes start one after the other: a process that starts keeps a core busy, which others would measure.
const STAGGER: Duration = Duration::from_millis(100);

/// The times of one process's calls, in milliseconds.
type Sample = Vec<f64>;

pub(super) fn measure(programs: &Programs, server: &mut Server) -> Result<Vec<Row>, Failure> {
    let start = |client, run, count| -> Result<Child, Failure> {
        thread::sleep(STAGGER);
        let arguments = [run, count, "customer_slow"];
        let mut command = command(programs, client, &server.far, server, &arguments);
        Ok(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?)
    };
    let warm_calls = (WARM_CALLS + 1).to_string();
    let (mut paused, mut warmed) = (Vec::new(), Vec::new());
    for _ in 0..SAMPLES {
        for client in CLIENTS {
            for pause in PAUSES {
                paused.push((client.program, pause, start(client, "paused", pause)?));
            }
            if client.is_ours {
                warmed.push((client.program, start(client, "warmed", &warm_calls)?));
            }
        }
    }
    let mut samples = Vec::new();
    for (program, pause, process) in paused {
        samples.push((program, pause, sample(process)?));
    }
    let mut warmed_samples = Vec::new();
    for (program, process) in warmed {
        warmed_samples.push((program, sample(process)?));
    }

    let of = |client: Client| samples.iter().filter(move |(program, ..)| *program == client.program);
    let warm = each(|client| Ok(Some(median(of(client).map(|(_, _, sample)| warm(sample))))))?;
    let first = |sample: &Sample| sample.first().copied().unwrap_or(f64::NAN);
    let last = |sample: &Sample| sample.last().copied().unwrap_or(f64::NAN);
    let first =
        each(|client| Ok(Some(median(of(client).map(|(_, _, sample)| first(sample) / self::warm(sample))))))?;
    let warmed = each(|client| {
        let of_it = warmed_samples.iter().filter(|(program, _)| *program == client.program);
        let ratios =
            of_it.map(|(_, sample)| sample.first().copied().unwrap_or(f64::NAN) / self::warm(sample));
        Ok(client.is_ours.then(|| median(ratios)))
    })?;
    let mut rows = vec![
        Row::new(Part::Pauses, "a warm call", Unit::Milliseconds, warm, None),
        Row::new(Part::Pauses, "first call, to a warm call", Unit::Ratio, first, None),
        Row::new(Part::Pauses, "first call after warm_up(), to a warm call", Unit::Ratio, warmed, Some(1.05)),
    ];
    let names = ["call after a pause of 5 s, to a warm call", "after 20 s", "after 45 s"];
    for (pause, name) in PAUSES.into_iter().zip(names) {
        let after = each(|client| {
            let of_it = of(client).filter(|(_, of, _)| *of == pause);
            Ok(Some(median(of_it.map(|(_, _, sample)| last(sample) / self::warm(sample)))))
        })?;
        rows.push(Row::new(Part::Pauses, name, Unit::Ratio, after, Some(1.05)));
    }
    Ok(rows)
}

fn sample(process: Child) -> Result<Sample, Failure> {
    Ok(parse(process.wait_with_output()?)?.into_iter().map(milliseconds).collect())
}

/// The median of the calls after the first one and before a pause.
fn warm(sample: &Sample) -> f64 {
    median(sample.iter().skip(1).take(WARM_CALLS).copied())
}
