//! Secrets from standard input: the key, a one-time password, a tax number. Other users of a machine can read
//! arguments, and shells keep them.

use std::fmt;
use std::io::{self, BufRead, IsTerminal, Read};

use zeroize::Zeroizing;

use crate::console::Console;
use crate::failure::Failure;

/// Longer than any secret, and short enough to read if something else was piped in by mistake.
const LONGEST_INPUT: u64 = 16 * 1024;

/// All of standard input without a byte order mark and one line ending, if it is not a terminal.
pub(crate) fn piped() -> Result<Zeroizing<String>, StdinFault> {
    let stdin = io::stdin();
    if stdin.is_terminal() { Err(StdinFault::Terminal) } else { read(stdin.lock()) }
}

/// The same; on a terminal, it asks for a line.
pub(crate) fn piped_or_typed(what: &str, console: &mut Console) -> Result<Zeroizing<String>, Failure> {
    let stdin = io::stdin();
    let text = if stdin.is_terminal() {
        console.note(&format!("{what}: "));
        read_line(stdin.lock())
    } else {
        read(stdin.lock())
    };
    // An empty one would replace what the service has: the program before the pipe failed.
    let text = text.and_then(|text| if text.is_empty() { Err(StdinFault::Empty) } else { Ok(text) });
    text.map_err(|fault| Failure::input(fault.to_string(), format!("Pipe in the {what} and nothing else.")))
}

fn read(input: impl Read) -> Result<Zeroizing<String>, StdinFault> {
    bounded(|text| input.take(LONGEST_INPUT).read_to_string(text))
}

fn read_line(input: impl BufRead) -> Result<Zeroizing<String>, StdinFault> {
    bounded(|text| input.take(LONGEST_INPUT).read_line(text))
}

fn bounded(read: impl FnOnce(&mut String) -> io::Result<usize>) -> Result<Zeroizing<String>, StdinFault> {
    let mut text = Zeroizing::new(String::new());
    read(&mut text).map_err(StdinFault::Unreadable)?;
    if text.len() as u64 == LONGEST_INPUT {
        return Err(StdinFault::TooLong);
    }
    // PowerShell begins what it pipes with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let line = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(Zeroizing::new(line.to_owned()))
}

/// Error for a secret that cannot be read from standard input.
#[derive(Debug)]
pub(crate) enum StdinFault {
    Terminal,
    Unreadable(io::Error),
    TooLong,
    Empty,
}

impl fmt::Display for StdinFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Terminal => f.write_str("standard input is a terminal, where the key would show"),
            Self::Unreadable(error) => write!(f, "standard input cannot be read: {error}"),
            Self::TooLong => f.write_str("standard input is too long"),
            Self::Empty => f.write_str("standard input is empty"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(read: Result<Zeroizing<String>, StdinFault>) -> Result<String, String> {
        read.map(|text| text.to_string()).map_err(|fault| fault.to_string())
    }

    #[test]
    fn one_mark_and_one_line_ending_are_removed() {
        for (input, expected) in [
            ("sk_1", "sk_1"),
            ("sk_1\n", "sk_1"),
            ("sk_1\r\n", "sk_1"),
            ("sk_1\n\n", "sk_1\n"),
            (" sk_1 \n", " sk_1 "),
            ("sk_1\r", "sk_1\r"),
            ("", ""),
            ("\u{feff}sk_1\r\n", "sk_1"),
            ("sk\u{feff}_1", "sk\u{feff}_1"),
        ] {
            assert_eq!(text(read(input.as_bytes())).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn typed_line_ends_with_the_line() {
        assert_eq!(text(read_line(&b"123456\r\nmore"[..])).as_deref(), Ok("123456"));
    }

    #[test]
    fn bad_input_is_not_shown() {
        let error = text(read(&b"sk_\xff"[..])).unwrap_err();
        assert!(error.contains("standard input cannot be read"), "{error}");
        let error = text(read("x".repeat(20_000).as_bytes())).unwrap_err();
        assert_eq!(error, "standard input is too long");
    }
}
