//! `sphere completions` and `sphere man`: what a package installs beside the binary.

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::console::Console;
use crate::failure::Failure;

pub(crate) fn completions(shell: Shell, console: &mut Console) -> Result<(), Failure> {
    // Into memory first: the generator panics if it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "sphere", &mut script);
    console.print(&String::from_utf8_lossy(&script))
}

pub(crate) fn man_page(subcommand: Option<&str>, console: &mut Console) -> Result<(), Failure> {
    let mut command = Arguments::command().disable_help_subcommand(true);
    // Gives each subcommand its whole name, such as `sphere-link`.
    command.build();
    let command = match subcommand {
        None => command,
        Some(name) => find(&command, name)?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).map_err(|error| Failure::Other(error.to_string()))?;
    console.print(&String::from_utf8_lossy(&page))
}

fn find(command: &Command, name: &str) -> Result<Command, Failure> {
    command
        .find_subcommand(name)
        .cloned()
        .ok_or_else(|| Failure::input("there is no such command", "`sphere help` lists them."))
}
