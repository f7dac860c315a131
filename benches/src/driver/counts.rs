//! Counts per call: the slope between two lengths of a run, so that starting and stopping are not in them.

use sphere_benches::work::Failure;

use super::programs::Programs;
use super::server::Server;
use super::{callgrind, strace};

const SHORT: u32 = 300;
const LONG: u32 = 1300;

/// What one call takes.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct PerCall {
    pub(crate) instructions: f64,
    pub(crate) allocations: f64,
    pub(crate) reallocations: f64,
}

/// The slope of anything that can be counted over a run of so many calls.
fn slope(mut count: impl FnMut(&str) -> Result<u64, Failure>) -> Result<f64, Failure> {
    let (short, long) = (count(&SHORT.to_string())?, count(&LONG.to_string())?);
    per_call(short, long)
}

fn per_call(short: u64, long: u64) -> Result<f64, Failure> {
    // Fewer in the longer run: a start that cost more by chance. No count here is above 2³².
    let more = u32::try_from(long.saturating_sub(short))?;
    Ok(f64::from(more) / f64::from(LONG - SHORT))
}

fn of_runs(mut run: impl FnMut(&str) -> Result<callgrind::Run, Failure>) -> Result<PerCall, Failure> {
    let (short, long) = (run(&SHORT.to_string())?, run(&LONG.to_string())?);
    Ok(PerCall {
        instructions: per_call(short.instructions, long.instructions)?,
        allocations: per_call(short.allocations, long.allocations)?,
        reallocations: per_call(short.reallocations, long.reallocations)?,
    })
}

/// Instructions and allocations of one call of `client`.
pub(crate) fn per_call_of(
    programs: &Programs,
    server: &Server,
    client: &str,
    base_url: &str,
    run: &str,
) -> Result<PerCall, Failure> {
    of_runs(|count| callgrind::run(programs, client, &[base_url, &server.root, run, count]))
}

/// Instructions and allocations of one round without a socket.
pub(crate) fn without_socket(programs: &Programs, what: &str) -> Result<PerCall, Failure> {
    of_runs(|count| callgrind::run(programs, "no_socket", &[what, count]))
}

/// Bytes allocated by one call of `client`.
pub(crate) fn bytes(programs: &Programs, server: &Server, client: &str, run: &str) -> Result<f64, Failure> {
    slope(|count| callgrind::bytes(programs, client, &[&server.http, &server.root, run, count]))
}

/// System calls of one call of `client`.
pub(crate) fn system_calls(
    programs: &Programs,
    server: &Server,
    client: &str,
    run: &str,
) -> Result<SystemCalls, Failure> {
    let count =
        |count: u32| strace::run(programs, client, &[&server.http, &server.root, run, &count.to_string()]);
    let (short, long) = (count(SHORT)?, count(LONG)?);
    let mut calls = SystemCalls::default();
    for (name, many) in &long {
        let few = short.get(name).copied().unwrap_or_default();
        let each = per_call(few, *many)?;
        calls.all += each;
        match name.as_str() {
            "clone" | "clone3" | "fork" | "vfork" => calls.threads += each,
            // A look-up reads the system's files and asks servers from sockets of its own.
            "open" | "openat" | "socket" | "connect" => calls.opened += each,
            _ => {}
        }
    }
    Ok(calls)
}

/// System calls of one call.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct SystemCalls {
    pub(crate) all: f64,
    /// Those that start a thread.
    pub(crate) threads: f64,
    /// Those that open a file or a socket.
    pub(crate) opened: f64,
}

/// Instructions of a process from its start to its end, with one call in it.
pub(crate) fn cold_start(
    programs: &Programs,
    server: &Server,
    client: &str,
    base_url: &str,
) -> Result<f64, Failure> {
    let run = callgrind::run(programs, client, &[base_url, &server.root, "links", "1"])?;
    Ok(f64::from(u32::try_from(run.instructions)?))
}
