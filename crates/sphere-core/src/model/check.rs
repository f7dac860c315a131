//! Local checks of texts in requests: only what the contract states, each fault with the member's name.

use crate::endpoint::InvalidRequest;
use crate::text::is_plain;

/// The longest e-mail address, in characters.
const LONGEST_EMAIL: usize = 254;

/// At most 254 characters, none of them white space or invisible: the server keeps those, and an address cannot be
/// changed.
pub(crate) fn email(member: &'static str, text: &str) -> Result<(), InvalidRequest> {
    refuse(member, text, |_, character| character.is_whitespace() || !is_plain(character))?;
    let length = text.chars().count();
    if length <= LONGEST_EMAIL {
        return Ok(());
    }
    Err(InvalidRequest::new(
        member,
        format_args!("has {length} characters; at most {LONGEST_EMAIL} are allowed"),
    ))
}

/// `^\+(?:[0-9]){6,14}[0-9]$`: a plus and 7 to 15 digits.
pub(crate) fn phone(member: &'static str, text: &str) -> Result<(), InvalidRequest> {
    refuse(member, text, |index, character| !character.is_ascii_digit() && (index, character) != (0, '+'))?;
    match text.strip_prefix('+') {
        Some(digits) if (7..=15).contains(&digits.len()) => Ok(()),
        _ => Err(InvalidRequest::new(member, "is not a plus and 7 to 15 digits, such as +14155550123")),
    }
}

/// Nothing invisible: people paste such characters without knowing.
pub(crate) fn visible(member: &'static str, text: &str) -> Result<(), InvalidRequest> {
    refuse(member, text, |_, character| !is_plain(character))
}

/// Names the first character that is refused, and its place.
fn refuse(
    member: &'static str,
    text: &str,
    is_refused: impl Fn(usize, char) -> bool,
) -> Result<(), InvalidRequest> {
    let mut characters = text.chars().enumerate();
    let Some((index, found)) = characters.find(|(index, character)| is_refused(*index, *character)) else {
        return Ok(());
    };
    let shown = match found {
        found if found.is_whitespace() || !is_plain(found) => format!("U+{:04X}", u32::from(found)),
        found => format!("{found:?}"),
    };
    let position = index + 1;
    Err(InvalidRequest::new(
        member,
        format_args!("has {shown} at position {position}, which is not allowed there"),
    ))
}

/// The shape of an ISO 3166-1 alpha-3 code; whether there is such a country is for the server to say.
pub(crate) fn country(member: &'static str, text: &str) -> Result<(), InvalidRequest> {
    if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(());
    }
    Err(InvalidRequest::new(member, "is not a country code of three capital letters, such as USA"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_have_at_most_254_visible_characters() {
        for good in ["", "a@b", "é+\"@例え.jp", &"é".repeat(254)] {
            assert_eq!(email("email", good), Ok(()));
        }
        for (bad, fault) in [
            (&*"x".repeat(255), "has 255 characters; at most 254 are allowed"),
            ("é\u{200b}@b", "has U+200B at position 2, which is not allowed there"),
            ("a@b ", "has U+0020 at position 4, which is not allowed there"),
            ("\u{feff}a@b", "has U+FEFF at position 1, which is not allowed there"),
        ] {
            assert_eq!(email("email", bad).unwrap_err().fault(), fault);
        }
    }

    #[test]
    fn phones_are_a_plus_and_digits() {
        for good in ["+1234567", "+14155550123", "+123456789012345"] {
            assert_eq!(phone("phone", good), Ok(()));
        }
        for bad in ["", "+", "+123456", "+1234567890123456", "14155550123"] {
            let error = phone("phone", bad).unwrap_err();
            assert_eq!(error.fault(), "is not a plus and 7 to 15 digits, such as +14155550123", "{bad:?}");
        }
        for (bad, place) in [
            ("+1415555 0123", "U+0020 at position 9"),
            ("+١٢٣٤٥٦٧", "'١' at position 2"),
            ("+1234567\n", "U+000A at position 9"),
            ("\u{202d}+1234567", "U+202D at position 1"),
            ("+1+234567", "'+' at position 3"),
        ] {
            let error = phone("phone", bad).unwrap_err();
            assert_eq!(error.to_string(), format!("phone has {place}, which is not allowed there"));
        }
    }

    #[test]
    fn countries_are_three_capital_letters() {
        assert_eq!(country("country", "USA"), Ok(()));
        for bad in ["", "US", "usa", "USAA", "U1A", "ÉA"] {
            assert_eq!(country("address.country", bad).unwrap_err().field(), "address.country", "{bad:?}");
        }
    }
}
