//! The key as this command holds it: reading it from standard input, and hiding it in what a server says.

use std::fmt;
use std::io::{self, IsTerminal, Read};

use sphere_core::{ApiKey, text};
use zeroize::Zeroizing;

/// Longer than any key, and short enough to read if something else was piped in by mistake.
const LONGEST_INPUT: u64 = 16 * 1024;

/// A key's text, wiped when it is dropped. `ApiKey` does not give its own away.
#[derive(Clone)]
pub(crate) struct Key(Zeroizing<String>);

impl Key {
    pub(crate) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// All of standard input, without one line ending.
    pub(crate) fn from_stdin() -> Result<Self, StdinFault> {
        let stdin = io::stdin();
        if stdin.is_terminal() { Err(StdinFault::Terminal) } else { Self::read(stdin.lock()) }
    }

    fn read(input: impl Read) -> Result<Self, StdinFault> {
        let mut text = Zeroizing::new(String::new());
        input.take(LONGEST_INPUT).read_to_string(&mut text).map_err(StdinFault::Unreadable)?;
        if text.len() as u64 == LONGEST_INPUT {
            return Err(StdinFault::TooLong);
        }
        let key = text.strip_suffix('\n').map_or(text.as_str(), |key| key.strip_suffix('\r').unwrap_or(key));
        Ok(Self::new(key.to_owned()))
    }

    pub(crate) fn api_key(&self) -> Result<ApiKey, sphere_core::InvalidApiKey> {
        ApiKey::new(self.0.as_str())
    }

    /// Text from a server, with the key hidden in case it quotes that.
    pub(crate) fn hide(&self, text: &str) -> String {
        text::redact(text, &self.0)
    }

    /// Text from a server as part of one line: the key hidden, characters that could reorder or hide text escaped, at
    /// most 256 characters.
    pub(crate) fn line(&self, text: &str) -> String {
        let mut line = String::new();
        text::push(&mut line, text, 256, &self.0);
        line
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", text::REDACTED)
    }
}

/// Error for a key that cannot be read from standard input.
#[derive(Debug)]
pub(crate) enum StdinFault {
    Terminal,
    Unreadable(io::Error),
    TooLong,
}

impl StdinFault {
    pub(crate) fn advice(&self) -> &'static str {
        match self {
            Self::Terminal => "Pipe the key in: --api-key-stdin < key-file",
            Self::Unreadable(_) | Self::TooLong => "Pipe in the key and nothing else.",
        }
    }
}

impl fmt::Display for StdinFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Terminal => f.write_str("standard input is a terminal, where the key would show"),
            Self::Unreadable(error) => write!(f, "standard input cannot be read: {error}"),
            Self::TooLong => f.write_str("standard input is too long to be a key"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &[u8]) -> Result<String, String> {
        match Key::read(input) {
            Ok(key) => Ok(key.0.to_string()),
            Err(fault) => Err(fault.to_string()),
        }
    }

    #[test]
    fn only_one_line_ending_is_removed() {
        for (input, key) in [
            ("sk_1", "sk_1"),
            ("sk_1\n", "sk_1"),
            ("sk_1\r\n", "sk_1"),
            ("sk_1\n\n", "sk_1\n"),
            (" sk_1 \n", " sk_1 "),
            ("sk_1\r", "sk_1\r"),
            ("", ""),
        ] {
            assert_eq!(read(input.as_bytes()).as_deref(), Ok(key));
        }
    }

    #[test]
    fn bad_input_is_not_shown() {
        let error = read(b"sk_\xff").unwrap_err();
        assert!(error.contains("standard input cannot be read"), "{error}");
        let error = read("x".repeat(20_000).as_bytes()).unwrap_err();
        assert!(error.contains("too long to be a key") && !error.contains("xx"), "{error}");
    }

    #[test]
    fn server_text_loses_key_and_control_characters() {
        let key = Key::new("sk_canary".to_owned());
        assert_eq!(key.line("bad sk_canary\u{1b}[2J\n"), "bad [redacted]\\u{1b}[2J\\n");
        assert_eq!(key.hide("sk_canarysk_canary\n"), "[redacted][redacted]\n");
        assert_eq!(key.line(&"x".repeat(300)).chars().count(), 257);
        assert_eq!(Key::new(String::new()).line("as it is"), "as it is");
    }
}
