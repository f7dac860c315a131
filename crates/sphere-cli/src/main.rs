//! `sphere`: `SpherePay`'s face verification links at the terminal.
//!
//! The command installs no logger, so nothing that it or a crate below it might log is ever written, whatever
//! `RUST_LOG` says.

mod arguments;
mod check;
mod clock;
mod connection;
mod console;
mod documents;
mod exit;
mod failure;
mod key;
mod link;
mod qr;
mod sandbox;
mod usage;
mod watch;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::console::Console;
use crate::exit::Exit;
use crate::failure::Failure;

fn main() -> ExitCode {
    let mut console = Console::of_the_process();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage::answer(&error, &mut console).into(),
    };
    let json = arguments.wants_json();
    match run(arguments.command, &mut console).and_then(|exit| Ok(console.flush().map(|()| exit)?)) {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report(&mut console, json).into(),
    }
}

fn run(command: Command, console: &mut Console) -> Result<Exit, Failure> {
    match command {
        Command::Link(arguments) => link::run(&arguments, console).map(|()| Exit::Success),
        Command::Check(arguments) => check::run(&arguments, console),
        Command::Sandbox(arguments) => match sandbox::run(arguments, console)? {},
        Command::Completions { shell } => documents::completions(shell, console).map(|()| Exit::Success),
        Command::Man { command } => documents::man_page(command.as_deref(), console).map(|()| Exit::Success),
    }
}
