//! Phone numbers and e-mail addresses as people type and paste them, made ready to send.
//!
//! The SDK sends what it is given, and refuses what cannot be right. A form or a command uses these functions first,
//! and tells the person what was left out.
//!
//! ```
//! use sphere_core::tidy::{self, LeftOut};
//!
//! let phone = tidy::phone("+44 (0)20 7946 0123");
//! assert_eq!(phone.text(), "+442079460123");
//! // Digits were left out: ask whether the number is right.
//! assert!(phone.left_out().contains(&LeftOut::TrunkZero));
//! ```

use std::fmt;

use crate::text::is_plain;

/// A text made ready to send. `Debug` shows only what was left out.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tidied {
    text: String,
    left_out: Vec<LeftOut>,
}

/// What was left out of a text. `Display` says it in words.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LeftOut {
    /// The `(0)` after a country code, which is not dialled from abroad.
    TrunkZero,
    /// Spaces of any kind, tabs, line breaks.
    WhiteSpace,
    /// Dashes of any kind, dots, slashes, brackets.
    Punctuation,
    /// Characters that are not [plain](is_plain), such as a mark that changes the direction of text.
    Invisible,
}

impl Tidied {
    /// The text to send.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text to send.
    pub fn into_text(self) -> String {
        self.text
    }

    /// What was left out, each once.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    fn leave_out(&mut self, what: LeftOut) {
        if !self.left_out.contains(&what) {
            self.left_out.push(what);
        }
    }
}

/// A phone number without white space, punctuation, invisible characters, and `(0)` after the country code.
///
/// In Italy, San Marino and Vatican City the zero is part of the number and stays. A number without a plus stays
/// without one: its country is not known.
pub fn phone(typed: &str) -> Tidied {
    let mut phone = Tidied::default();
    for character in typed.chars() {
        if character.is_whitespace() {
            phone.leave_out(LeftOut::WhiteSpace);
        } else if !is_plain(character) {
            phone.leave_out(LeftOut::Invisible);
        } else if is_dash(character) || matches!(character, '.' | '/' | '·') {
            phone.leave_out(LeftOut::Punctuation);
        } else {
            phone.text.push(character);
        }
    }
    if let Some((code, rest)) = phone.text.split_once("(0)") {
        let digits = code.strip_prefix('+').unwrap_or_default();
        let is_code = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if is_code && !["39", "378", "379"].contains(&digits) {
            phone.text = format!("{code}{rest}");
            phone.leave_out(LeftOut::TrunkZero);
        }
    }
    if phone.text.contains(['(', ')', '[', ']']) {
        phone.text.retain(|character| !matches!(character, '(' | ')' | '[' | ']'));
        phone.leave_out(LeftOut::Punctuation);
    }
    phone
}

/// An e-mail address without white space around it. An invisible character stays, and is refused when it is sent:
/// nobody can know what was meant, and the address of a customer cannot be changed.
pub fn email(typed: &str) -> Tidied {
    let mut email = Tidied { text: typed.trim().to_owned(), left_out: Vec::new() };
    if email.text.len() < typed.len() {
        email.leave_out(LeftOut::WhiteSpace);
    }
    email
}

/// Unicode's dashes (general category `Pd`), and what is typed for one.
fn is_dash(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{58a}' | '\u{5be}' | '\u{1400}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{2212}'
                | '\u{2e3a}'
                | '\u{2e3b}'
                | '\u{301c}'
                | '\u{3030}'
                | '\u{30fc}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
    )
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TrunkZero => "(0)",
            Self::WhiteSpace => "white space",
            Self::Punctuation => "punctuation",
            Self::Invisible => "invisible characters",
        })
    }
}

impl fmt::Debug for Tidied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tidied").field("left_out", &self.left_out).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_lose_what_cannot_be_dialled() {
        use LeftOut::{Invisible, Punctuation, TrunkZero, WhiteSpace};
        for (typed, text, left_out) in [
            ("+14155550123", "+14155550123", &[][..]),
            ("+44 (0)20 7946 0123", "+442079460123", &[WhiteSpace, TrunkZero]),
            ("+49(\u{a0}0\u{202f})30/1234567", "+49301234567", &[WhiteSpace, Punctuation, TrunkZero]),
            ("\u{202d}+1\u{2011}415\u{2013}555\u{ad}0123\u{202c}", "+14155550123", &[Invisible, Punctuation]),
            ("+1 (415) 555.0123", "+14155550123", &[WhiteSpace, Punctuation]),
            // Here the zero is dialled.
            ("+39 (0)6 698 12345", "+390669812345", &[WhiteSpace, Punctuation]),
            // Not after a country code.
            ("(0)20 7946 0123", "02079460123", &[WhiteSpace, Punctuation]),
            ("+1415(0)5550123", "+141505550123", &[Punctuation]),
            ("call me", "callme", &[WhiteSpace]),
        ] {
            let tidied = phone(typed);
            assert_eq!((tidied.text(), tidied.left_out()), (text, left_out), "{typed:?}");
            assert_eq!(phone(text).left_out(), []);
        }
        assert!(!format!("{:?}", phone("+1 4155550123")).contains("415"));
    }

    #[test]
    fn emails_lose_white_space_around_them() {
        for (typed, text) in [
            ("jane@example.com", "jane@example.com"),
            ("\u{a0}jane@example.com\r\n", "jane@example.com"),
            ("jane \u{200b}@example.com", "jane \u{200b}@example.com"),
        ] {
            let tidied = email(typed);
            assert_eq!((tidied.text(), tidied.left_out().is_empty()), (text, text == typed));
        }
    }
}
