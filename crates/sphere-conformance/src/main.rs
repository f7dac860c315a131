//! The command: runs a subject that speaks the protocol, and prints what it found out.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use lexopt::prelude::*;
use sphere_conformance::{Remote, run_all};

const HELP: &str = "\
Tests whether an HTTP client does what the Sphere SDK needs of a transport.

Usage: sphere-conformance [OPTIONS] -- PROGRAM [ARGUMENTS]...

The program speaks the protocol of PROTOCOL.md on its standard input and output.

Options:
      --json        Print the report as JSON
      --badge FILE  Write a badge for shields.io (an endpoint's JSON)
  -h, --help        Print this
  -V, --version     Print the version

Exit code: 0 if no must contract is broken, 1 if one is, 2 if the suite could not be run.
";

struct Options {
    json: bool,
    badge: Option<PathBuf>,
    command: Command,
}

/// The options, or a text to print instead of running anything.
fn options(mut parser: lexopt::Parser) -> Result<Result<Options, String>, lexopt::Error> {
    let (mut json, mut badge) = (false, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("json") => json = true,
            Long("badge") => badge = Some(parser.value()?.into()),
            Short('h') | Long("help") => return Ok(Err(HELP.to_owned())),
            Short('V') | Long("version") => {
                return Ok(Err(format!("sphere-conformance {}\n", env!("CARGO_PKG_VERSION"))));
            }
            Value(program) => {
                let mut command = Command::new(program);
                command.args(parser.raw_args()?.collect::<Vec<OsString>>());
                return Ok(Ok(Options { json, badge, command }));
            }
            other => return Err(other.unexpected()),
        }
    }
    Err("the program is missing: sphere-conformance -- PROGRAM [ARGUMENTS]...".into())
}

fn run(options: Options) -> io::Result<bool> {
    let program = options.command.get_program().to_string_lossy().into_owned();
    let cannot_start = |error| io::Error::other(format!("cannot start {program}: {error}"));
    let subject = Remote::start(options.command).map_err(cannot_start)?;
    let report = run_all(&subject.candidate());
    let name = subject.name().unwrap_or(&program);
    let text = if options.json { report.to_json(name) } else { format!("{name}\n\n{report}") };
    if let Some(file) = options.badge {
        std::fs::write(&file, report.to_badge() + "\n")
            .map_err(|error| io::Error::other(format!("cannot write {}: {error}", file.display())))?;
    }
    writeln!(io::stdout(), "{text}")?;
    Ok(report.passed())
}

fn main() -> ExitCode {
    // A contract fails by a panic. The report says it all.
    std::panic::set_hook(Box::new(|_| {}));
    let done = match options(lexopt::Parser::from_env()) {
        Ok(Err(text)) => write!(io::stdout(), "{text}").map(|()| true),
        Ok(Ok(options)) => run(options),
        Err(error) => Err(io::Error::other(error.to_string())),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Nothing is left to do if even this cannot be written.
            let _ = writeln!(io::stderr(), "sphere-conformance: {error}");
            ExitCode::from(2)
        }
    }
}
