//! The key as this command holds it: where it comes from, and hiding it in what a server says.

use std::fmt;
use std::io::{IsTerminal, Read};

use sphere_core::ApiKey;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// More than any key, and little enough to read from whatever was piped in by mistake.
const LONGEST_INPUT: u64 = 16 * 1024;

const REDACTED: &str = "[redacted]";

/// A key's text, wiped when it is dropped. `ApiKey` does not give its own away.
#[derive(Clone)]
pub(crate) struct Key(Zeroizing<String>);

impl Key {
    pub(crate) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// All of standard input, without one line ending.
    pub(crate) fn from_stdin() -> Result<Self, Failure> {
        let stdin = std::io::stdin();
        if stdin.is_terminal() {
            return Err(Failure::input(
                "--api-key-stdin: standard input is a terminal, where the key would show",
                "Pipe the key in: --api-key-stdin < key-file",
            ));
        }
        Self::read(stdin.lock())
    }

    fn read(input: impl Read) -> Result<Self, Failure> {
        let failed = |what: &str| {
            Failure::input(format!("--api-key-stdin: {what}"), "Pipe in the key and nothing else.")
        };
        let mut text = Zeroizing::new(String::new());
        input
            .take(LONGEST_INPUT)
            .read_to_string(&mut text)
            .map_err(|error| failed(&format!("standard input cannot be read: {error}")))?;
        if text.len() as u64 == LONGEST_INPUT {
            return Err(failed("standard input is too long to be a key"));
        }
        let key = text.strip_suffix('\n').map_or(text.as_str(), |key| key.strip_suffix('\r').unwrap_or(key));
        Ok(Self::new(key.to_owned()))
    }

    pub(crate) fn api_key(&self) -> Result<ApiKey, sphere_core::InvalidApiKey> {
        ApiKey::new(self.0.as_str())
    }

    /// What a server said, without the key, in case it quoted that.
    pub(crate) fn hide(&self, text: &str) -> String {
        if self.0.is_empty() { text.to_owned() } else { text.replace(self.0.as_str(), REDACTED) }
    }

    /// What a server said, without the key and as one line of a terminal: control characters, and those
    /// that reorder or break a line, are escaped, and it is at most 256 characters long.
    pub(crate) fn line(&self, text: &str) -> String {
        let mut line = String::new();
        for (length, character) in self.hide(text).chars().enumerate() {
            if length == 256 {
                line.push('…');
                break;
            }
            if is_plain(character) {
                line.push(character);
            } else {
                line.extend(character.escape_default());
            }
        }
        line
    }
}

/// Neither a control character nor one that breaks or reorders a line, as in the SDK's own error lines.
pub(crate) fn is_plain(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({REDACTED})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &[u8]) -> Result<String, String> {
        match Key::read(input) {
            Ok(key) => Ok(key.0.to_string()),
            Err(failure) => Err(failure.to_string()),
        }
    }

    #[test]
    fn one_line_ending_is_taken_off_and_nothing_else() {
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
    fn what_is_no_key_is_said_without_showing_it() {
        let error = read(b"sk_\xff").unwrap_err();
        assert!(error.contains("standard input cannot be read"), "{error}");
        let error = read("x".repeat(20_000).as_bytes()).unwrap_err();
        assert!(error.contains("too long to be a key") && !error.contains("xx"), "{error}");
    }

    #[test]
    fn a_servers_words_lose_the_key_and_whatever_moves_the_cursor() {
        let key = Key::new("sk_canary".to_owned());
        assert_eq!(key.line("bad sk_canary\u{1b}[2J\n"), "bad [redacted]\\u{1b}[2J\\n");
        assert_eq!(key.hide("sk_canarysk_canary\n"), "[redacted][redacted]\n");
        assert_eq!(key.line(&"x".repeat(300)).chars().count(), 257);
        assert_eq!(Key::new(String::new()).line("as it is"), "as it is");
    }
}
