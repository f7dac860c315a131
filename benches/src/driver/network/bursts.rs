//! Many calls at once: what the first burst of a new client starts, and what a second one opens again.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use sphere_benches::work::Failure;

use super::row::{Part, Row, Unit};
use super::{Client, command, each};
use crate::driver::programs::{Programs, output};
use crate::driver::server::{Seen, Server};

const BURST: u32 = 64;

pub(super) fn measure(programs: &Programs, server: &mut Server) -> Result<Vec<Row>, Failure> {
    let started = each(|client| started(programs, server, client))?;
    let connections = each(|client| {
        let seen = second_burst(programs, server, client, "300", "customer_held_300")?;
        Ok(Some(seen.connections))
    })?;
    let handshakes = each(|client| {
        let seen = second_burst(programs, server, client, "64", "customer_last_64")?;
        Ok(Some(seen.full_handshakes))
    })?;
    let count = |found: Option<usize>| found.and_then(|found| u32::try_from(found).ok()).map(f64::from);
    let (lookups, threads) = (started.map(|(lookups, _)| lookups), started.map(|(_, threads)| threads));
    Ok(vec![
        Row::new(
            Part::Bursts,
            "burst of 64, new client: lookups",
            Unit::Count,
            lookups.map(count),
            Some(1.0),
        ),
        Row::new(Part::Bursts, "threads beside the callers'", Unit::Count, threads.map(count), Some(1.0)),
        Row::new(
            Part::Bursts,
            "second burst of 300: new connections",
            Unit::Count,
            connections.map(count),
            Some(0.0),
        ),
        Row::new(
            Part::Bursts,
            "second burst of 64, no connection kept: full handshakes",
            Unit::Count,
            handshakes.map(count),
            Some(8.0),
        ),
    ])
}

/// How many lookups, and how many threads, a burst starts. strace counts how often the file of hosts is opened, and
/// how often a thread is made.
fn started(
    programs: &Programs,
    server: &Server,
    client: Client,
) -> Result<(Option<usize>, Option<usize>), Failure> {
    let trace = programs.scratch.join("burst.strace");
    let burst = command(programs, client, &server.https, server, &["held", &BURST.to_string()]);
    let mut strace = Command::new("strace");
    strace.args(["-f", "-e", "trace=openat,clone,clone3", "-o"]).arg(&trace);
    output(strace.arg(burst.get_program()).args(burst.get_args()))?;
    let trace = std::fs::read_to_string(&trace)?;
    let lines =
        |wanted: &[&str]| trace.lines().filter(|line| wanted.iter().any(|word| line.contains(word))).count();
    // The benchmark's own: one for each call.
    let callers = if client.is_async { 0 } else { BURST as usize };
    let threads = lines(&["clone(", "clone3("]).checked_sub(callers);
    Ok((Some(lines(&["\"/etc/hosts\""])), threads))
}

/// What the server saw of the second of two bursts.
fn second_burst(
    programs: &Programs,
    server: &mut Server,
    client: Client,
    count: &str,
    customer: &str,
) -> Result<Seen, Failure> {
    let mut command = command(programs, client, &server.https, server, &["bursts", count, customer]);
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut input = process.stdin.take().ok_or("the client has no input")?;
    let mut output = BufReader::new(process.stdout.take().ok_or("the client has no output")?);
    output.read_line(&mut String::new())?;
    let first = server.seen()?;
    writeln!(input)?;
    let status = process.wait()?;
    if !status.success() {
        return Err(format!("{} failed in a burst", client.program).into());
    }
    let both = server.seen()?;
    Ok(Seen {
        connections: both.connections - first.connections,
        full_handshakes: both.full_handshakes - first.full_handshakes,
    })
}
