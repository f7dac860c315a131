//! `sphere completions` and `sphere man`: what a package installs beside the binary.

use std::fmt::Write as _;

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::arguments::Arguments;
use crate::console::Console;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::usage;

pub(crate) fn completions(shell: Shell, console: &mut Console) -> Result<(), Failure> {
    // Into memory first: the generator panics if it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "sphere", &mut script);
    console
        .print(&String::from_utf8_lossy(&script))
        .map_err(Failure::from)
        .or_else(Failure::unless_reader_left)
}

/// The page of a command such as `customer create`, or of `sphere` itself.
pub(crate) fn man_page(words: &[String], console: &mut Console) -> Result<Exit, Failure> {
    // clap finds the command, and knows what to say about a wrong one.
    let line = ["sphere"].into_iter().chain(words.iter().map(String::as_str)).chain(["--help"]);
    match Arguments::command().disable_help_subcommand(true).try_get_matches_from(line) {
        Err(error) if error.use_stderr() => return Ok(usage::report(&error, console)),
        _ => {}
    }
    let mut command = Arguments::command().disable_help_subcommand(true);
    // Gives each subcommand its whole name, such as `sphere-link`.
    command.build();
    for word in words {
        command = command
            .find_subcommand(word)
            .cloned()
            .ok_or_else(|| Failure::input("there is no such command", "`sphere help` lists them."))?;
    }
    let page = render(command).map_err(|error| Failure::Other(error.to_string()))?;
    console.print(&page).map_err(Failure::from).or_else(Failure::unless_reader_left).map(|()| Exit::Success)
}

fn render(command: Command) -> std::io::Result<String> {
    let has_subcommands = command.has_subcommands();
    let sections = command.get_after_help().map(|text| sections(&text.to_string())).unwrap_or_default();
    let version = concat!("sphere ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.version(env!("CARGO_PKG_VERSION"))).source(version).manual("Sphere");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if has_subcommands {
        man.render_subcommands_section(&mut page)?;
    }
    Ok(String::from_utf8_lossy(&page).into_owned() + &sections)
}

/// The blocks of the text after the help, each under its own heading. (Left to itself, the generator puts them
/// into one section, with the lines run together.)
fn sections(after_help: &str) -> String {
    let mut roff = String::new();
    for block in after_help.split("\n\n") {
        let (heading, lines) = block.split_once('\n').unwrap_or(("Notes", block));
        // Writing to a `String` cannot fail. `.nf`: the lines stay as they are.
        let _ = writeln!(roff, ".SH \"{}\"\n.nf", heading.trim_end_matches(':').to_uppercase());
        for line in lines.lines() {
            roff.push_str(&escape(line.strip_prefix("  ").unwrap_or(line)));
            roff.push('\n');
        }
        roff.push_str(".fi\n");
    }
    roff
}

/// A line of text as roff: nothing in it is a request or an escape, and a hyphen can be searched and copied.
fn escape(line: &str) -> String {
    let escaped = line.replace('\\', r"\e").replace('-', r"\-").replace('\'', r"\(aq").replace('`', r"\(ga");
    if escaped.starts_with('.') { format!(r"\&{escaped}") } else { escaped }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_the_text_is_taken_for_roff() {
        assert_eq!(escape(r".so a\b --qr 'x' `y`"), r"\&.so a\eb \-\-qr \(aqx\(aq \(gay\(ga");
    }

    #[test]
    fn each_block_gets_its_heading() {
        assert_eq!(
            sections("Examples:\n  one\n  two\n\nExit status:\n  0  done"),
            ".SH \"EXAMPLES\"\n.nf\none\ntwo\n.fi\n.SH \"EXIT STATUS\"\n.nf\n0  done\n.fi\n",
        );
    }
}
