//! How a key is recognised in text that a server wrote: as it is, percent-encoded, in hex or in base64, whatever the
//! case, and masked forms that keep eight or more of its characters.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

/// As many characters of a key give it away.
const TELLING: usize = 8;

/// Eight bytes, as one number.
type Piece = u64;

/// Every run of eight characters of a key and of its encodings. Wiped when dropped.
pub(crate) struct KeyTraces {
    /// In lower case, and in order.
    pieces: Zeroizing<Vec<Piece>>,
    /// A key of fewer than eight characters. It is hidden as a whole word only, since an ordinary word may hold it.
    short_key: Zeroizing<String>,
}

impl KeyTraces {
    /// The traces of this key, which is visible ASCII; an empty one has none.
    pub(crate) fn new(key: &str) -> Self {
        if key.len() < TELLING {
            return Self { pieces: Zeroizing::default(), short_key: Zeroizing::new(key.to_owned()) };
        }
        // Room for all forms, so that no reallocation leaves a copy behind: 1 + 3 + 2 + 6 × 4/3 times the key.
        let mut pieces = Zeroizing::new(Vec::with_capacity(14 * key.len() + 8));
        let mut add = |form: &[u8]| {
            let form = Zeroizing::new(form.to_ascii_lowercase());
            pieces.extend(form.windows(TELLING).map(|piece| piece.iter().copied().fold(0, push)));
        };
        add(key.as_bytes());
        add(Zeroizing::new(utf8_percent_encode(key, NON_ALPHANUMERIC).to_string()).as_bytes());
        add(&Zeroizing::new(hex(key.as_bytes())));
        for before in 0..3 {
            for alphabet in [STANDARD, URL_SAFE] {
                add(&Zeroizing::new(inside_base64(before, key.as_bytes(), alphabet)));
            }
        }
        pieces.sort_unstable();
        pieces.dedup();
        Self { pieces, short_key: Zeroizing::default() }
    }

    /// Where a trace begins first, among the first `within` bytes of the text. `is_after_word` says whether a letter or
    /// digit precedes the text.
    pub(super) fn find(&self, text: &str, within: usize, is_after_word: bool) -> Option<usize> {
        let bytes = text.as_bytes();
        if !self.short_key.is_empty() {
            let begins = |at: usize| {
                let is_after_word = match at.checked_sub(1) {
                    Some(before) => bytes.get(before).is_some_and(u8::is_ascii_alphanumeric),
                    None => is_after_word,
                };
                self.short_key_at(bytes.get(at..)?, is_after_word)
            };
            return (0..within).find(|at| begins(*at).is_some());
        }
        // A key and its encodings have no space in them: most words are too short to be looked up.
        let (mut piece, mut visible) = (0, 0);
        for (at, byte) in bytes.iter().copied().take(within + TELLING - 1).enumerate() {
            piece = push(piece, byte);
            visible = if byte.is_ascii_graphic() { visible + 1 } else { 0 };
            if visible >= TELLING && self.pieces.binary_search(&piece).is_ok() {
                return Some(at + 1 - TELLING);
            }
        }
        None
    }

    /// How many bytes at the beginning of the text are a trace.
    pub(super) fn length_at_start(&self, text: &str, is_after_word: bool) -> Option<usize> {
        let bytes = text.as_bytes();
        if !self.short_key.is_empty() {
            return self.short_key_at(bytes, is_after_word);
        }
        let is_known = |piece: &[u8]| self.pieces.binary_search(&piece.iter().copied().fold(0, push)).is_ok();
        let pieces = bytes.windows(TELLING).take_while(|piece| is_known(piece)).count();
        (pieces > 0).then(|| pieces + TELLING - 1)
    }

    fn short_key_at(&self, bytes: &[u8], is_after_word: bool) -> Option<usize> {
        let length = self.short_key.len();
        let is_here = bytes.get(..length)?.eq_ignore_ascii_case(self.short_key.as_bytes());
        let is_before_word = bytes.get(length).is_some_and(u8::is_ascii_alphanumeric);
        (is_here && !is_after_word && !is_before_word).then_some(length)
    }
}

/// The piece that ends with this byte, whatever its case.
fn push(piece: Piece, byte: u8) -> Piece {
    piece << 8 | Piece::from(byte.to_ascii_lowercase())
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0') as u8;
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The characters of base64 (RFC 4648) that only these bytes decide, if `before` bytes precede them: where a key stands
/// inside a longer text, such as `user:key`, decides how it is encoded.
fn inside_base64(before: usize, bytes: &[u8], alphabet: &[u8; 64]) -> Vec<u8> {
    let sextets = (before * 8).div_ceil(6)..(before + bytes.len()) * 8 / 6;
    let bit = |at: usize| bytes.get(at / 8 - before).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let sextet = |at: usize| (0..6).fold(0, |value, place| value << 1 | bit(at * 6 + place));
    sextets.filter_map(|at| alphabet.get(usize::from(sextet(at))).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "sk_live_5a11b0a7";

    fn hidden(text: &str) -> String {
        super::super::redact(text, KEY)
    }

    #[test]
    fn every_form_is_hidden() {
        for form in [
            "sk_live_5a11b0a7",
            "SK_LIVE_5A11B0A7",
            "sk%5Flive%5F5a11b0a7",
            "sk%5flive%5f5a11b0a7",
            "736b5f6c6976655f3561313162306137",
            "736B5F6C6976655F3561313162306137",
        ] {
            assert_eq!(hidden(&format!("bad key '{form}'.")), "bad key '[redacted]'.", "{form}");
        }
        // base64 of `user:sk_live_5a11b0a7`, of one more byte in front, and of one more still.
        for form in [
            "dXNlcjpza19saXZlXzVhMTFiMGE3",
            "dXNlcnM6c2tfbGl2ZV81YTExYjBhNw==",
            "dXNlcnM6OnNrX2xpdmVfNWExMWIwYTc=",
        ] {
            let shown = hidden(form);
            assert!(shown.contains("[redacted]") && shown.len() < 24, "{form} is shown as {shown}");
        }
    }

    #[test]
    fn masked_key_with_eight_characters_is_hidden() {
        assert_eq!(hidden("key sk_live_5a…"), "key [redacted]…");
        assert_eq!(hidden("key ****5a11b0a7"), "key ****[redacted]");
        assert_eq!(hidden("key ****11b0a7"), "key ****11b0a7");
        assert_eq!(hidden("ends in b0a7"), "ends in b0a7");
    }

    #[test]
    fn short_key_is_hidden_as_a_word() {
        let redact = super::super::redact;
        assert_eq!(
            redact("a key: KEY, key1, monkey, (key)", "key"),
            "a [redacted]: [redacted], key1, monkey, ([redacted])"
        );
        assert_eq!(redact("key", "key"), "[redacted]");
        assert_eq!(redact("élan é", "e"), "élan é");
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        // RFC 4648, section 10: "foobar" is "Zm9vYmFy". Of "fo" inside "xfo" and "xxfo" the whole sextets.
        assert_eq!(inside_base64(0, b"foobar", STANDARD), b"Zm9vYmFy");
        assert_eq!(inside_base64(0, b"\xfb\xef\xff", STANDARD), b"++//");
        assert_eq!(inside_base64(0, b"\xfb\xef\xff", URL_SAFE), b"--__");
        // "xfoo" is "eGZvbw==": the first two characters and the last two depend on others.
        assert_eq!(inside_base64(1, b"foo", STANDARD), b"Zvb");
        // "xxfoo" is "eHhmb28=".
        assert_eq!(inside_base64(2, b"foo", STANDARD), b"mb2");
    }
}
