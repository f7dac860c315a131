//! From the user name and password of a proxy's URL to `Basic` credentials (RFC 7617).

use zeroize::Zeroizing;

/// What is wrong with user name and password. No variant shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum CredentialsFault {
    #[error("has an empty user name and password")]
    Empty,
    #[error("has an `@` in its user name or password that is not percent-encoded")]
    At,
    #[error("has a `%` in its user name or password that begins no percent-encoding")]
    Percent,
    #[error("has an encoded `:` in its user name, which Basic credentials cannot say")]
    Colon,
    #[error("has an encoded control character in its user name or password")]
    Control,
}

/// The value of `Proxy-Authorization` for `user:password`. Without a colon the password is empty.
pub(super) fn basic(userinfo: &str) -> Result<Zeroizing<String>, CredentialsFault> {
    const PREFIX: &str = "Basic ";

    if userinfo.contains('@') {
        return Err(CredentialsFault::At);
    }
    let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
    if user.is_empty() && password.is_empty() {
        return Err(CredentialsFault::Empty);
    }
    // Both are filled to at most the size they begin with, so that no reallocation leaves a copy behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(userinfo.len() + 1));
    decode(user, &mut plain)?;
    if plain.contains(&b':') {
        return Err(CredentialsFault::Colon);
    }
    plain.push(b':');
    decode(password, &mut plain)?;
    if plain.iter().any(u8::is_ascii_control) {
        return Err(CredentialsFault::Control);
    }
    let mut value = Zeroizing::new(String::with_capacity(PREFIX.len() + plain.len().div_ceil(3) * 4));
    value.push_str(PREFIX);
    encode(&plain, &mut value);
    Ok(value)
}

/// Undoes percent-encoding (RFC 3986, section 2.1).
fn decode(text: &str, into: &mut Vec<u8>) -> Result<(), CredentialsFault> {
    let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            into.push(byte);
            continue;
        }
        let (Some(high), Some(low)) = (digit(bytes.next()), digit(bytes.next())) else {
            return Err(CredentialsFault::Percent);
        };
        into.push(u8::try_from(high * 16 + low).map_err(|_| CredentialsFault::Percent)?);
    }
    Ok(())
}

/// Base 64 with padding (RFC 4648, section 4). Too little for a dependency of its own.
fn encode(bytes: &[u8], into: &mut String) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (at, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            let letter = char::from(ALPHABET[(bits >> shift & 63) as usize]);
            into.push(if at <= chunk.len() { letter } else { '=' });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_64_is_that_of_the_rfc() {
        // RFC 4648, section 10.
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            let mut text = String::new();
            encode(plain.as_bytes(), &mut text);
            assert_eq!(text, encoded);
        }
        let mut text = String::new();
        encode(&[0xfb, 0xff, 0xfe], &mut text);
        assert_eq!(text, "+//+");
    }

    #[test]
    fn user_name_and_password_are_decoded_once() {
        for (userinfo, value) in [
            // RFC 7617, section 2.
            ("Aladdin:open%20sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
            ("Aladdin:open%20sesame".to_uppercase().as_str(), "Basic QUxBRERJTjpPUEVOIFNFU0FNRQ=="),
            // The same section's test user, in UTF-8.
            ("test:123%C2%A3", "Basic dGVzdDoxMjPCow=="),
            ("user", "Basic dXNlcjo="),
            (":pw", "Basic OnB3"),
            ("a:b:c", "Basic YTpiOmM="),
            ("a:%2525%40", "Basic YTolMjVA"),
        ] {
            let made = basic(userinfo).unwrap();
            assert_eq!(made.as_str(), value, "{userinfo}");
        }
    }

    #[test]
    fn what_cannot_be_said_is_named() {
        for (userinfo, fault) in [
            ("", CredentialsFault::Empty),
            (":", CredentialsFault::Empty),
            ("a@b:c", CredentialsFault::At),
            ("a:%", CredentialsFault::Percent),
            ("a:%4", CredentialsFault::Percent),
            ("a:%4g", CredentialsFault::Percent),
            ("a%+4:b", CredentialsFault::Percent),
            ("a%3Ab:c", CredentialsFault::Colon),
            ("a:%0d%0aX: y", CredentialsFault::Control),
            ("a%00:b", CredentialsFault::Control),
            ("a:%7f", CredentialsFault::Control),
        ] {
            assert_eq!(basic(userinfo).unwrap_err(), fault, "{userinfo}");
        }
    }
}
