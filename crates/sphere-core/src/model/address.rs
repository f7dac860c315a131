//! A postal address.

use super::check;
use crate::endpoint::InvalidRequest;
use crate::json::members::{Members, debug_names, text_members, with_members};

/// A postal address, in requests and in responses. `Debug` shows the names of its members only.
///
/// Source: the contract's `Address` (certain, but for which members are required: `line1`, `city` and `country` by
/// inference).
///
/// # Example
///
/// ```
/// use sphere_core::Address;
///
/// let address = Address::new()
///     .with_line1("233 South Wacker Drive")
///     .with_city("Chicago")
///     .with_state("IL")
///     .with_postal_code("60606")
///     .with_country("USA");
/// assert_eq!(address.city(), Some("Chicago"));
/// assert!(!format!("{address:?}").contains("Chicago"));
/// ```
#[derive(Clone, Default)]
pub struct Address {
    members: Members,
}

impl Address {
    /// An address without members.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn validate(&self) -> Result<(), InvalidRequest> {
        self.country().map_or(Ok(()), |country| check::country("address.country", country))
    }
}

text_members! {
    Address {
        with_line1, line1 = "line1";
        with_line2, line2 = "line2";
        with_city, city = "city";
        /// Two letters in the contract's samples.
        with_state, state = "state";
        with_postal_code, postal_code = "postalCode";
        /// ISO 3166-1 alpha-3, such as `USA`: checked when it is sent.
        with_country, country = "country";
    }
}

with_members!(Address);
debug_names!(Address);

impl From<Members> for Address {
    fn from(members: Members) -> Self {
        Self { members }
    }
}
