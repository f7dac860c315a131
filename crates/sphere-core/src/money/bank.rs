//! Numbers of bank accounts: checked where they are made, sent as they are, and private.

use std::fmt;

use serde::Serialize;

use crate::endpoint::InvalidRequest;
use crate::text::is_plain;

/// Declares a number that is private: its text is sent, and never in `Debug`.
macro_rules! private_text {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        ///
        /// `Debug` does not show it, and an error names the rule, never the text.
        #[derive(Clone, PartialEq, Eq, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text that is sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([private])"))
            }
        }
    };
}

private_text! {
    /// A routing number of the American Bankers Association: nine digits, the last of which checks the others.
    ///
    /// Source: the contract ("9-digit ABA string", certain); the check digit is the ABA's.
    ///
    /// ```
    /// use sphere_core::money::RoutingNumber;
    ///
    /// assert!(RoutingNumber::new("021000021").is_ok());
    /// assert_eq!(
    ///     RoutingNumber::new("021000022").unwrap_err().to_string(),
    ///     "routing number is mistyped: its check digit does not fit",
    /// );
    /// ```
    RoutingNumber
}

impl RoutingNumber {
    /// Checks a routing number.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] if it is not nine digits, or its check digit does not fit.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidRequest> {
        let text = text.into();
        if text.len() != 9 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidRequest::new("routing number", "is not nine digits"));
        }
        if !fits_check_digit(&text) {
            return Err(InvalidRequest::new("routing number", "is mistyped: its check digit does not fit"));
        }
        Ok(Self(text))
    }
}

/// Whether nine digits, weighted 3, 7 and 1 in turn, add up to a multiple of ten. Nine zeros do, and are no number.
fn fits_check_digit(digits: &str) -> bool {
    let weighted = digits.bytes().zip([3, 7, 1].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    sum % 10 == 0 && sum > 0
}

private_text! {
    /// An international bank account number, checked by its remainder (ISO 13616; mod 97). Spaces are left out and
    /// letters become capitals, as the standard allows for paper.
    ///
    /// ```
    /// use sphere_core::money::Iban;
    ///
    /// assert_eq!(Iban::new("de85 1000 0000 4711 0815 00")?.as_str(), "DE85100000004711081500");
    /// assert!(Iban::new("DE86100000004711081500").is_err());
    /// # Ok::<(), sphere_core::endpoint::InvalidRequest>(())
    /// ```
    Iban
}

impl Iban {
    /// Checks an IBAN.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] if it does not have its shape (two letters, two digits, 11 to 30 letters and digits), or is
    /// mistyped.
    pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidRequest> {
        let text = text.as_ref().replace(' ', "").to_ascii_uppercase();
        let bytes = text.as_bytes();
        let is_shaped = (15..=34).contains(&bytes.len())
            && bytes.iter().all(u8::is_ascii_alphanumeric)
            && bytes.iter().take(2).all(u8::is_ascii_uppercase)
            && bytes.iter().skip(2).take(2).all(u8::is_ascii_digit);
        if !is_shaped {
            return Err(InvalidRequest::new(
                "IBAN",
                "does not begin with two letters and two digits, or has not 15 to 34 letters and digits",
            ));
        }
        // The first four characters count last, and a letter counts as two digits: 10 for A.
        let remainder = bytes.iter().cycle().skip(4).take(bytes.len()).fold(0_u32, |remainder, byte| {
            let value = char::from(*byte).to_digit(36).unwrap_or_default();
            (remainder * if value > 9 { 100 } else { 10 } + value) % 97
        });
        if remainder != 1 {
            return Err(InvalidRequest::new("IBAN", "is mistyped: its check digits do not fit"));
        }
        Ok(Self(text))
    }
}

private_text! {
    /// A business identifier code, of 8 or 11 letters and digits (ISO 9362). Letters become capitals.
    Bic
}

impl Bic {
    /// Checks the shape of a BIC.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] if it is not four letters or digits, two letters of a country, and two or five letters or
    /// digits.
    pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidRequest> {
        let text = text.as_ref().to_ascii_uppercase();
        let bytes = text.as_bytes();
        let is_shaped = matches!(bytes.len(), 8 | 11)
            && bytes.iter().all(u8::is_ascii_alphanumeric)
            && bytes.iter().skip(4).take(2).all(u8::is_ascii_uppercase);
        if !is_shaped {
            return Err(InvalidRequest::new(
                "BIC",
                "does not have 8 or 11 letters and digits, of which the fifth and sixth are the country's letters",
            ));
        }
        Ok(Self(text))
    }
}

private_text! {
    /// The number of a bank account, sent as it is. What is masked (`****7890`) is refused.
    AccountNumber
}

impl AccountNumber {
    /// Checks an account number.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] if it is empty, masked, or has a character that is white space or invisible.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidRequest> {
        whole("account number", text.into()).map(Self)
    }
}

private_text! {
    /// A PIX key, sent as it is: `11987654321` may be a phone number or a CPF, and only its owner knows, so the caller
    /// says which in `pixKeyType`. What is masked is refused.
    PixKey
}

impl PixKey {
    /// Checks a PIX key.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] if it is empty, masked, or has a character that is white space or invisible.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidRequest> {
        whole("PIX key", text.into()).map(Self)
    }
}

/// Some visible text without white space, not masked.
fn whole(what: &'static str, text: String) -> Result<String, InvalidRequest> {
    let refused = |c: char| c == '*' || c.is_whitespace() || !is_plain(c);
    let fault = match text.chars().enumerate().find(|(_, c)| refused(*c)) {
        Some((index, '*')) => format!("is masked: it has a '*' at position {}", index + 1),
        Some((index, found)) => {
            format!("has U+{:04X} at position {}, which is not allowed there", u32::from(found), index + 1)
        }
        None if text.is_empty() => "is empty".to_owned(),
        None => return Ok(text),
    };
    Err(InvalidRequest::new(what, fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Case H17.
    #[test]
    fn mistyped_and_masked_numbers_are_refused_without_quoting() {
        let fault = |result: Result<&str, InvalidRequest>| result.unwrap_err().to_string();
        for (error, expected) in [
            (fault(RoutingNumber::new("021000022").map(|_| "")), "check digit does not fit"),
            (fault(RoutingNumber::new("21000021").map(|_| "")), "is not nine digits"),
            (fault(RoutingNumber::new("000000000").map(|_| "")), "check digit does not fit"),
            (fault(RoutingNumber::new("02100002١").map(|_| "")), "is not nine digits"),
            (fault(Iban::new("DE86100000004711081500").map(|_| "")), "check digits do not fit"),
            (fault(Iban::new("D186100000004711081500").map(|_| "")), "does not begin"),
            (fault(Iban::new("DE8510000000471108150*").map(|_| "")), "does not begin"),
            (fault(Bic::new("COBADEF").map(|_| "")), "does not have 8 or 11"),
            (fault(Bic::new("COBA1EFF").map(|_| "")), "does not have 8 or 11"),
            (fault(AccountNumber::new("****7890").map(|_| "")), "is masked: it has a '*' at position 1"),
            (fault(AccountNumber::new("12 34").map(|_| "")), "has U+0020 at position 3"),
            (fault(AccountNumber::new("").map(|_| "")), "is empty"),
            (fault(PixKey::new("a\u{200b}b").map(|_| "")), "has U+200B at position 2"),
        ] {
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains("7890") && !error.contains("4711"), "{error}");
        }
    }

    #[test]
    fn good_numbers_are_sent_as_they_are() {
        assert_eq!(RoutingNumber::new("026009593").unwrap().as_str(), "026009593");
        assert_eq!(Iban::new("GB82 WEST 1234 5698 7654 32").unwrap().as_str(), "GB82WEST12345698765432");
        assert_eq!(Bic::new("deutdeff500").unwrap().as_str(), "DEUTDEFF500");
        assert_eq!(AccountNumber::new("0012345").unwrap().as_str(), "0012345");
        assert_eq!(PixKey::new("11987654321").unwrap().as_str(), "11987654321");
        assert_eq!(format!("{:?}", PixKey::new("canary").unwrap()), "PixKey([private])");
    }

    proptest::proptest! {
        /// Either digits that were swapped, or one that is another, is noticed.
        #[test]
        fn one_wrong_digit_is_noticed(at in 0_usize..9, digit in 0_u8..10) {
            let mut number = *b"026009593";
            number[at] = b'0' + digit;
            let text = String::from_utf8(number.to_vec()).unwrap();
            proptest::prop_assert_eq!(RoutingNumber::new(text).is_ok(), number == *b"026009593");
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = (RoutingNumber::new(text.clone()), Iban::new(&text), Bic::new(&text));
            if let Ok(number) = AccountNumber::new(text.clone()) {
                proptest::prop_assert_eq!(number.as_str(), text);
            }
        }
    }
}
