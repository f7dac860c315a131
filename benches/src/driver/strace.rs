//! System calls, by strace.

use std::collections::BTreeMap;
use std::process::Command;

use sphere_benches::work::Failure;

use super::programs::{Programs, output};

/// How often a whole run made which system call.
pub(crate) fn run(
    programs: &Programs,
    name: &str,
    arguments: &[&str],
) -> Result<BTreeMap<String, u64>, Failure> {
    let out = programs.scratch.join("strace.out");
    output(
        Command::new("strace")
            .args(["-f", "-c", "-o"])
            .arg(&out)
            .arg(programs.path(name))
            .args(arguments)
            .envs(programs.environment()),
    )?;
    // Columns: % time, seconds, usecs/call, calls, errors (may be empty), name.
    let text = std::fs::read_to_string(&out)?;
    let rows = text.lines().filter_map(|line| {
        let columns: Vec<_> = line.split_whitespace().collect();
        let calls = columns.get(3)?.parse().ok()?;
        let name = *columns.last()?;
        (name != "total").then(|| (name.to_owned(), calls))
    });
    Ok(rows.collect())
}
