//! `sphere`: `SpherePay`'s verification journey at the terminal.
//!
//! The command installs no logger, so nothing that it or a crate below it might log is ever written, whatever
//! `RUST_LOG` says.

// Comments on arguments are the help, which is no Markdown.
#![allow(clippy::doc_markdown)]

mod arguments;
mod call_arguments;
mod check;
mod clock;
mod connection;
mod console;
mod customer;
mod document;
mod exit;
mod failure;
mod hidden;
mod hosted_link;
mod hyphens;
mod ids;
mod json_line;
mod key;
mod length;
mod limited;
mod link;
mod list;
mod local_time;
mod one_time_password;
mod output;
mod packaging;
mod person;
mod progress;
mod qr;
mod record;
mod representative;
mod sandbox;
mod stdin;
mod table;
mod usage;
mod wait;
mod watch;

use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};

use crate::arguments::{Arguments, Command};
use crate::console::Console;
use crate::exit::Exit;
use crate::failure::Failure;

fn main() -> ExitCode {
    let mut console = Console::of_the_process();
    let mut command = Arguments::command();
    let words = hyphens::join(&command, std::env::args_os());
    let parsed = command.try_get_matches_from_mut(words).and_then(|matches| {
        let json = wants_json(&matches);
        Arguments::from_arg_matches(&matches).map(|arguments| (arguments, json))
    });
    let (arguments, json) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return usage::report(&error, &mut console).into(),
    };
    let result = run(arguments.command, &mut console).and_then(|exit| Ok(console.flush().map(|()| exit)?));
    if result.is_ok() || !json {
        console.note_remembered();
    }
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report(&mut console, json).into(),
    }
}

/// Whether the command, at whatever depth, was given `--json`: its failures are JSON then.
fn wants_json(matches: &ArgMatches) -> bool {
    match matches.subcommand() {
        Some((_, inner)) => wants_json(inner),
        None => matches.try_get_one::<bool>("json").ok().flatten().copied().unwrap_or_default(),
    }
}

fn run(command: Command, console: &mut Console) -> Result<Exit, Failure> {
    let done = |()| Exit::Success;
    match command {
        Command::Customer(command) => customer::run(&command, console).map(done),
        Command::Terms(arguments) => link::terms(&arguments, console).map(done),
        Command::OneTimePassword(command) => one_time_password::run(&command, console).map(done),
        Command::Document(command) => document::run(&command, console).map(done),
        Command::Link(arguments) => link::face_check(&arguments, console).map(done),
        Command::Wait(arguments) => wait::run(&arguments, console),
        Command::Representative(command) => representative::run(&command, console).map(done),
        Command::Check(arguments) => check::run(&arguments, console),
        Command::Sandbox(arguments) => match sandbox::run(arguments, console)? {},
        Command::Completions { shell } => packaging::completions(shell, console).map(done),
        Command::Man { command } => packaging::man_page(&command, console),
    }
}
