//! The secret that authenticates a platform.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::text::KeyTraces;

/// An API key: one or more visible ASCII characters, and nothing that could show it.
///
/// It has no `Display`, no `serde` and no `PartialEq`: a key that cannot be printed, stored or compared
/// cannot leak that way (a comparison that stops at the first difference tells an attacker how far they
/// got). Its memory, which is that of the `Authorization` header made from it once and of the forms that are looked for
/// in error lines, is wiped when the last clone is dropped; copies inside a transport's write buffers are the
/// transport's.
///
/// # Example
///
/// ```
/// use sphere_core::ApiKey;
///
/// let key = ApiKey::new("sk_live_5a11")?;
/// assert_eq!(format!("{key:?}"), "ApiKey([redacted])");
///
/// let error = ApiKey::new("sk_live_5a11\n").unwrap_err();
/// assert_eq!(error.to_string(), "API key has a line break at byte 13");
/// # Ok::<(), sphere_core::InvalidApiKey>(())
/// ```
#[derive(Clone)]
pub struct ApiKey {
    /// `Bearer <key>`, marked sensitive.
    authorization: HeaderValue,
    /// Made for the first error line: most programs never write one.
    traces: Arc<OnceLock<KeyTraces>>,
}

const PREFIX: &[u8] = b"Bearer ";

impl ApiKey {
    /// Checks a key.
    ///
    /// The text given is not wiped: if you hold it in a `String` of your own, wiping that is up to you.
    ///
    /// # Errors
    ///
    /// [`InvalidApiKey`] if it is empty or has a character other than visible ASCII. `http::HeaderValue`
    /// alone would let tabs and `é` through. The error has the place and kind of the character, not the key.
    pub fn new(key: impl AsRef<str>) -> Result<Self, InvalidApiKey> {
        let key = key.as_ref().as_bytes();
        if key.is_empty() {
            return Err(InvalidApiKey { fault: Fault::Empty });
        }
        if let Some((index, byte)) = key.iter().enumerate().find(|(_, byte)| !byte.is_ascii_graphic()) {
            let what = match byte {
                b' ' => "a space",
                b'\t' => "a tab",
                b'\r' | b'\n' => "a line break",
                0x80.. => "a character that is not ASCII",
                _ => "a control character",
            };
            return Err(InvalidApiKey { fault: Fault::Character { what, at: index + 1 } });
        }
        // Filled to its exact size, so that no reallocation leaves a copy behind.
        let mut header = Zeroizing::new(Vec::with_capacity(PREFIX.len() + key.len()));
        header.extend_from_slice(PREFIX);
        header.extend_from_slice(key);
        let mut authorization = HeaderValue::from_maybe_shared(Bytes::from_owner(header))
            .map_err(|_| InvalidApiKey { fault: Fault::Header })?;
        authorization.set_sensitive(true);
        Ok(Self { authorization, traces: Arc::default() })
    }

    /// The `Authorization` header's value (RFC 6750, section 2.1).
    pub(crate) fn authorization(&self) -> &HeaderValue {
        &self.authorization
    }

    /// See [`key_label`](crate::unstable::key_label).
    pub(crate) fn label(&self, purpose: &str) -> String {
        let key = &self.authorization.as_bytes()[PREFIX.len()..];
        let code = hmac_sha256::HMAC::mac(purpose, key);
        format!("{:032x}", u128::from_be_bytes(std::array::from_fn(|at| code[at])))
    }

    /// To find the key in text from elsewhere, and to hide it there.
    pub(crate) fn traces(&self) -> &KeyTraces {
        self.traces.get_or_init(|| {
            let key = self.authorization.as_bytes().strip_prefix(PREFIX);
            KeyTraces::new(key.and_then(|key| std::str::from_utf8(key).ok()).unwrap_or_default())
        })
    }
}

impl FromStr for ApiKey {
    type Err = InvalidApiKey;

    fn from_str(key: &str) -> Result<Self, Self::Err> {
        Self::new(key)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey([redacted])")
    }
}

/// Error for a text that is not an [`ApiKey`]. Holds nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("API key {fault}")]
pub struct InvalidApiKey {
    fault: Fault,
}

impl InvalidApiKey {
    /// What is wrong with it, such as "has a space at byte 7".
    pub fn fault(&self) -> String {
        self.fault.to_string()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("is empty")]
    Empty,
    #[error("has {what} at byte {at}")]
    Character { what: &'static str, at: usize },
    #[error("cannot be a header value")]
    Header,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii() {
        let key = ApiKey::new("sk_live_!~").unwrap();
        assert_eq!(key.authorization().as_bytes(), b"Bearer sk_live_!~");
        assert!(key.authorization().is_sensitive());
        assert_eq!(key.authorization(), "Bearer sk_live_!~");
    }

    /// RFC 4231, test case 2.
    #[test]
    fn label_is_half_of_the_hmac() {
        let key = ApiKey::new("Jefe").unwrap();
        assert_eq!(key.label("what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c7");
    }

    #[test]
    fn anything_else_is_named_without_the_key() {
        for (text, message) in [
            ("", "API key is empty"),
            ("secret x", "API key has a space at byte 7"),
            ("secret\tx", "API key has a tab at byte 7"),
            ("secret\n", "API key has a line break at byte 7"),
            ("secret\r", "API key has a line break at byte 7"),
            ("secret\0", "API key has a control character at byte 7"),
            ("secret\x7f", "API key has a control character at byte 7"),
            ("secreté", "API key has a character that is not ASCII at byte 7"),
        ] {
            assert_eq!(ApiKey::new(text).unwrap_err().to_string(), message);
        }
    }
}
