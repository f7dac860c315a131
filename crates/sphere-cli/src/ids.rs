//! Ids as they were typed: a bad one is told without repeating it.

use sphere_core::{CustomerId, RepresentativeId};

use crate::failure::Failure;

pub(crate) fn customer(id: &str) -> Result<CustomerId, Failure> {
    refuse_secret(id)?;
    CustomerId::new(id).map_err(|error| Failure::input(error.to_string(), "Ids look like customer_1ab2c3d4."))
}

pub(crate) fn representative(id: &str) -> Result<RepresentativeId, Failure> {
    refuse_secret(id)?;
    RepresentativeId::new(id)
        .map_err(|error| Failure::input(error.to_string(), "Ids look like associatedPerson_1ab2c3d4."))
}

/// An id goes out in a URL, which proxies and servers log. (The configured key is refused by
/// [`Connection`](crate::connection::Connection), in any argument.)
fn refuse_secret(id: &str) -> Result<(), Failure> {
    let begins =
        |prefix: &str| id.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if begins("sk_") || begins("secret_") {
        return Err(Failure::input("there is a key in the place of an id", REPLACE_KEY));
    }
    Ok(())
}

/// What to do about a key that was typed.
pub(crate) const REPLACE_KEY: &str =
    "Nothing was sent. Other users of the machine can read arguments, and shells keep them: replace the key.";

/// Whose id it is.
pub(crate) enum Target {
    Customer(CustomerId),
    Representative(RepresentativeId),
}

impl Target {
    /// Representatives' ids begin with `associatedPerson_`.
    pub(crate) fn parse(id: &str) -> Result<Self, Failure> {
        if id.starts_with("associatedPerson_") {
            representative(id).map(Self::Representative)
        } else {
            customer(id).map(Self::Customer)
        }
    }
}
