//! Showing text that came from outside: the API key hidden, everything escaped that could reorder or hide text, and
//! bounded.
//!
//! A server can put anything into its responses: the key that it was sent, terminal commands, or characters that make a
//! line read differently from what it says. [`Error`](crate::Error) writes its line with these functions. They are
//! public as `unstable::text`, for programs that show more of a response.

mod key_traces;

pub(crate) use key_traces::KeyTraces;

/// What is shown instead of the key, or of another text that must not be shown.
pub const REDACTED: &str = "[redacted]";

/// Adds `text` to `line`: at most `limit` characters, then `…` if there was more.
///
/// The key is replaced by [`REDACTED`], whatever its case ("Invalid key SK_…"), also percent-encoded, in hex or in
/// base64, and so is every part of it of eight characters or more. A key of fewer characters is replaced as a whole
/// word only; an empty `key` is never found. Each
/// character that is not [plain](is_plain) is escaped as in Rust (`\n`, `\u{202e}`). A replacement or an escape is
/// added whole or not at all. Reads no more of `text` than it needs, so the cost depends on `limit` and not on the
/// text's length.
pub fn push(line: &mut String, text: &str, limit: usize, key: &str) {
    push_hiding(line, text, limit, Hidden { key: &KeyTraces::new(key), texts: &[] });
}

/// What a line must not show.
#[derive(Clone, Copy)]
pub(crate) struct Hidden<'a> {
    pub(crate) key: &'a KeyTraces,
    /// Hidden whatever their case. Where two begin, the first is taken.
    pub(crate) texts: &'a [&'a str],
}

/// The same for a key whose traces are at hand, and further texts to hide.
pub(crate) fn push_hiding(line: &mut String, text: &str, limit: usize, hidden: Hidden<'_>) {
    push_pieces(line, Pieces::new(text, hidden), limit);
}

/// The text with the key replaced by [`REDACTED`] as by [`push`], and otherwise unchanged: neither escaped nor bounded.
///
/// # Example
///
/// ```
/// use sphere_core::unstable::text;
///
/// assert_eq!(text::redact("bad key SK_LIVE_1\n", "sk_live_1"), "bad key [redacted]\n");
/// ```
pub fn redact(text: &str, key: &str) -> String {
    redact_hidden(text, Hidden { key: &KeyTraces::new(key), texts: &[] })
}

/// The text with each of these texts replaced by [`REDACTED`], whatever its case, and otherwise unchanged. Where two
/// begin, the first is taken; an empty one is never found.
///
/// # Example
///
/// ```
/// use sphere_core::unstable::text;
///
/// assert_eq!(text::redact_texts("JANE SMITH, Jane", &["Jane Smith", "Jane"]), "[redacted], [redacted]");
/// ```
pub fn redact_texts(text: &str, texts: &[&str]) -> String {
    redact_hidden(text, Hidden { key: &KeyTraces::new(""), texts })
}

fn redact_hidden(text: &str, hidden: Hidden<'_>) -> String {
    let mut redacted = String::with_capacity(text.len());
    for piece in Pieces::new(text, hidden) {
        match piece {
            Piece::Hidden => redacted.push_str(REDACTED),
            Piece::Run(run) => redacted.push_str(run),
            Piece::Character(character) => redacted.push(character),
        }
    }
    redacted
}

/// Whether a character is shown as itself: it is neither a control character nor one that breaks a line, changes the
/// direction of text, or is invisible.
///
/// Not plain are Unicode's control characters, U+2028, U+2029 and U+FFF9 to U+FFFB; the bidirectional controls; all
/// characters with the property `Default_Ignorable_Code_Point` (Unicode Standard Annex #44), such as zero-width spaces,
/// the byte order mark and tag characters; and everything from U+E0000 on.
///
/// # Example
///
/// ```
/// use sphere_core::unstable::text::is_plain;
///
/// assert!(is_plain('é') && is_plain('"') && is_plain('字'));
/// assert!(!is_plain('\n') && !is_plain('\u{202e}') && !is_plain('\u{200b}'));
/// ```
pub fn is_plain(character: char) -> bool {
    matches!(character, ' '..='~') || !character.is_control() && !is_hidden_or_moving(character)
}

/// What [`is_plain`] lists, but for control characters: first and last of each range, in order.
const HIDDEN_OR_MOVING: [(char, char); 18] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fff8}'),
    ('\u{fff9}', '\u{fffb}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', char::MAX),
];

fn is_hidden_or_moving(character: char) -> bool {
    HIDDEN_OR_MOVING.iter().take_while(|(first, _)| *first <= character).any(|(_, last)| character <= *last)
}

/// A piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    /// A text to hide stood here.
    Hidden,
    /// Visible ASCII, in which no text to hide begins.
    Run(&'a str),
    /// Any other character.
    Character(char),
}

/// The longest run, in bytes: no more of the text is read than is shown, and this.
const MAX_RUN: usize = 64;

/// Text in pieces, each found by looking no further than the texts to hide are long.
struct Pieces<'a> {
    rest: &'a str,
    /// Whether a letter or digit precedes the rest.
    is_after_word: bool,
    hidden: Hidden<'a>,
}

impl<'a> Pieces<'a> {
    fn new(text: &'a str, hidden: Hidden<'a>) -> Self {
        Self { rest: text, is_after_word: false, hidden }
    }

    /// What comes after a text to hide, if the rest begins with one.
    fn after_hidden(&self) -> Option<&'a str> {
        if let Some(length) = self.hidden.key.length_at_start(self.rest, self.is_after_word) {
            return self.rest.get(length..);
        }
        self.hidden.texts.iter().find_map(|hidden| strip(self.rest, hidden))
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if let Some(after) = self.after_hidden() {
            self.rest = after;
            self.is_after_word = false;
            return Some(Piece::Hidden);
        }
        let plain = self.rest.bytes().take(MAX_RUN).take_while(|byte| matches!(byte, b' '..=b'~')).count();
        let key_at = self.hidden.key.find(self.rest, plain, self.is_after_word);
        let text_at = self.hidden.texts.iter().filter_map(|hidden| find(self.rest, plain, hidden)).min();
        let (run, after) = self.rest.split_at(key_at.into_iter().chain(text_at).min().unwrap_or(plain));
        if let Some(last) = run.as_bytes().last() {
            self.is_after_word = last.is_ascii_alphanumeric();
            self.rest = after;
            return Some(Piece::Run(run));
        }
        let mut characters = self.rest.chars();
        let character = characters.next()?;
        self.is_after_word = character.is_alphanumeric();
        self.rest = characters.as_str();
        Some(Piece::Character(character))
    }
}

/// Where a text to hide begins first, among the first `within` bytes.
fn find(text: &str, within: usize, hidden: &str) -> Option<usize> {
    let first = hidden.bytes().next()?.to_ascii_lowercase();
    let begins = |at: usize| text.get(at..).is_some_and(|rest| strip(rest, hidden).is_some());
    let bytes = text.as_bytes().get(..within)?;
    bytes.iter().enumerate().position(|(at, byte)| byte.to_ascii_lowercase() == first && begins(at))
}

fn strip<'a>(text: &'a str, hidden: &str) -> Option<&'a str> {
    // Most characters are not the first of a text to hide.
    let first = hidden.bytes().next()?;
    if !text.bytes().next()?.eq_ignore_ascii_case(&first) {
        return None;
    }
    let (head, after) = text.split_at_checked(hidden.len())?;
    head.eq_ignore_ascii_case(hidden).then_some(after)
}

fn push_pieces<'a>(line: &mut String, pieces: impl Iterator<Item = Piece<'a>>, limit: usize) {
    let mut left = limit;
    for piece in pieces {
        let written_before = line.len();
        let written = match piece {
            Piece::Run(run) => {
                let shown = run.get(..left).unwrap_or(run);
                line.push_str(shown);
                if shown.len() < run.len() {
                    line.push('…');
                    return;
                }
                run.len()
            }
            Piece::Hidden => {
                line.push_str(REDACTED);
                REDACTED.len()
            }
            Piece::Character(character) if is_plain(character) => {
                line.push(character);
                1
            }
            Piece::Character(character) => {
                let escape = character.escape_default();
                line.extend(escape.clone());
                escape.len()
            }
        };
        let Some(rest) = left.checked_sub(written) else {
            line.truncate(written_before);
            line.push('…');
            return;
        };
        left = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "sk_canary";

    fn line(text: &str, limit: usize) -> String {
        let mut line = String::new();
        push(&mut line, text, limit, KEY);
        line
    }

    #[test]
    fn the_key_is_hidden_anywhere_in_any_case() {
        assert_eq!(line("sk_canary", 99), "[redacted]");
        assert_eq!(line("bad key sk_canarySK_Canary!", 99), "bad key [redacted][redacted]!");
        assert_eq!(line("ésk_canaryé", 99), "é[redacted]é");
        assert_eq!(line("sk_canask_canary", 99), "sk_cana[redacted]");
        assert_eq!(redact("ésk_canary\n", KEY), "é[redacted]\n");
        assert_eq!(redact("-k1-k1", "-k1"), "[redacted][redacted]", "a short one right after another");
    }

    #[test]
    fn of_several_texts_the_first_is_hidden() {
        let mut line = String::new();
        let texts = ["Jane Smith", "Jane", "élan", ""];
        let hidden = Hidden { key: &KeyTraces::new(""), texts: &texts };
        push_hiding(&mut line, "jane smith and Jane, Janet; élan", 99, hidden);
        assert_eq!(line, "[redacted] and [redacted], [redacted]t; [redacted]");
    }

    #[test]
    fn an_empty_key_is_never_found() {
        let key = KeyTraces::new("");
        let pieces: Vec<_> = Pieces::new("as\n", Hidden { key: &key, texts: &[""] }).take(9).collect();
        assert_eq!(pieces, [Piece::Run("as"), Piece::Character('\n')]);
    }

    #[test]
    fn a_key_at_the_limit_shows_no_part() {
        for limit in 0..20 {
            assert!(!line("key: sk_canary", limit).contains('_'), "{limit}");
        }
    }

    #[test]
    fn text_is_bounded_and_stays_one_line() {
        assert_eq!(line("abc", 3), "abc");
        assert_eq!(line("abcd", 3), "abc…");
        assert_eq!(line("a\r\nb\u{2028}\u{202e}\0", 99), "a\\r\\nb\\u{2028}\\u{202e}\\u{0}");
        assert_eq!(line("é\"'\\", 99), "é\"'\\");
        for limit in 0..60 {
            assert!(line("\0\u{10ffff}sk_canary\u{7f}", limit).chars().count() <= limit + 1);
        }
    }

    #[test]
    fn characters_that_reorder_or_hide_text_are_escaped() {
        let ranges = [
            0x00..=0x1f,
            0x7f..=0x9f,
            0x61c..=0x61c,
            0x200b..=0x200f,
            0x2028..=0x2029,
            0x202a..=0x202e,
            0x2066..=0x2069,
            0xfeff..=0xfeff,
            0xe0000..=0xe0fff,
            0x10_ffff..=0x10_ffff,
        ];
        for character in ranges.into_iter().flatten().filter_map(char::from_u32) {
            let shown = line(&format!("a{character}b"), 99);
            assert!(shown.is_ascii() && shown.starts_with("a\\"), "{character:?} is shown as {shown:?}");
        }
        for character in ' '..='~' {
            assert_eq!(line(&character.to_string(), 9), character.to_string());
        }
    }

    #[test]
    fn the_ranges_are_in_order() {
        assert!(HIDDEN_OR_MOVING.iter().all(|(first, last)| first <= last));
        assert!(HIDDEN_OR_MOVING.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    /// The cost is counted in pieces, since each takes at most one comparison with the key.
    #[test]
    fn no_more_is_read_than_is_shown() {
        for text in ["x", "é", "字", "\u{202e}", "sk_canary", "sk_canar"] {
            let text = text.repeat(1024 * 1024 / text.len());
            let (mut line, mut read) = (String::new(), 0);
            let hidden = Hidden { key: &KeyTraces::new(KEY), texts: &[] };
            push_pieces(&mut line, Pieces::new(&text, hidden).inspect(|_| read += 1), 256);
            assert!(read <= 257, "{read} pieces read for {} characters", line.chars().count());
        }
    }

    #[test]
    fn pieces_are_never_more_than_characters() {
        let runs = 1024 * 1024 / MAX_RUN;
        for (character, pieces) in [('x', runs), ('é', 1024 * 1024), ('s', runs)] {
            let text = character.to_string().repeat(1024 * 1024);
            let hidden = Hidden { key: &KeyTraces::new(KEY), texts: &[] };
            assert_eq!(Pieces::new(&text, hidden).count(), pieces, "{character}");
        }
    }
}
