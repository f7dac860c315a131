//! `cargo run -p sphere-benches -- table` prints everything; `-- goals` what has a goal, and whether it
//! is met; `-- network` what a slow network costs; `-- short` counts
//! what must not grow, and fails if it has. `README.md` says how each figure is taken.

mod driver;

use std::process::ExitCode;

use driver::{gate, network, table};

fn main() -> ExitCode {
    let outcome = match std::env::args().nth(1).as_deref() {
        Some("short") => gate::run(),
        Some("goals") => gate::goals().map(|()| true),
        Some("table") => table::print().map(|()| true),
        Some("network") => network::run().map(|()| true),
        _ => Err("usage: sphere-benches short | goals | table | network".into()),
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
