//! The shape of a wallet's address on each network: sent byte for byte, and refused where it cannot be right.

use super::Network;
use crate::endpoint::InvalidRequest;
use crate::text::is_plain;

const MEMBER: &str = "address";

/// Checks an address by the shape of its network. On a network that this SDK does not know, any visible text is one.
///
/// A base58 checksum is not computed, and the case of hexadecimal digits is not read: whether there is such an address
/// is for the service to say.
pub(crate) fn validate(network: &Network, address: &str) -> Result<(), InvalidRequest> {
    let refused = |c: char| c.is_whitespace() || !is_plain(c);
    if let Some((index, found)) = address.chars().enumerate().find(|(_, c)| refused(*c)) {
        let place = format!("U+{:04X} at position {}", u32::from(found), index + 1);
        return Err(InvalidRequest::new(MEMBER, format!("has {place}, which is not allowed there")));
    }
    let (is_shaped, shape) = match network {
        Network::Arbitrum
        | Network::Avalanche
        | Network::Base
        | Network::Ethereum
        | Network::Optimism
        | Network::Polygon => (
            address.strip_prefix("0x").is_some_and(|digits| {
                digits.len() == 40 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
            }),
            "0x and 40 hexadecimal digits",
        ),
        Network::Solana => {
            ((32..=44).contains(&address.len()) && is_base58(address), "32 to 44 characters of base58")
        }
        Network::Tron => (
            address.len() == 34 && address.starts_with('T') && is_base58(address),
            "T and 33 characters of base58",
        ),
        Network::Ach | Network::Wire | Network::Sepa | Network::Pix => {
            return Err(InvalidRequest::new("network", "has no wallets: it is a payment system of banks"));
        }
        Network::Fogo | Network::Unknown(_) => (!address.is_empty(), "at least one character"),
    };
    if is_shaped {
        return Ok(());
    }
    Err(InvalidRequest::new(MEMBER, format!("is not one of the network {network}, which is {shape}")))
}

/// Letters and digits without `0`, `O`, `I` and `l`.
fn is_base58(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() && !matches!(byte, b'0' | b'O' | b'I' | b'l'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVM: &str = "0x0Cd3dADeDC7B32FC212e9EAB2EF83c98e990aAFf";
    const TRON: &str = "Tr2cLVV7i8zQdaJnefRRLwBek5iV4pEagR";
    const SOLANA: &str = "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV";

    /// Case H16.
    #[test]
    fn an_address_of_another_network_is_refused() {
        let evm = [
            Network::Arbitrum,
            Network::Avalanche,
            Network::Base,
            Network::Ethereum,
            Network::Optimism,
            Network::Polygon,
        ];
        for network in &evm {
            assert_eq!(validate(network, EVM), Ok(()));
            assert!(validate(network, TRON).is_err() && validate(network, SOLANA).is_err());
            assert!(validate(network, &EVM[..41]).is_err());
        }
        assert_eq!((validate(&Network::Tron, TRON), validate(&Network::Solana, SOLANA)), (Ok(()), Ok(())));
        assert!(validate(&Network::Tron, SOLANA).is_err() && validate(&Network::Tron, EVM).is_err());
        let error = validate(&Network::Solana, EVM).unwrap_err();
        assert_eq!(
            error.to_string(),
            "address is not one of the network sol, which is 32 to 44 characters of base58"
        );
        assert!(validate(&Network::Ach, EVM).is_err());
        assert_eq!(validate(&Network::from("starknet"), "0x1"), Ok(()));
    }

    #[test]
    fn invisible_characters_are_refused_everywhere() {
        for network in [Network::Tron, Network::from("new")] {
            let error = validate(&network, &format!("{TRON}\u{200b}")).unwrap_err();
            assert_eq!(error.to_string(), "address has U+200B at position 35, which is not allowed there");
            assert!(validate(&network, &format!(" {TRON}")).is_err());
        }
    }
}
