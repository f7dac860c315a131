//! One bounded line of text made of what others said, with the key hidden and control characters escaped.

use std::fmt::{self, Write as _};

use crate::config::ApiKey;

/// Adds `text` to `line`: at most `limit` characters, then `…`. The key is replaced by `[redacted]` wherever
/// it stands: a server may quote it ("Invalid key sk_…").
pub(crate) fn push(line: &mut String, text: &str, limit: usize, key: &ApiKey) {
    let key = key.expose();
    let mut left = limit;
    // Adds a piece whole or, where it does not fit, the mark that something is missing.
    let mut add = |piece: fmt::Arguments<'_>, length: usize| {
        let fits = length <= left;
        left = if fits { left - length } else { 0 };
        // Writing to a `String` cannot fail.
        let _ = if fits { line.write_fmt(piece) } else { line.write_char('…') };
        fits
    };
    let mut pieces = text.split(key);
    let mut piece = pieces.next();
    while let Some(clear) = piece {
        for character in clear.chars() {
            let fits = if is_plain(character) {
                add(format_args!("{character}"), 1)
            } else {
                let escaped = character.escape_default();
                add(format_args!("{escaped}"), escaped.len())
            };
            if !fits {
                return;
            }
        }
        piece = pieces.next();
        if piece.is_some() && !add(format_args!("{REDACTED}"), REDACTED.len()) {
            return;
        }
    }
}

const REDACTED: &str = "[redacted]";

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
        for limit in 0..60 {
            assert!(line("\0\u{10ffff}sk_canary\u{7f}", limit).chars().count() <= limit + 1);
        }
    }
}
