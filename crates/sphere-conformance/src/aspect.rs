//! Which contracts are about the classification of errors. All others are about the wire.

use std::fmt;

use crate::names;

/// What a contract is about: the client's behaviour, or how its failures are reported.
///
/// The kind and delivery of an error are often decided by an adapter of a few lines, not by the HTTP client below.
/// This distinction keeps the two apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// What the server sees, what comes back, and when.
    Wire,
    /// Which kind and delivery an error has.
    Classification,
}

/// `wire` or `classification`.
impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wire => "wire",
            Self::Classification => "classification",
        })
    }
}

/// Groups in which every contract is about an error's kind or delivery.
const GROUPS: [&str; 3] = [names::groups::alerts, names::groups::delivery, names::groups::unsendable];

/// Such contracts in other groups.
const CONTRACTS: [&str; 8] = [
    names::missing_descriptor_is_a_setup_error,
    names::invalid_http_is_a_protocol_error,
    names::missing_response_is_an_interruption,
    names::interrupted_handshake_is_a_connect_error,
    names::refused_tls_connection_is_a_connect_error,
    names::failed_handshakes_are_reported_as_not_sent,
    names::delivery_is_unknown_after_tls_close,
    names::failed_warm_up_is_reported_as_not_sent,
];

/// What the contract of this group and name is about.
pub(crate) fn of(group: &str, name: &str) -> Aspect {
    if GROUPS.contains(&group) || CONTRACTS.contains(&name) { Aspect::Classification } else { Aspect::Wire }
}
