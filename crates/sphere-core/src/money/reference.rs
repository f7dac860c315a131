//! Text that goes with a payment to a bank account.

use std::fmt;

use super::Network;
use crate::endpoint::InvalidRequest;
use crate::text::is_plain;

/// Text that goes with a payment to a bank account, so that its owner knows what it is for. Sent as it is: one that
/// does not fit is refused, never cut. `Debug` does not show it.
///
/// Source: the contract (older pages, and those of offloader wallets in 2026).
///
/// ```
/// use sphere_core::money::BankReference;
///
/// assert!(BankReference::ach("INV-4711").is_ok());
/// assert_eq!(
///     BankReference::ach("INV-4711-22").unwrap_err().to_string(),
///     "achReference has 11 characters; 1 to 10 are allowed",
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BankReference {
    member: &'static str,
    network: Network,
    text: String,
}

impl BankReference {
    /// `achReference`: 1 to 10 characters.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] if it has fewer or more, or one that is a line break or invisible.
    pub fn ach(text: impl Into<String>) -> Result<Self, InvalidRequest> {
        Self::new("achReference", Network::Ach, text.into(), 1, 10)
    }

    /// `wireMessage`: 1 to 105 characters.
    ///
    /// # Errors
    ///
    /// As for [`Self::ach`].
    pub fn wire(text: impl Into<String>) -> Result<Self, InvalidRequest> {
        Self::new("wireMessage", Network::Wire, text.into(), 1, 105)
    }

    /// `sepaReference`: 6 to 140 characters.
    ///
    /// # Errors
    ///
    /// As for [`Self::ach`].
    pub fn sepa(text: impl Into<String>) -> Result<Self, InvalidRequest> {
        Self::new("sepaReference", Network::Sepa, text.into(), 6, 140)
    }

    fn new(
        member: &'static str,
        network: Network,
        text: String,
        fewest: usize,
        most: usize,
    ) -> Result<Self, InvalidRequest> {
        let length = text.chars().count();
        if !(fewest..=most).contains(&length) {
            let fault = format!("has {length} characters; {fewest} to {most} are allowed");
            return Err(InvalidRequest::new(member, fault));
        }
        if let Some((index, found)) = text.chars().enumerate().find(|(_, c)| !is_plain(*c)) {
            let place = format!("U+{:04X} at position {}", u32::from(found), index + 1);
            return Err(InvalidRequest::new(member, format!("has {place}, which is not allowed there")));
        }
        Ok(Self { member, network, text })
    }

    /// The text, as it is sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The contract's name of the member that it is sent in.
    pub(crate) fn member(&self) -> &'static str {
        self.member
    }

    /// The network that it is for.
    pub(crate) fn network(&self) -> &Network {
        &self.network
    }
}

impl fmt::Debug for BankReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BankReference({}, [private])", self.member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Case H18.
    #[test]
    fn a_reference_that_does_not_fit_is_refused() {
        for (result, expected) in [
            (BankReference::ach("x".repeat(11)), "achReference has 11 characters; 1 to 10 are allowed"),
            (BankReference::ach(""), "achReference has 0 characters; 1 to 10 are allowed"),
            (BankReference::wire("x".repeat(106)), "wireMessage has 106 characters; 1 to 105 are allowed"),
            (BankReference::sepa("x".repeat(5)), "sepaReference has 5 characters; 6 to 140 are allowed"),
            (BankReference::sepa("x".repeat(141)), "sepaReference has 141 characters; 6 to 140 are allowed"),
            (BankReference::wire("a\nb"), "wireMessage has U+000A at position 2, which is not allowed there"),
            (
                BankReference::wire("ab\u{202e}"),
                "wireMessage has U+202E at position 3, which is not allowed there",
            ),
        ] {
            assert_eq!(result.unwrap_err().to_string(), expected);
        }
        for good in
            [BankReference::ach("é".repeat(10)), BankReference::sepa("a  b é"), BankReference::wire("x")]
        {
            assert!(!good.unwrap().as_str().is_empty());
        }
    }
}
