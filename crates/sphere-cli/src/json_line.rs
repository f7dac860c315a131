//! JSON as one line for a terminal.

use std::fmt::Write as _;

use sphere_core::unstable::text;

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
