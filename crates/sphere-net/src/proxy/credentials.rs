//! From the user name and password of a proxy's URL to `Basic` credentials (RFC 7617).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

/// What is wrong with user name and password. No variant shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum CredentialsFault {
    #[error("has an empty user name and password")]
    Empty,
    #[error("has an `@` in its user name or password that is not percent-encoded")]
    At,
    #[error("has an encoded `:` in its user name, which Basic credentials cannot express")]
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
    // Each is made as large as it can get, so that no reallocation leaves a copy behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(userinfo.len() + 1));
    plain.extend(percent_decode_str(user));
    if plain.contains(&b':') {
        return Err(CredentialsFault::Colon);
    }
    plain.push(b':');
    plain.extend(percent_decode_str(password));
    if plain.iter().any(u8::is_ascii_control) {
        return Err(CredentialsFault::Control);
    }
    let mut value = Zeroizing::new(String::with_capacity(PREFIX.len() + plain.len().div_ceil(3) * 4));
    value.push_str(PREFIX);
    STANDARD.encode_string(&*plain, &mut value);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_name_and_password_are_decoded_once() {
        for (userinfo, value) in [
            // RFC 7617, section 2.
            ("Aladdin:open%20sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
            // The same section's test user, in UTF-8.
            ("test:123%C2%A3", "Basic dGVzdDoxMjPCow=="),
            ("user", "Basic dXNlcjo="),
            (":pw", "Basic OnB3"),
            ("a:b:c", "Basic YTpiOmM="),
            ("a:%2525%40", "Basic YTolMjVA"),
        ] {
            assert_eq!(basic(userinfo).unwrap().as_str(), value, "{userinfo}");
        }
    }

    #[test]
    fn bad_credentials_are_named() {
        for (userinfo, fault) in [
            ("", CredentialsFault::Empty),
            (":", CredentialsFault::Empty),
            ("a@b:c", CredentialsFault::At),
            ("a%3Ab:c", CredentialsFault::Colon),
            ("a:%0d%0aX: y", CredentialsFault::Control),
            ("a%00:b", CredentialsFault::Control),
            ("a:%7f", CredentialsFault::Control),
        ] {
            assert_eq!(basic(userinfo).unwrap_err(), fault, "{userinfo}");
        }
    }
}
