//! Local checks of texts in requests: only what the contract states, each fault with the member's name.

use crate::endpoint::InvalidRequest;

/// The longest e-mail address, in characters.
const LONGEST_EMAIL: usize = 254;

/// At most 254 characters.
pub(crate) fn email(member: &'static str, text: &str) -> Result<(), InvalidRequest> {
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
    match text.strip_prefix('+') {
        Some(digits) if (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) => {
            Ok(())
        }
        _ => Err(InvalidRequest::new(member, "is not a plus and 7 to 15 digits, such as +14155550123")),
    }
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
    fn emails_have_at_most_254_characters() {
        for good in ["", "a@b", &"é".repeat(254)] {
            assert_eq!(email("email", good), Ok(()));
        }
        let error = email("email", &"x".repeat(255)).unwrap_err();
        assert_eq!(error.to_string(), "email has 255 characters; at most 254 are allowed");
    }

    #[test]
    fn phones_are_a_plus_and_7_to_15_digits() {
        for good in ["+1234567", "+14155550123", "+123456789012345"] {
            assert_eq!(phone("phone", good), Ok(()));
        }
        for bad in [
            "",
            "+",
            "+123456",
            "+1234567890123456",
            "14155550123",
            "+1415555 0123",
            "+١٢٣٤٥٦٧",
            "+1234567\n",
        ] {
            assert_eq!(phone("phone", bad).unwrap_err().field(), "phone", "{bad:?}");
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
