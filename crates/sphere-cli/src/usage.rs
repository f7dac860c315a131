//! What clap says about a command line: help and version as they are, faults without values that were typed.
//!
//! clap quotes the argument that it does not understand. Here that may be an API key or personal data, so only names
//! are shown: those that the command knows, and words that look like a command's or an option's name.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::console::Console;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hidden::FEWEST_CHARACTERS;

pub(crate) fn report(error: &Error, console: &mut Console) -> Exit {
    if !error.use_stderr() {
        let text = error.render();
        let text = if console.out_is.colour { text.ansi().to_string() } else { text.to_string() };
        return match console.print(&text).map_err(Failure::from).or_else(Failure::unless_reader_left) {
            Ok(()) => Exit::Success,
            Err(failure) => failure.report(console, false),
        };
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        console.note(&error.render().to_string());
        return Exit::Input;
    }
    Failure::input(fault(error), advice(error)).report(console, false)
}

fn fault(error: &Error) -> String {
    match error.kind() {
        ErrorKind::InvalidSubcommand => match unknown_command(error) {
            Some(name) => format!("there is no command {name} here"),
            None => "there is no such command".to_owned(),
        },
        ErrorKind::UnknownArgument => match unknown_option(error) {
            Some(name) => format!("there is no option {name} here"),
            None => "there is one argument too many".to_owned(),
        },
        ErrorKind::MissingRequiredArgument => format!("{} is missing", argument(error)),
        ErrorKind::ArgumentConflict => match text(error, ContextKind::PriorArg) {
            Some(other) if other == argument(error) => format!("{other} is given twice"),
            Some(other) => format!("{} and {other} cannot be used together", argument(error)),
            None => format!("{} cannot be used with the others", argument(error)),
        },
        ErrorKind::InvalidUtf8 => "an argument is not Unicode".to_owned(),
        ErrorKind::TooManyValues => format!("{} takes no value", argument(error)),
        _ => {
            let value = text(error, ContextKind::InvalidValue).unwrap_or_default();
            let fault = std::error::Error::source(error).map(ToString::to_string);
            match fault {
                None if value.is_empty() => format!("{} has no value", argument(error)),
                // clap's own parsers quote the value.
                Some(fault) if value.len() < FEWEST_CHARACTERS || !fault.contains(&value) => {
                    format!("{}: {fault}", argument(error))
                }
                _ => format!("{} cannot have this value", argument(error)),
            }
        }
    }
}

fn advice(error: &Error) -> String {
    if unknown_option(error).is_some_and(|name| KEY_OPTIONS.contains(&name.as_str())) {
        return "A key is not taken from an argument, which other users of the machine could read: set \
                SPHEREPAY_API_KEY, or pipe it in with --api-key-stdin."
            .to_owned();
    }
    let known = |kind| text(error, kind).filter(|text| !text.is_empty());
    if let Some(name) = known(ContextKind::SuggestedArg).or_else(|| known(ContextKind::SuggestedSubcommand)) {
        return format!("Is it {name}? --help says more.");
    }
    match known(ContextKind::ValidValue) {
        Some(values) => format!("It can be {values}. --help says more."),
        None => "--help says what it takes.".to_owned(),
    }
}

/// What people try first.
const KEY_OPTIONS: [&str; 4] = ["--api-key", "--key", "--token", "--secret"];

/// The name of one of the command's own arguments, or several.
fn argument(error: &Error) -> String {
    text(error, ContextKind::InvalidArg).unwrap_or_else(|| "an argument".to_owned())
}

/// What was typed, if it is surely meant as an option's name.
fn unknown_option(error: &Error) -> Option<String> {
    let typed =
        text(error, ContextKind::InvalidArg).filter(|_| error.kind() == ErrorKind::UnknownArgument)?;
    looks_like_a_name(typed.strip_prefix("--")?).then_some(typed)
}

/// What was typed, if it is surely meant as a command's name.
fn unknown_command(error: &Error) -> Option<String> {
    text(error, ContextKind::InvalidSubcommand).filter(|typed| looks_like_a_name(typed))
}

/// API keys have digits or underscores, e-mail addresses an `@`.
fn looks_like_a_name(word: &str) -> bool {
    (1..=24).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

fn text(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        _ => None,
    }
}
