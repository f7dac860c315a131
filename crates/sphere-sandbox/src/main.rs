//! The sandbox as a program: starts it, says how to use it, and serves until it is interrupted.

mod arguments;

use std::{
    io::{self, Write as _},
    process::ExitCode,
    thread,
};

use sphere_sandbox::program::Options;

use crate::arguments::{Arguments, USAGE};

fn main() -> ExitCode {
    let arguments = match Arguments::from_env() {
        Ok(arguments) => arguments,
        Err(error) => {
            complain(&error);
            return ExitCode::from(2);
        }
    };
    if arguments.help {
        // If this fails, nobody reads the output.
        let _ = io::stdout().write_all(USAGE.as_bytes());
        return ExitCode::SUCCESS;
    }
    match serve(&arguments.options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn complain(error: &dyn std::fmt::Display) {
    let _ = writeln!(io::stderr(), "sphere-sandbox: {error}");
}

fn serve(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = options.start()?;
    {
        // Not locked any longer than this: each request is a line of its own.
        let mut out = io::stdout().lock();
        out.write_all(options.introduction(&sandbox, &[]).as_bytes())?;
        out.flush()?;
    }
    // The default action of an interrupt ends the process. Nothing needs to be cleaned up.
    loop {
        thread::park();
    }
}
