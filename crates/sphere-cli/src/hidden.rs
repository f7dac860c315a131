//! What a failure must not show: the key, and the personal data of its request.

use std::fmt;

use sphere_core::unstable::text;

use crate::key::Key;

/// The most characters of one text from a server in a failure as JSON.
const MOST_CHARACTERS: usize = 1024;

/// The fewest characters that are hidden: shorter ones occur in ordinary words.
pub(crate) const FEWEST_CHARACTERS: usize = 4;

/// The key and the texts of a request, to be hidden in what a server says.
pub(crate) struct Hidden {
    key: Key,
    /// The longest first, so that a part does not uncover the rest.
    texts: Vec<String>,
}

impl Hidden {
    pub(crate) fn new(key: Key, private: Vec<String>) -> Self {
        let mut texts = private;
        texts.retain(|text| text.chars().count() >= FEWEST_CHARACTERS);
        texts.sort_unstable_by_key(|text| std::cmp::Reverse(text.len()));
        Self { key, texts }
    }

    /// A server's text as part of a line: at most 256 characters.
    pub(crate) fn line(&self, text: &str) -> String {
        self.key.line(&self.without_private(text))
    }

    /// A server's text as a value in JSON: at most 1,024 characters, then `…`.
    pub(crate) fn value(&self, text: &str) -> String {
        let mut shown = self.key.hide(&self.without_private(text));
        if let Some((end, _)) = shown.char_indices().nth(MOST_CHARACTERS) {
            shown.truncate(end);
            shown.push('…');
        }
        shown
    }

    fn without_private(&self, text: &str) -> String {
        let texts: Vec<_> = self.texts.iter().map(String::as_str).collect();
        text::redact_texts(text, &texts)
    }
}

/// Shows how many texts there are.
impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hidden").field("texts", &self.texts.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(private: &[&str]) -> Hidden {
        Hidden::new(Key::new("sk_1".to_owned()), private.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn key_and_private_texts_are_hidden() {
        let hidden = hidden(&["jane", "jane@example.com", "USA"]);
        assert_eq!(hidden.line("sk_1 JANE@example.com\n"), "[redacted] [redacted]\\n");
        assert_eq!(hidden.value("Jane in USA\n"), "[redacted] in USA\n");
    }

    #[test]
    fn values_are_bounded() {
        assert_eq!(hidden(&[]).value(&"é".repeat(1024)), "é".repeat(1024));
        assert_eq!(hidden(&[]).value(&"é".repeat(100_000)), "é".repeat(1024) + "…");
        assert_eq!(hidden(&[]).line(&"x".repeat(300)).chars().count(), 257);
    }
}
