//! What a command shows of a response: text for people, or one line of JSON for scripts.

use std::fmt::Write as _;

use serde::Serialize;
use sphere_core::text;

use crate::console::Console;
use crate::failure::Failure;
use crate::key::Key;

/// Prints `value` as JSON, or the text.
pub(crate) fn show(
    value: &impl Serialize,
    json: bool,
    text: impl FnOnce() -> String,
    key: &Key,
    console: &mut Console,
) -> Result<(), Failure> {
    let shown = if json { to_json(value, key)? } else { text() };
    Ok(console.print(&shown)?)
}

/// The value as one line of JSON, without the key.
pub(crate) fn to_json(value: &impl Serialize, key: &Key) -> Result<String, Failure> {
    let json = serde_json::to_string(value).map_err(|error| Failure::Other(error.to_string()))?;
    Ok(one_line(&key.hide(&json)))
}

/// JSON as one line of plain characters, with a line break at its end. JSON itself demands an escape for the first 32
/// characters only (RFC 8259, section 7), and none of those can be in a string: the ones here are between tokens.
pub(crate) fn one_line(json: &str) -> String {
    let mut line = String::with_capacity(json.len() + 1);
    for character in json.chars().filter(|character| !matches!(character, '\n' | '\r' | '\t')) {
        if text::is_plain(character) {
            line.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a `String` cannot fail.
            let _ = write!(line, "\\u{unit:04x}");
        }
    }
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn json_is_one_line_of_plain_characters() {
        let object = json!({ "detail": "a\n\u{1b}[2J\u{7f}\u{9b}2J\u{202e}\u{2028}\u{e0041}é" });
        let line = one_line(&object.to_string());
        assert_eq!(line, "{\"detail\":\"a\\n\\u001b[2J\\u007f\\u009b2J\\u202e\\u2028\\udb40\\udc41é\"}\n");
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), object);
    }

    #[test]
    fn line_breaks_between_tokens_are_removed() {
        assert_eq!(one_line("{\r\n\t\"a\": [1,\n2]\n}"), "{\"a\": [1,2]}\n");
    }
}
