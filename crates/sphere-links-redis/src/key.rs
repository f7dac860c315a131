//! Encryption of what is stored: ChaCha20-Poly1305 (RFC 8439), by ring.

use std::fmt;

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::error::Unspecified;
use ring::rand::{SecureRandom as _, SystemRandom};
use zeroize::Zeroizing;

/// The key that stored links are encrypted with: 32 random bytes, the same in all processes that share a store.
///
/// Keep it where your other secrets are, and not in the store. To change it, start the processes with another key:
/// links that were stored under the old one count as missing, and new ones are made. Change it before 2³² links (four
/// billion) have been stored with it, since each is given a random nonce of 96 bits.
///
/// # Example
///
/// ```no_run
/// use sphere_links_redis::EncryptionKey;
///
/// fn read() -> Result<EncryptionKey, Box<dyn std::error::Error>> {
///     let bytes = std::fs::read("/run/secrets/links.key")?;
///     let bytes = bytes.try_into().map_err(|_| "the key must have exactly 32 bytes")?;
///     Ok(EncryptionKey::new(bytes))
/// }
/// ```
pub struct EncryptionKey(Zeroizing<[u8; 32]>);

impl EncryptionKey {
    /// A key of these bytes. They must be random; a password is no key. They are wiped when the key is dropped.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Nonce, ciphertext and tag. Can be opened under the same `name` only.
    pub(crate) fn seal(&self, name: &str, text: &str) -> Result<Vec<u8>, Unspecified> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce)?;
        let mut sealed = text.as_bytes().to_vec();
        let aad = Aad::from(name.as_bytes());
        self.cipher()?.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)?;
        sealed.splice(..0, nonce);
        Ok(sealed)
    }

    /// The text, if it was sealed with this key and under this name.
    pub(crate) fn open(&self, name: &str, mut sealed: Vec<u8>) -> Option<String> {
        let (nonce, rest) = sealed.split_first_chunk_mut::<NONCE_LEN>()?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let text = self.cipher().ok()?.open_in_place(nonce, Aad::from(name.as_bytes()), rest).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }

    /// Made for each use: that is a copy of 32 bytes.
    fn cipher(&self) -> Result<LessSafeKey, Unspecified> {
        UnboundKey::new(&CHACHA20_POLY1305, &*self.0).map(LessSafeKey::new)
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncryptionKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "https://check.example/a-secret-token";

    fn key(byte: u8) -> EncryptionKey {
        EncryptionKey::new([byte; 32])
    }

    #[test]
    fn only_the_same_key_and_name_open() {
        let sealed = key(1).seal("ada", TEXT).unwrap();
        assert_eq!(key(1).open("ada", sealed.clone()).as_deref(), Some(TEXT));
        assert_eq!(key(2).open("ada", sealed.clone()), None);
        assert_eq!(key(1).open("grace", sealed), None);
    }

    #[test]
    fn any_changed_or_missing_byte_does_not_open() {
        let sealed = key(1).seal("ada", TEXT).unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key(1).open("ada", changed), None);
            assert_eq!(key(1).open("ada", sealed[..at].to_vec()), None);
        }
    }

    #[test]
    fn sealed_twice_differs_and_shows_nothing() {
        let [one, two] = [(); 2].map(|()| key(1).seal("ada", TEXT).unwrap());
        assert_ne!(one, two);
        assert_eq!(one.len(), NONCE_LEN + TEXT.len() + CHACHA20_POLY1305.tag_len());
        for sealed in [one, two] {
            for part in TEXT.as_bytes().windows(4) {
                assert!(!sealed.windows(4).any(|window| window == part));
            }
        }
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", key(7)), "EncryptionKey([redacted])");
    }
}
