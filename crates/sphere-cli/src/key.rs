//! The key as this command holds it, to hide it in what a server says.

use std::fmt;

use sphere_core::ApiKey;
use sphere_core::unstable::text;
use zeroize::Zeroizing;

/// A key's text, wiped when it is dropped. `ApiKey` does not give its own away.
#[derive(Clone)]
pub(crate) struct Key(Zeroizing<String>);

impl Key {
    pub(crate) fn new(text: impl Into<Zeroizing<String>>) -> Self {
        Self(text.into())
    }

    pub(crate) fn api_key(&self) -> Result<ApiKey, sphere_core::InvalidApiKey> {
        ApiKey::new(self.0.as_str())
    }

    /// Whether the key, or a part of it, is in this text.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.hide(text) != text
    }

    /// Text from a server, with the key hidden in case it quotes that.
    pub(crate) fn hide(&self, text: &str) -> String {
        text::redact(text, &self.0)
    }

    /// Text from a server as part of one line: the key hidden, characters that could reorder or hide text escaped, at
    /// most 256 characters.
    pub(crate) fn line(&self, text: &str) -> String {
        let mut line = String::new();
        text::push(&mut line, text, 256, &self.0);
        line
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", text::REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_text_loses_key_and_control_characters() {
        let key = Key::new("sk_canary".to_owned());
        assert_eq!(key.line("bad sk_canary\u{1b}[2J\n"), "bad [redacted]\\u{1b}[2J\\n");
        assert_eq!(key.hide("sk_canarysk_canary\n"), "[redacted][redacted]\n");
        assert_eq!(key.line(&"x".repeat(300)).chars().count(), 257);
        assert_eq!(Key::new(String::new()).line("as it is"), "as it is");
    }
}
