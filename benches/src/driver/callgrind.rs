//! Instructions and allocations, by valgrind: the same for the same program, however busy the machine is.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use sphere_benches::work::Failure;

use super::programs::{Programs, output};

/// What a whole run took.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) instructions: u64,
    pub(crate) allocations: u64,
    pub(crate) reallocations: u64,
}

/// Runs a program under callgrind.
pub(crate) fn run(programs: &Programs, name: &str, arguments: &[&str]) -> Result<Run, Failure> {
    let out = programs.scratch.join("callgrind.out");
    output(
        Command::new("valgrind")
            .args(["-q", "--tool=callgrind", "--separate-threads=no"])
            .arg(format!("--callgrind-out-file={}", out.display()))
            .arg(programs.path(name))
            .args(arguments),
    )?;
    read(&out)
}

/// Bytes asked for in a whole run, by memcheck's own count.
pub(crate) fn bytes(programs: &Programs, name: &str, arguments: &[&str]) -> Result<u64, Failure> {
    let log = programs.scratch.join("memcheck.log");
    output(
        Command::new("valgrind")
            .args(["--tool=memcheck", "--leak-check=no", "--undef-value-errors=no"])
            .arg(format!("--log-file={}", log.display()))
            .arg(programs.path(name))
            .args(arguments),
    )?;
    // `==1==   total heap usage: 1,234 allocs, 1,200 frees, 123,456 bytes allocated`
    let log = std::fs::read_to_string(&log)?;
    let usage = log.lines().find_map(|line| line.split("total heap usage:").nth(1)).ok_or("no heap usage")?;
    let bytes = usage.split(", ").nth(2).and_then(|text| text.split(' ').next()).ok_or("no bytes")?;
    Ok(bytes.replace(',', "").parse()?)
}

/// Reads the total and, from the calls between functions, how often the C library's allocator was called.
fn read(path: &Path) -> Result<Run, Failure> {
    let text = std::fs::read_to_string(path)?;
    let mut names = HashMap::new();
    let mut callee = "";
    let mut run = Run::default();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("fn=").or(line.strip_prefix("cfn=")) {
            // `(12) name` where it is first seen, `(12)` afterwards.
            let (id, name) = name.split_once(' ').unwrap_or((name, ""));
            if !name.is_empty() {
                names.insert(id, name);
            }
            if line.starts_with('c') {
                // `malloc'2` is malloc within malloc.
                callee = names.get(id).and_then(|name| name.split('\'').next()).unwrap_or_default();
            }
        } else if let Some(calls) = line.strip_prefix("calls=") {
            let calls: u64 = calls.split(' ').next().unwrap_or_default().parse()?;
            match callee {
                "malloc" | "calloc" | "posix_memalign" | "aligned_alloc" => run.allocations += calls,
                "realloc" => run.reallocations += calls,
                _ => {}
            }
        } else if let Some(total) = line.strip_prefix("totals: ").or(line.strip_prefix("summary: ")) {
            run.instructions = total.trim().parse()?;
        }
    }
    if run.instructions == 0 { Err("callgrind counted nothing".into()) } else { Ok(run) }
}
