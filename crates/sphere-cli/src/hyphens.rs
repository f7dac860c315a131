//! Values that begin with a hyphen, such as the address line `-5 Main`.
//!
//! clap takes such a word for an option, or else, with `allow_hyphen_values`, every option for a value. Here a word
//! with one hyphen is a value where one is expected, and a word with two hyphens is an option.

use std::ffi::OsString;

use clap::Command;

/// The words of a command line, in which `--line1 '-5 Main'` has become `--line1=-5 Main`.
pub(crate) fn join(mut command: &Command, words: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut joined = Vec::new();
    let mut words = words.into_iter().peekable();
    while let Some(mut word) = words.next() {
        let text = word.to_str().unwrap_or_default();
        if text == "--" {
            joined.push(word);
            break;
        }
        command = command.find_subcommand(text).unwrap_or(command);
        let name = text.strip_prefix("--");
        if name.is_some() && command.get_opts().any(|option| option.get_long() == name) {
            let is_value = |next: &OsString| {
                let next = next.to_string_lossy();
                next.starts_with('-') && !next.starts_with("--") && next != "-h"
            };
            if let Some(value) = words.next_if(is_value) {
                word.push("=");
                word.push(value);
            }
        }
        joined.push(word);
    }
    joined.extend(words);
    joined
}
