//! HTTP clients in the conformance suite of the Sphere SDK. `HELP` below says how to run it, `docs/http-clients.md`
//! what came of it.

mod clients;
mod document;
mod exchange;
mod measure;
mod results;
mod rows;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::prelude::*;
use results::Results;
use rows::Row;

const HELP: &str = "\
Measures HTTP clients by the conformance suite of the Sphere SDK, and writes conformance/scorecard/results.json and
docs/http-clients.md. `bash .ci/scorecard` prepares what the clients need, and runs it.

Usage: sphere-scorecard [--runs N] [--check]   all clients, N times (by default 3), which must agree
       sphere-scorecard NAME...                the report of these clients; nothing is written
       sphere-scorecard page                   only the page, from results.json: after a change of a text
       sphere-scorecard subject NAME           a Rust client as a subject of sphere-conformance

      --check    Write nothing: fail if what was measured is not what the files say
  -h, --help     Print this
";

/// The folder of this crate.
fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

struct Options {
    runs: usize,
    check: bool,
    names: Vec<String>,
}

fn options() -> Result<Options, lexopt::Error> {
    let mut options = Options { runs: 3, check: false, names: Vec::new() };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("runs") => options.runs = parser.value()?.parse()?,
            Long("check") => options.check = true,
            Short('h') | Long("help") => options.names = vec!["help".to_owned()],
            Value(name) => options.names.push(name.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

fn subject(name: &str) -> io::Result<()> {
    // More than one provider is in this program, so that rustls does not choose: it is given the one that it has by
    // default.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let candidate = clients::candidate(name).ok_or_else(|| unknown(name))?;
    sphere_conformance::serve_stdio(name, &candidate)
}

fn unknown(name: &str) -> io::Error {
    let names: Vec<_> = rows::all().iter().map(Row::name).collect();
    io::Error::other(format!("there is no client {name}, but {}", names.join(", ")))
}

/// Prints the reports of some rows.
fn report(names: &[String]) -> io::Result<()> {
    let mut rows = rows::all();
    if let Some(name) = names.iter().find(|name| rows.iter().all(|row| row.name() != **name)) {
        return Err(unknown(name));
    }
    rows.retain(|row| names.contains(&row.name()));
    for (row, measured) in rows.iter().zip(measure::run(&rows)?) {
        println!("{}\n\n{measured}\n", row.title()?);
    }
    Ok(())
}

/// Measures all rows, and returns whether all runs agree, and with the files if they are not written.
fn scorecard(options: &Options) -> io::Result<bool> {
    let rows = rows::all();
    let mut results = Results::default();
    let mut agree = true;
    for run in 1..=options.runs {
        for (row, measured) in rows.iter().zip(measure::run(&rows)?) {
            eprintln!("run {run} of {}: {}: {}", options.runs, row.name(), measured.summary());
            std::fs::write(report_file(row)?, measured.to_string())?;
            agree &= results.add(row, &measured);
        }
    }
    let document = document::page(&rows, &results)?;
    for (file, text) in [(results_file(), results.to_json()?), (document_file(), document)] {
        if options.check {
            let is_same = std::fs::read_to_string(&file)? == text;
            if !is_same {
                eprintln!("{} is not what was measured", file.display());
            }
            agree &= is_same;
        } else {
            std::fs::write(&file, text)?;
        }
    }
    Ok(agree)
}

/// Writes the page by the results of the last measurement.
fn write_page() -> io::Result<()> {
    std::fs::write(document_file(), saved_page()?)
}

fn saved_page() -> io::Result<String> {
    let results = Results::from_json(&std::fs::read_to_string(results_file())?)?;
    document::page(&rows::all(), &results)
}

fn results_file() -> PathBuf {
    folder().join("results.json")
}

fn document_file() -> PathBuf {
    folder().join("../../docs/http-clients.md")
}

/// Where the last report of a row is kept, with a sentence for each broken contract.
fn report_file(row: &Row) -> io::Result<PathBuf> {
    let folder = folder().join("../../target/scorecard-reports");
    std::fs::create_dir_all(&folder)?;
    Ok(folder.join(format!("{}.txt", row.name())))
}

fn main() -> ExitCode {
    let done = match options() {
        Err(error) => Err(io::Error::other(error.to_string())),
        Ok(options) => match &options.names[..] {
            [] => scorecard(&options),
            [help] if help == "help" => {
                print!("{HELP}");
                Ok(true)
            }
            [page] if page == "page" => write_page().map(|()| true),
            [word, name] if word == "subject" => subject(name).map(|()| true),
            names => report(names).map(|()| true),
        },
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("sphere-scorecard: {error}");
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tables, the lists and the adapters in it are those of this folder.
    #[test]
    fn page_is_up_to_date() {
        let page = std::fs::read_to_string(document_file()).unwrap();
        assert!(page == saved_page().unwrap(), "run `sphere-scorecard page`");
    }
}
