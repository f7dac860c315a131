//! Amounts that are sent: exact cents, read from text as strictly as the contract writes them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An amount of money to send: more than zero, in cents. Written with two decimals, such as `19.99`.
///
/// Read from ASCII digits with no or two decimals after a point. Anything else is refused, never converted: nobody
/// knows whether `1.000` is one or a thousand. A stablecoin's amount is sent in cents too, whatever its own scale:
/// there is no way from its smallest units.
///
/// Source: the contract's `Money` (certain: the pattern allows no decimals, the prose asks for two).
///
/// # Example
///
/// ```
/// use sphere_core::money::Amount;
///
/// assert_eq!(Amount::from_cents(1999)?.to_string(), "19.99");
/// assert_eq!("500".parse::<Amount>()?, "500.00".parse()?);
/// assert_eq!(
///     "40,23".parse::<Amount>().unwrap_err().to_string(),
///     "not an amount: digits, then nothing or a point and two digits, such as 500 or 40.23",
/// );
/// # Ok::<(), sphere_core::money::InvalidAmount>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount(u64);

impl Amount {
    /// This many cents.
    ///
    /// # Errors
    ///
    /// [`InvalidAmount`] for zero.
    pub fn from_cents(cents: u64) -> Result<Self, InvalidAmount> {
        if cents == 0 { Err(InvalidAmount { fault: ZERO }) } else { Ok(Self(cents)) }
    }

    /// The amount in cents.
    pub fn cents(self) -> u64 {
        self.0
    }
}

const FORM: &str = "not an amount: digits, then nothing or a point and two digits, such as 500 or 40.23";
const ZERO: &str = "not an amount: zero can only be a fee";
const TOO_LARGE: &str = "not an amount: too large";

/// Cents, zero included.
fn parse(text: &str) -> Result<u64, InvalidAmount> {
    let form = || InvalidAmount { fault: FORM };
    let (whole, cents) = text.split_once('.').unwrap_or((text, "00"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(cents) || cents.len() != 2 {
        return Err(form());
    }
    let number = |part: &str| part.parse::<u64>().ok();
    number(whole)
        .and_then(|whole| whole.checked_mul(100)?.checked_add(number(cents)?))
        .ok_or(InvalidAmount { fault: TOO_LARGE })
}

fn show(cents: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}.{:02}", cents / 100, cents % 100)
}

impl FromStr for Amount {
    type Err = InvalidAmount;

    /// # Errors
    ///
    /// [`InvalidAmount`], which shows the right form and not the text.
    fn from_str(text: &str) -> Result<Self, InvalidAmount> {
        Self::from_cents(parse(text)?)
    }
}

impl TryFrom<String> for Amount {
    type Error = InvalidAmount;

    fn try_from(text: String) -> Result<Self, InvalidAmount> {
        text.parse()
    }
}

impl From<Amount> for String {
    fn from(amount: Amount) -> Self {
        amount.to_string()
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self.0, f)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Amount({self})")
    }
}

/// Your own fixed fee on a transfer: as an [`Amount`], or zero.
///
/// ```
/// use sphere_core::money::Fee;
///
/// assert_eq!(["0", "1.50"].map(|text| text.parse::<Fee>().unwrap().to_string()), ["0.00", "1.50"]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fee(u64);

impl Fee {
    /// This many cents.
    pub fn from_cents(cents: u64) -> Self {
        Self(cents)
    }
}

impl FromStr for Fee {
    type Err = InvalidAmount;

    /// # Errors
    ///
    /// [`InvalidAmount`], which shows the right form and not the text.
    fn from_str(text: &str) -> Result<Self, InvalidAmount> {
        parse(text).map(Self)
    }
}

impl fmt::Display for Fee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(self.0, f)
    }
}

impl fmt::Debug for Fee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fee({self})")
    }
}

/// A rate in basis points, hundredths of a percent: `BasisPoints(10)` is 0.10 %.
///
/// ```
/// use sphere_core::money::BasisPoints;
///
/// assert_eq!(BasisPoints(10).to_string(), "10 bps (0.10 %)");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BasisPoints(pub u32);

impl BasisPoints {
    /// From the contract's text, digits only.
    pub(crate) fn read(text: &str) -> Option<Self> {
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok().map(Self))?
    }
}

impl fmt::Display for BasisPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bps ({}.{:02} %)", self.0, self.0 / 100, self.0 % 100)
    }
}

/// Error for what is not an amount to send: one sentence with the right form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct InvalidAmount {
    fault: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases H12 and H13.
    #[test]
    fn amounts_as_people_write_them_are_refused() {
        for bad in [
            "",
            "40,23",
            "1.000,50",
            "1,000.00",
            "1.000",
            "1e3",
            "+5.00",
            " 5.00",
            "5.00 ",
            "٥٠",
            "5.5",
            "-5.00",
            ".50",
            "5.",
            "1.1234567",
            "5.0０",
            "0x10",
            "1_000",
            "5.00\n",
        ] {
            assert_eq!(bad.parse::<Amount>().unwrap_err().to_string(), FORM, "{bad:?}");
            assert!(bad.parse::<Fee>().is_err(), "{bad:?}");
        }
        for zero in ["0", "0.00", "000"] {
            assert_eq!(zero.parse::<Amount>().unwrap_err().to_string(), ZERO);
            assert_eq!(zero.parse::<Fee>(), Ok(Fee::from_cents(0)));
        }
        assert_eq!("9".repeat(30).parse::<Amount>().unwrap_err().to_string(), TOO_LARGE);
        assert_eq!("184467440737095516.15".parse::<Amount>().unwrap().cents(), u64::MAX);
        assert!("184467440737095516.16".parse::<Amount>().is_err());
    }

    /// Case H11.
    #[test]
    fn cents_are_written_with_two_decimals() {
        for (cents, text) in [(1999, "19.99"), (1, "0.01"), (50_000, "500.00"), (110, "1.10")] {
            let amount = Amount::from_cents(cents).unwrap();
            assert_eq!((amount.to_string().as_str(), text.parse()), (text, Ok(amount)));
            assert_eq!(serde_json::to_value(amount).unwrap(), text);
        }
        assert!(Amount::from_cents(0).is_err());
        assert!(serde_json::from_str::<Amount>("\"1e3\"").is_err());
        assert!(serde_json::from_str::<Amount>("19.99").is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_amount_is_its_own_text(cents in 1_u64..) {
            let amount = Amount::from_cents(cents).unwrap();
            proptest::prop_assert_eq!(amount.to_string().parse(), Ok(amount));
        }

        #[test]
        fn any_accepted_text_means_what_it_says(text in "[0-9., +\\-eE٠]{0,12}|.{0,8}") {
            if let Ok(amount) = text.parse::<Amount>() {
                let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
                let whole = Some(whole.trim_start_matches('0')).filter(|whole| !whole.is_empty()).unwrap_or("0");
                proptest::prop_assert_eq!(amount.to_string(), format!("{whole}.{cents}"));
            }
        }
    }
}
