//! One bounded line of text made of what others said, with the key hidden and control characters escaped.

use std::fmt::Write as _;

use crate::config::ApiKey;

/// Adds `text` to `line`: at most `limit` characters of it, then `…`. The key is replaced by `[redacted]`
/// wherever it stands: a server may quote it ("Invalid key sk_…").
pub(crate) fn push(line: &mut String, text: &str, limit: usize, key: &ApiKey) {
    let key = key.expose();
    let mut left = limit;
    let mut rest = text;
    loop {
        let found = if key.is_empty() { None } else { rest.find(key) };
        let clear = &rest[..found.unwrap_or(rest.len())];
        for character in clear.chars() {
            if left == 0 {
                line.push('…');
                return;
            }
            left -= 1;
            if is_plain(character) {
                line.push(character);
            } else {
                // Writing to a `String` cannot fail.
                let _ = write!(line, "{}", character.escape_default());
            }
        }
        let Some(at) = found else { return };
        if left == 0 {
            line.push('…');
            return;
        }
        left -= 1;
        line.push_str("[redacted]");
        rest = &rest[at + key.len()..];
    }
}

/// Neither a control character nor one that breaks or reorders a line (Unicode's bidirectional controls).
fn is_plain(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, limit: usize) -> String {
        let mut line = String::new();
        push(&mut line, text, limit, &ApiKey::new("sk_canary").unwrap());
        line
    }

    #[test]
    fn the_key_is_hidden_wherever_it_stands() {
        assert_eq!(line("sk_canary", 99), "[redacted]");
        assert_eq!(line("bad key sk_canarysk_canary!", 99), "bad key [redacted][redacted]!");
    }

    #[test]
    fn a_key_across_the_limit_leaves_no_part_of_itself() {
        for limit in 0..20 {
            assert!(!line("key: sk_canary", limit).contains('_'), "{limit}");
        }
    }

    #[test]
    fn it_is_bounded_and_stays_one_line() {
        assert_eq!(line("abc", 3), "abc");
        assert_eq!(line("abcd", 3), "abc…");
        assert_eq!(line("a\r\nb\u{2028}\u{202e}\0", 99), "a\\r\\nb\\u{2028}\\u{202e}\\u{0}");
        assert_eq!(line("é\"", 99), "é\"");
    }
}
