//! One bounded line of text made of what others said, with the key hidden and control characters escaped.

/// Adds `text` to `line`: at most `limit` characters, then `…`. The key is replaced by `[redacted]` wherever
/// it stands: a server may quote it ("Invalid key sk_…").
pub(crate) fn push(line: &mut String, text: &str, limit: usize, key: &str) {
    let (mut rest, mut left) = (text, limit);
    loop {
        // What most of a line is made of, in one piece, up to where the key begins.
        let plain = rest.bytes().position(|byte| !matches!(byte, b' '..=b'~')).unwrap_or(rest.len());
        let run = find(rest, key).unwrap_or(plain).min(plain).min(left);
        let (common, others) = rest.split_at(run);
        line.push_str(common);
        (rest, left) = (others, left - run);

        // Then a piece that goes in whole or, where it does not fit, the mark that something is missing.
        let Some(character) = rest.chars().next() else { return };
        let length = if rest.starts_with(key) {
            rest = &rest[key.len()..];
            push_within(line, left, REDACTED.chars())
        } else {
            rest = &rest[character.len_utf8()..];
            if is_plain(character) {
                push_within(line, left, std::iter::once(character))
            } else {
                push_within(line, left, character.escape_default())
            }
        };
        let Some(length) = length else {
            line.push('…');
            return;
        };
        left -= length;
    }
}

/// Where the key begins in the text. `str::find` prepares itself for long texts, which costs more than it saves
/// in these.
fn find(text: &str, key: &str) -> Option<usize> {
    let (text, key) = (text.as_bytes(), key.as_bytes());
    let room = text.len().checked_sub(key.len())?;
    let starts = text.get(..=room)?;
    let first = key.first()?;
    starts.iter().enumerate().position(|(at, byte)| byte == first && text[at..].starts_with(key))
}

/// Adds the piece and returns its length, if that is within the limit.
fn push_within(line: &mut String, limit: usize, piece: impl Iterator<Item = char> + Clone) -> Option<usize> {
    let length = piece.clone().count();
    (length <= limit).then(|| {
        line.extend(piece);
        length
    })
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
        push(&mut line, text, limit, "sk_canary");
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
