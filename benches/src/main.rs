//! `cargo run -p sphere-benches -- goals` prints what has a goal, and whether it is met; `-- uploads` large files by
//! several ways; `-- growth` what one of n costs; `-- table` all figures of a call; `-- network` what a slow network
//! costs; `-- short` counts what must not grow, and fails if it has. `README.md` says how each figure is taken.

mod driver;

use std::process::ExitCode;

use driver::{gate, growth, network, table, uploads};

fn main() -> ExitCode {
    let outcome = match std::env::args().nth(1).as_deref() {
        Some("short") => gate::run(),
        Some("goals") => gate::goals().map(|()| true),
        Some("uploads") => uploads::print().map(|()| true),
        Some("growth") => growth::run().map(|()| true),
        Some("table") => table::print().map(|()| true),
        Some("network") => network::run().map(|()| true),
        _ => Err("usage: sphere-benches short | goals | uploads | growth | table | network".into()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
